"""The home page's card of the auction room: decisions that wait, and what the neutral person may
have to step into. Registered in config.slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from auctions.domain.state import AuctionState
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
    found = list(auctions_of(actor, is_open=True)[:MOST])
    waiting = []
    for auction in found:
        if neutral or auction.owner_id == actor.company_id:
            waiting += [
                _row(auction, lot=lot, kind=kind)
                for lot, kind in _decisions(load(auction.pk), neutral=neutral)
            ]
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
            for seat in lot.seats.values():
                if seat.unlock_pending is not None:
                    yield number, "unlock"


def _row(auction: Auction, **more: Any) -> dict[str, Any]:
    return {
        "auction": auction,
        "subject": subject_from(auction.subject),
        "url": reverse("auctions:console", args=[auction.pk]),
        **more,
    }
