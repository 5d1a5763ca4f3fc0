"""What approvals of surrogate bids, and those bids, make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.evolve.bids import bid_placed
from auctions.domain.evolve.common import NOTHING, Reducer, on_lot, with_lot
from auctions.domain.state import Approval, AuctionState


def _approved(state: AuctionState, event: ev.SurrogateApproved, seq: int) -> AuctionState:
    return _kept(state, event, seq, Approval(event.amount, seq, event.most))


def _ended(state: AuctionState, event: ev.SurrogateEnded, seq: int) -> AuctionState:
    return _kept(state, event, seq, None)


def _kept(
    state: AuctionState,
    event: ev.SurrogateApproved | ev.SurrogateEnded,
    seq: int,
    approval: Approval | None,
) -> AuctionState:
    lot = state.lots[event.lot]
    mine = replace(lot.seats.get(event.seat, NOTHING), surrogate=approval)
    return with_lot(state, seq, replace(lot, seats=on_lot(lot, event.seat, mine)))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.SurrogateApproved: _approved,
    ev.SurrogateEnded: _ended,
    ev.SurrogateBidPlaced: bid_placed,
}
