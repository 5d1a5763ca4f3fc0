"""What the levels of a price make of the state: Dutch and Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.evolve.common import NOTHING, Reducer, on_lot, with_lot
from auctions.domain.state import AuctionState, Levels, Offer, SeatOnLot
from auctions.domain.terms import Format


def _level_opened(state: AuctionState, event: ev.LevelOpened, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = lot.levels
    levels = (
        Levels((event.price,), event.at)
        if before is None
        else replace(before, prices=(*before.prices, event.price), opened_at=event.at)
    )
    # A level's end is all that is known of the lot's: neither tells when the lot will end.
    lot = replace(lot, levels=levels, deadline=event.until, hard_stop=event.until)
    return with_lot(state, seq, lot)


def _level_accepted(state: AuctionState, event: ev.LevelAccepted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = lot.seats.get(event.seat, NOTHING)
    after = SeatOnLot(
        best=Offer(event.amount, seq, event.received_at, prebid=False),
        previous=before.best,
        bids=before.bids + 1,
    )
    lot = replace(lot, seats=on_lot(lot, event.seat, after))
    if lot.levels is not None:  # None: an export that keeps the levels closed
        accepted = {**lot.levels.accepted, event.seat: event.level}
        levels = replace(lot.levels, accepted=accepted)
        if state.rules.format is Format.DUTCH and levels.stops_at is None:
            levels = replace(levels, stops_at=event.received_at)
        lot = replace(lot, levels=levels)
    return with_lot(state, seq, lot)


def _dropped_out(state: AuctionState, event: ev.DroppedOut, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.levels is not None:
        out = {**lot.levels.out, event.seat: event.level}
        lot = replace(lot, levels=replace(lot.levels, out=out))
    return with_lot(state, seq, lot)


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.LevelOpened: _level_opened,
    ev.LevelAccepted: _level_accepted,
    ev.DroppedOut: _dropped_out,
}
