"""What sealed rounds make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain import outcome
from auctions.domain.commands import KeyHolder
from auctions.domain.evolve.common import NOTHING, Reducer, with_lot
from auctions.domain.evolve.packages import round_ended
from auctions.domain.state import (
    AuctionState,
    LotPhase,
    LotState,
    Offer,
    RoundsLot,
    SealedLot,
    Sealing,
)


def _keys_set(state: AuctionState, event: ev.RoundKeysSet, seq: int) -> AuctionState:
    known = state.sealing or Sealing()
    if event.holder is KeyHolder.AUDITOR:
        known = replace(known, auditor_rounds=event.public_keys)
    else:
        known = replace(known, office_rounds=event.public_keys)
    return replace(state, seq=seq, sealing=_of_round(known, known.round or 1))


def _of_round(known: Sealing, number: int) -> Sealing:
    def key(keys: tuple[str, ...]) -> str:
        return keys[number - 1] if len(keys) >= number else ""

    return replace(
        known, round=number, auditor=key(known.auditor_rounds), office=key(known.office_rounds)
    )


def _started(state: AuctionState, event: ev.SealedRoundStarted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    lot = replace(
        lot,
        phase=LotPhase.RUNNING,
        starts_at=event.at,
        running_since=event.at,
        deadline=event.deadline,
        hard_stop=event.deadline,
        sealed=SealedLot(),
        rounds=replace(lot.rounds or RoundsLot(), round=event.round),
    )
    known = state.sealing or Sealing()
    if known.round != event.round:  # the first lot of the round that starts
        known = _of_round(
            Sealing(
                auditor_rounds=known.auditor_rounds,
                office_rounds=known.office_rounds,
                openings=known.openings,
            ),
            event.round,
        )
    return replace(with_lot(state, seq, lot), sealing=known)


def _ended(state: AuctionState, event: ev.SealedRoundEnded, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    rounds = lot.rounds or RoundsLot()
    seats = dict(lot.seats)
    for seat, opened in rounds.opened.items():
        if opened.amount is None:
            continue
        mine = seats.get(seat, NOTHING)
        # The offer keeps the place it got when it was sealed: among equals the first is first.
        best = Offer(
            opened.amount, opened.seq, opened.received_at, prebid=False, lines=opened.lines
        )
        first = opened.amount if mine.first is None else mine.first
        seats[seat] = replace(mine, best=best, first=first)
    after = replace(lot, seats=seats, sealed=SealedLot())
    improved = rounds.improved
    if _lower(lot, after):
        improved = (*improved, event.round)
    after = replace(
        after,
        rounds=replace(rounds, opened={}, ended=(*rounds.ended, rounds.opened), improved=improved),
    )
    return round_ended(with_lot(state, seq, after), event.round)


def _lower(before: LotState, after: LotState) -> bool:
    """Whether the lead, by score where there is one, is lower than it was or is there at last."""
    old, new = outcome.lead_score(before), outcome.lead_score(after)
    return new is not None and (old is None or new < old)


def _scheduled(state: AuctionState, event: ev.SealedRoundScheduled, seq: int) -> AuctionState:
    lot = replace(
        state.lots[event.lot],
        phase=LotPhase.WAITING,
        starts_at=event.starts_at,
        running_since=None,
        deadline=None,
        hard_stop=None,
    )
    return with_lot(state, seq, lot)


def _stopped(state: AuctionState, event: ev.RoundsStopped, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    rounds = replace(lot.rounds or RoundsLot(), stop=event.cause)
    return with_lot(state, seq, replace(lot, rounds=rounds))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.RoundKeysSet: _keys_set,
    ev.SealedRoundStarted: _started,
    ev.SealedRoundEnded: _ended,
    ev.SealedRoundScheduled: _scheduled,
    ev.RoundsStopped: _stopped,
}
