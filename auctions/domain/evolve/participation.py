"""Who takes part, by which terms and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.affine import affine_of
from auctions.domain.evolve.common import Reducer, with_lot, with_seat
from auctions.domain.state import AuctionState, Seat


def _seat_admitted(state: AuctionState, event: ev.SeatAdmitted, seq: int) -> AuctionState:
    return with_seat(state, seq, Seat(id=event.seat, late=event.late))


def _seat_removed(state: AuctionState, event: ev.SeatRemoved, seq: int) -> AuctionState:
    seat = replace(state.seats[event.seat], removed=True, declined=event.declined)
    return with_seat(state, seq, seat)


def _terms_accepted(state: AuctionState, event: ev.TermsAccepted, seq: int) -> AuctionState:
    return with_seat(state, seq, replace(state.seats[event.seat], accepted_version=event.version))


def _seat_disqualified(state: AuctionState, event: ev.SeatDisqualified, seq: int) -> AuctionState:
    return _barred(state, event.seat, seq, disqualified=True)


def _seat_requalified(state: AuctionState, event: ev.SeatRequalified, seq: int) -> AuctionState:
    return _barred(state, event.seat, seq, disqualified=False)


def _barred(state: AuctionState, seat: str, seq: int, *, disqualified: bool) -> AuctionState:
    lots = {
        number: replace(lot, barred=lot.barred | {seat} if disqualified else lot.barred - {seat})
        for number, lot in state.lots.items()
    }
    state = with_seat(state, seq, replace(state.seats[seat], disqualified=disqualified))
    return replace(state, lots=lots)


def _winner_changed(state: AuctionState, event: ev.WinnerChanged, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    lot = replace(lot, outcome=event.outcome, winner=event.seat, price=event.amount)
    return with_lot(state, seq, lot)


def _scoring_set(state: AuctionState, event: ev.ScoringSet, seq: int) -> AuctionState:
    lot, terms = state.lots[event.lot], state.rules.scoring
    if terms is None:
        raise ValueError("the terms score nothing")
    return with_lot(
        state,
        seq,
        replace(
            lot,
            scoring={**lot.scoring, event.seat: affine_of(terms, event.values)},
            values={**lot.values, event.seat: event.values},
        ),
    )


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.SeatAdmitted: _seat_admitted,
    ev.SeatRemoved: _seat_removed,
    ev.TermsAccepted: _terms_accepted,
    ev.ScoringSet: _scoring_set,
    ev.SeatDisqualified: _seat_disqualified,
    ev.SeatRequalified: _seat_requalified,
    ev.WinnerChanged: _winner_changed,
}
