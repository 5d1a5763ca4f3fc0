"""The page that looks back at an ended auction, for whoever had a place in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from auctions.debrief.paths import LotDebrief
from auctions.debrief.services import Debrief, debrief_of
from auctions.domain import money
from auctions.domain.events import DeadlineCause, LotOutcome, PauseCause
from auctions.integrity.errors import NotEndedYet
from auctions.services.own_packages import OwnPackage
from auctions.services.package_words import condition, held, named
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor


@require_safe
@never_cache
@as_actor()
def debrief(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """Before the end the live page is shown."""
    try:
        found = debrief_of(actor, auction_id)
    except NotEndedYet:
        return redirect("auctions:room", auction_id=auction_id)
    subject = subject_from(found.place.auction.subject)
    context = {
        "auction": found.place.auction,
        "subject": subject,
        "found": found,
        "is_supplier": found.place.viewer.seat is not None,
        "currency": money.currency_of(found.state, found.place.viewer.seat),
        "lots": [_lot(found, each) for each in found.lots],
        "packages": [_package(found, each) for each in found.packages],
        "states": {
            "accepted": _("Accepted"), "refused": _("Refused"), "withdrawn": _("Withdrawn"),
            "void": _("Void"),
        },
    }  # fmt: skip
    return render(request, "auctions/debrief.html", context)


def _lot(found: Debrief, lot: LotDebrief) -> dict[str, Any]:
    terms = money.own_terms(found.state, found.place.viewer.seat, lot.number)
    end = lot.end
    bids = [bid for bid in found.bids if bid.lot == lot.number]
    return {
        "lot": lot,
        "end": end,
        "own": end.own,
        "title": terms.title,
        "unit": _unit(found, lot.number),
        "budget": terms.budget,
        "scale": terms.scale,
        "outcome": _outcome(found, lot),
        "winner": None if end.winner is None else found.names.get(end.winner, end.winner),
        "needed": _needed(found, lot),
        "bids": bids,
        "reasons": any(bid.reason for bid in bids),
        "ranks": lot.ranks if any(each.rank for each in lot.ranks) else (),
        "participants": [
            (found.names.get(row.seat, row.seat), row) for row in end.participants or ()
        ],
        "prices": [
            (point, found.names.get(point.seat, point.seat) if point.seat else "")
            for point in lot.points
        ],
        "extensions": [(moved, _cause(moved.cause)) for moved in lot.extensions],
        "pauses": [_pause(cause) for cause in lot.pauses],
    }


def _unit(found: Debrief, number: int) -> str:
    """What the amounts of the lot are counted in: money, or with a budget its unit."""
    terms = found.state.rules.lots[number - 1]
    if terms.budget is None:
        return money.currency_of(found.state, found.place.viewer.seat)
    return subject_from(found.place.auction.subject).lot(number).unit_label or terms.unit


def _package(found: Debrief, own: OwnPackage) -> dict[str, Any]:
    held_text = ""
    if own.prices is not None:
        held_text = held(own.prices)
    elif own.discount is not None:
        held_text = condition(own.discount, found.state.rules.currency)
    return {"own": own, "name": named(own.package), "held": held_text}


def _outcome(found: Debrief, lot: LotDebrief) -> str:
    own = lot.end.own
    if lot.end.outcome is None:
        return _("Ended without a result")
    if lot.end.outcome is LotOutcome.NO_BID:
        return _("Nobody bid")
    if lot.end.outcome is LotOutcome.RESERVE_NOT_MET:
        return _("The reserve was not met")
    packages = lot.end.packages
    if own is not None and not own.won and packages is not None and packages.by_package:
        return _("A package won")
    if own is not None and own.won is not None:
        return _("You won") if own.won else _("Another offer won")
    return _("Won")


def _needed(found: Debrief, lot: LotDebrief) -> str:
    """In words where no figure may be told."""
    own = lot.end.own
    if own is None or own.won or lot.end.outcome is not LotOutcome.WON:
        return ""
    packages = lot.end.packages
    if packages is not None:
        if packages.by_package:
            return _(
                "A package over several lots won. All its lots together counted, so no single "
                "amount can be told."
            )
        return _("Offers for all lots were chosen together, so no single amount can be told.")
    if lot.end.price is None:
        return _("The terms do not disclose the winning price, so no amount can be told.")
    if lot.needed is None and lot.scored:
        return _("Not the price alone decided: see the scoring in the terms.")
    return ""


def _cause(cause: DeadlineCause | None) -> str:
    return (
        {
            DeadlineCause.SOFT_CLOSE: _("a bid in the last minutes"),
            DeadlineCause.BUYER: _("extended by the buyer"),
            DeadlineCause.UNLOCK_PENDING: _("a request waited for its release"),
        }.get(cause, "–")
        if cause is not None
        else "–"
    )


def _pause(cause: str) -> str:
    return {
        PauseCause.OFFICER.value: _("by an officer"),
        PauseCause.WITHDRAWAL.value: _("a withdrawal was decided"),
        PauseCause.CONSENT.value: _("changed terms waited for consent"),
        PauseCause.CONNECTIONS.value: _("many bidders lost their connection at once"),
    }.get(cause, cause)
