"""The home page's card of the auction room: decisions that wait, and what the neutral person may
have to step into. Registered in config.slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from auctions.domain.formats.open_closed import awaits_seeds
from auctions.domain.formats.sealed import awaits_opening
from auctions.domain.rules.opening_roles import keeper_of
from auctions.domain.rules.surrogate import may_be_placed
from auctions.domain.state import AuctionState, Sealing, Seeds
from auctions.domain.terms import KeyKeeper
from auctions.models import Auction
from auctions.pages.listing import auctions_of
from auctions.selectors import load
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability

MOST = 10


def desk_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """Requests that wait for this actor's decision in open auctions.

    The operator's neutral person also finds the open auctions; for others there is no card while
    nothing waits. Looks at the ten newest open auctions.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    neutral = actor.can(Capability.AUCTION_ARBITRATE)
    runs = actor.can(Capability.AUCTION_RUN)
    audits = actor.can(Capability.AUDIT_READ) and not runs
    keeper = KeyKeeper.NEUTRAL if neutral else KeyKeeper.AUDITOR if audits else None
    found = list(auctions_of(actor, is_open=True)[:MOST])
    waiting = []
    for auction in found:
        if neutral or auction.owner_id == actor.company_id:
            state = load(auction.pk)
            if neutral or runs:
                waiting += [
                    _row(auction, lot=lot, kind=kind)
                    for lot, kind in _decisions(state, neutral=neutral)
                ]
            waiting += _secrets(auction, state, keeper)
    if not neutral and not waiting:
        return None
    return {
        "waiting": waiting,
        "neutral": neutral,
        "open": [_row(auction) for auction in found] if neutral else [],
    }


def _decisions(state: AuctionState, *, neutral: bool) -> Iterator[tuple[int, str]]:
    """Lot and kind of each request that the buyer, or else the neutral person, must decide."""
    if state.terms is None:
        return
    for number, lot in sorted(state.lots.items()):
        if lot.withdrawal is not None and state.terms.blind is neutral:
            yield number, "withdrawal"
        if neutral:
            for name, seat in lot.seats.items():
                if seat.unlock_pending is not None:
                    yield number, "unlock"
                if may_be_placed(state, lot, name):
                    yield number, "surrogate"


def _secrets(
    auction: Auction, state: AuctionState, keeper: KeyKeeper | None
) -> Iterator[dict[str, Any]]:
    """The auditor's secret or key that this person has to make, open or hand over."""
    if state.terms is None or keeper is None or keeper_of(state.terms) is not keeper:
        return
    seeds, keys = state.seeds or Seeds(), state.sealing or Sealing()
    kind = ""
    if state.terms.open_closed is not None and not seeds.auditor:
        kind = "make_secret"
    elif awaits_seeds(state):
        kind = "open_secret"
    elif state.terms.open_closed is None and not keys.auditor:
        kind = "make_key"
    elif awaits_opening(state) and keys.handed_over is None:
        kind = "hand_over"
    if kind:
        link = reverse("auctions:opening", args=[auction.pk])
        yield {**_row(auction, lot=None, kind=kind), "url": link}


def _row(auction: Auction, **more: Any) -> dict[str, Any]:
    return {
        "auction": auction,
        "subject": subject_from(auction.subject),
        "url": reverse("auctions:console", args=[auction.pk]),
        **more,
    }
