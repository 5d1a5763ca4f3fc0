"""What a viewer is told of one event: never dropped, and never more than the table grants.

A view is a flat canonical value: ``kind`` as in the ledger, then the event's fields that are
granted. Amounts are decimal strings, moments UTC text. It never holds ``seq``, which would tell
how much happened to others.
"""

from __future__ import annotations

from typing import Any

from auctions.domain.events import Event
from auctions.domain.state import AuctionState
from auctions.domain.visibility.happenings import (
    auction,
    bids,
    levels,
    packages,
    participation,
    pauses,
    random_end,
    rounds,
    sealed,
    turns,
)
from auctions.domain.visibility.happenings.look import Body, Look, View
from auctions.domain.visibility.happenings.points import price_point, price_told
from auctions.domain.visibility.table import Aliases, Viewer

__all__ = ["event_view", "price_point", "price_told"]

_VIEWS: dict[type[Any], View] = {
    **auction.VIEWS,
    **participation.VIEWS,
    **pauses.VIEWS,
    **bids.VIEWS,
    **sealed.VIEWS,
    **levels.VIEWS,
    **turns.VIEWS,
    **packages.VIEWS,
    **rounds.VIEWS,
    **random_end.VIEWS,
}


def event_view(
    before: AuctionState,
    after: AuctionState,
    event: Event,
    viewer: Viewer,
    *,
    alias: Aliases = str,
) -> Body | None:
    """What ``viewer`` is told of ``event``, which led from ``before`` to ``after``; or None."""
    look = Look(before, after, viewer, alias)
    body = _VIEWS[type(event)](look, event)
    return None if body is None else {"kind": event.kind, **body}
