"""What limits for automatic bids make of the state. The bids themselves are bids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.evolve.common import Reducer, noted, with_lot
from auctions.domain.state import AuctionState, BidLimit, SeatLimits

_NONE = SeatLimits()


def _limit_set(state: AuctionState, event: ev.BidLimitSet, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    limit = BidLimit(seq, event.commitment, event.sealed)
    before = lot.limits.get(event.seat, _NONE)
    limits = SeatLimits(limit, (*before.every, limit))
    return with_lot(state, seq, replace(lot, limits={**lot.limits, event.seat: limits}))


def _limit_ended(state: AuctionState, event: ev.BidLimitEnded, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    limits = replace(lot.limits[event.seat], current=None)
    return with_lot(state, seq, replace(lot, limits={**lot.limits, event.seat: limits}))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.BidLimitSet: _limit_set,
    ev.BidLimitEnded: _limit_ended,
    ev.BidLimitOpened: noted,
}
