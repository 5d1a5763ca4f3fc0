"""Who takes part, by which terms and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain import money
from auctions.domain.affine import PRICE, Affine, affine_of
from auctions.domain.evolve.common import Reducer, on_lot, with_lot, with_seat
from auctions.domain.state import AuctionState, LotState, Prices, Seat
from auctions.domain.terms import Terms


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
    lot = state.lots[event.lot]
    lot = replace(lot, values={**lot.values, event.seat: event.values})
    return with_lot(state, seq, _formed(state.rules, lot, event.seat))


def _prices_declared(state: AuctionState, event: ev.PricesDeclared, seq: int) -> AuctionState:
    prices = Prices(event.currency, event.vat)
    found = money.form_of(state.rules, prices)
    lots = {}
    for number, lot in state.lots.items():
        others = {seat: form for seat, form in lot.money.items() if seat != event.seat}
        own = {} if found is None else {event.seat: found}
        told = replace(lot, money={**others, **own})
        # An approved amount was in the money said before.
        if (mine := lot.seats.get(event.seat)) is not None and mine.surrogate is not None:
            told = replace(told, seats=on_lot(lot, event.seat, replace(mine, surrogate=None)))
        lots[number] = _formed(state.rules, told, event.seat)
    state = with_seat(state, seq, replace(state.seats[event.seat], prices=prices))
    return replace(state, lots=lots)


def _formed(terms: Terms, lot: LotState, seat: str) -> LotState:
    """The lot with the seat's form: its money first, then its values of the criteria."""
    form: Affine = lot.money.get(seat, PRICE)
    values = lot.values.get(seat)
    if values is not None:
        if terms.scoring is None:
            raise ValueError("the terms score nothing")
        form = affine_of(terms.scoring, values).after(form)
    elif seat not in lot.money:
        others = {name: each for name, each in lot.scoring.items() if name != seat}
        return replace(lot, scoring=others)
    return replace(lot, scoring={**lot.scoring, seat: form})


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.SeatAdmitted: _seat_admitted,
    ev.SeatRemoved: _seat_removed,
    ev.TermsAccepted: _terms_accepted,
    ev.ScoringSet: _scoring_set,
    ev.PricesDeclared: _prices_declared,
    ev.SeatDisqualified: _seat_disqualified,
    ev.SeatRequalified: _seat_requalified,
    ev.WinnerChanged: _winner_changed,
}
