"""Which bids a random end made void, as those ask who keep lists of bids."""

from __future__ import annotations

from auctions.domain.codec import to_body
from auctions.domain.state import AuctionState


def void_bids(state: AuctionState, lot: int, seat: str) -> frozenset[int]:
    """The entries of a seat's void bids on a lot."""
    found = state.lots[lot].random_end
    return frozenset(() if found is None else (bid.seq for bid in found.void(seat)))


def void_moments(state: AuctionState, lot: int) -> frozenset[tuple[int, str]]:
    """The lot and the moments, as told, at which bids were received that turned out void."""
    found = state.lots[lot].random_end
    late = () if found is None else found.void()
    return frozenset((lot, to_body(bid.received_at)) for bid in late)
