"""What the verifier says of an ended auction's ledger, for whoever has a place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from auctions.ledger.disclosure import LedgerNotClosed, Scope
from auctions.ledger.report import Level, Report
from auctions.models import Seat
from auctions.services.checking import ChecksBusy, CheckTooLarge, CheckTooLong
from auctions.services.policies import Place, place_of
from auctions.services.verifying import Verification, verification_for
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from infra.problems import STATUS, message

ACTION = "ledger_verification"
CHECKS: dict[str, Promise] = {
    "form": _("Form of the file"),
    "chain": _("Chain of entries"),
    "leaf": _("Content of entries"),
    "time": _("Order in time"),
    "closed": _("Entries not opened to you"),
    "key": _("Key of the platform"),
    "seal": _("Signature of the export"),
    "checkpoint": _("Checkpoints"),
    "receipt": _("Your receipts"),
    "timestamp": _("Time stamp"),
    "replay": _("Decisions taken again"),
    "terms": _("Terms"),
    "result": _("Result"),
    "award": _("Award"),
}
SCOPES: dict[Scope, Promise] = {
    Scope.FULL: _("every entry is opened to you"),
    Scope.PARTICIPANT: _("your own entries and what the terms open to participants"),
    Scope.PUBLIC: _("what the terms open to everybody"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One finding: which check, how it went, and the verifier's own English words."""

    check: str | Promise
    level: Level
    words: str


@require_safe
@never_cache
@as_actor()
def verification(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """Runs the verifier; before the end there is nothing to verify, and the live page is shown."""
    place = place_of(actor, auction_id)
    limited = consume_or_429(
        request, action=ACTION, config=settings.LEDGER_CHECK_RATE_LIMITS, limit_get=True
    )
    if limited is not None:
        return limited
    context: dict[str, Any] = {
        "auction": place.auction,
        "subject": subject_from(place.auction.subject),
    }
    try:
        found = verification_for(actor, place)
    except LedgerNotClosed:
        return redirect("auctions:room", auction_id=auction_id)
    except (CheckTooLarge, CheckTooLong, ChecksBusy) as error:
        context["problem"] = message(error)
        status = STATUS[error.kind]
        return render(request, "auctions/verification.html", context, status=status)
    context |= {
        "found": found,
        "is_full": found.scope is Scope.FULL,
        "scope": SCOPES[found.scope],
        "rows": rows(found.report, _names(found, place)),
    }
    return render(request, "auctions/verification.html", context)


def rows(report: Report, names: dict[str, str]) -> list[Row]:
    """The findings for the page; seats get their names where ``names`` holds them."""
    return [
        Row(CHECKS.get(found.check, found.check), found.level, _named(found.text, names))
        for found in report.findings
    ]


def _named(text: str, names: dict[str, str]) -> str:
    for code, name in names.items():
        text = text.replace(f"seat {code} ", f"seat {code} ({name}) ")
    return text


def _names(found: Verification, place: Place) -> dict[str, str]:
    """Who opens every entry knows the names; a supplier knows its own."""
    seats = Seat.objects.filter(auction=place.auction)
    if found.scope is Scope.PARTICIPANT:
        seats = seats.filter(code=place.viewer.seat)
    elif found.scope is Scope.PUBLIC:
        return {}
    return dict(seats.values_list("code", "company__legal_name"))
