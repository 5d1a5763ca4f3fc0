"""What whoever has an observer link may open: the live page and, after the end, the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from auctions.domain.formats import RULES
from auctions.domain.terms import Format
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exports import export_ledger
from auctions.pages.format_parts import CARDS
from auctions.pages.words import shared
from auctions.pages.words_formats import formats, in_place_of
from auctions.pages.words_observer import observer as observer_words
from auctions.services.observers import link_of
from auctions.subject import subject_from
from infra.keys import key_ring

# The address is the secret: no other site and no search engine shall learn it.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@require_safe
@never_cache
def observe(request: HttpRequest, token: str) -> HttpResponse:
    """The live view of an observer; nobody needs to be signed in. Raises ObserverLinkInvalid."""
    auction = link_of(token).auction
    subject = replace(subject_from(auction.subject), link="")
    ledger_url = reverse("auctions:observe-ledger", args=[token])
    config: dict[str, Any] = {
        "mode": "observer",
        "auction": str(auction.pk),
        "company": "",
        "user": "",
        "socket": f"/ws/auctions/{auction.pk}/?observer={token}",
        "urls": {"ledger": ledger_url, "subject": ""},
        "format": auction.format,
        "strings": in_place_of(auction.format, {**shared(), **formats(), **observer_words()}),
    }
    context = {
        "config": config,
        "format_card": CARDS.get(auction.format),
        "budgets": RULES[Format(auction.format)].budgets,
        "subject": subject,
        "owner": auction.owner.legal_name,
        "ledger_url": ledger_url,
    }
    response = render(request, "auctions/observe.html", context)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


@require_safe
@never_cache
def observe_ledger(request: HttpRequest, token: str) -> HttpResponse:
    """What the terms publish of the ended auction's ledger, sealed.

    Raises ObserverLinkInvalid or LedgerNotClosed.
    """
    auction = link_of(token).auction
    with transaction.atomic(), connection.cursor() as cursor:
        content = export_ledger(cursor, key_ring(), auction.pk, Viewer(Scope.PUBLIC))
    name = f"auction-{auction.pk}.json"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        content, content_type="application/json", headers={**PRIVATE, **disposition}
    )
