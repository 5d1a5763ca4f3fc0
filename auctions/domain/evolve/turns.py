"""What rounds in turns make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.evolve.common import Reducer, on_lot, with_lot
from auctions.domain.state import AuctionState, TurnsLot


def _round_ordered(state: AuctionState, event: ev.RoundOrdered, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    turns = lot.turns
    if turns is None:
        if lot.starts_at is None:
            raise ValueError("a round of a lot that never started")
        turns = TurnsLot(begins=lot.starts_at, participants=len(event.order))
    shown = dict(zip(event.order, event.amounts, strict=True))
    return with_lot(state, seq, replace(lot, turns=replace(turns, order=event.order, shown=shown)))


def _stage_started(state: AuctionState, event: ev.StageStarted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.turns is None:
        raise ValueError("a stage before any round")
    mine = lot.seats.get(lot.turns.order[event.turn - 1]) if event.turn else None
    turns = replace(lot.turns, stage=event.stage, before=None if mine is None else mine.best)
    return with_lot(state, seq, replace(lot, turns=turns))


def _turn_ended(state: AuctionState, event: ev.TurnEnded, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.turns is None:
        raise ValueError("a turn before any round")
    shown = {**lot.turns.shown, event.seat: event.amount}
    return with_lot(state, seq, replace(lot, turns=replace(lot.turns, shown=shown)))


def _offer_taken_back(state: AuctionState, event: ev.OfferTakenBack, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = None if lot.turns is None else lot.turns.before
    mine = lot.seats[event.seat]
    first = None if before is None else mine.first
    mine = replace(mine, best=before, previous=None, first=first)
    return with_lot(state, seq, replace(lot, seats=on_lot(lot, event.seat, mine)))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.RoundOrdered: _round_ordered,
    ev.StageStarted: _stage_started,
    ev.TurnEnded: _turn_ended,
    ev.OfferTakenBack: _offer_taken_back,
}
