"""Sealed offers in several currencies: judged, ranked and paid by their exact value."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import money, outcome
from auctions.domain.machine import next_valid_bid
from auctions.domain.refusals import PricesFixed, PricesNotDeclared
from auctions.domain.terms import Format, Vat
from auctions.domain.terms_currencies import CurrencyRate
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.room import START, US, lot
from tests.domain.test_sealed import SealedRoom, of

D = Decimal
USD = CurrencyRate("USD", 1, D("0.9"), None, "European Central Bank", "2026-02-27")
JPY = CurrencyRate("JPY", 100, D("0.6"), 0, "European Central Bank", "2026-02-27")
CODES = ("EUR", "USD", "JPY")


def room(**fields: Any) -> SealedRoom:
    """a bids in euro, b in dollars, c in yen."""
    where = SealedRoom(of(**{"currencies": (USD, JPY), **fields}))
    rates = where.state.rules.vat_rates
    for place, seat in enumerate("abc"):
        vat = None if rates is None else rates[place % len(rates)]
        where.do(cmd.DeclarePrices(seat, CODES[place], vat, where.ref()), START + US)
    return where


def test_the_lowest_value_wins_at_its_own_price() -> None:
    where = room(lots=(lot(ceiling=None),))
    where.offer("a", "90.01")
    where.offer("b", "100.01")  # 90.009
    where.offer("c", "15002")  # 90.012

    closed = where.opened()
    assert (closed.seat, closed.amount) == ("b", D("100.01"))
    assert [one.seat for one in outcome.ranking(where.state, 1)] == ["b", "a", "c"]
    where.replayed()
    assert state_from_text(state_to_text(where.state)) == where.state


def test_an_offer_is_judged_in_its_own_money() -> None:
    where = room()
    where.offer("b", "1111.12")  # the ceiling is 1000 euro
    where.offer("c", "100.5")
    where.until(START.replace(hour=11))
    where.hand_over()
    reasons = {
        event.seat: event.reason for event in where.open() if isinstance(event, ev.OfferRejected)
    }

    assert reasons == {"b": "auction.above_ceiling", "c": "auction.scale"}
    where.replayed()


def test_an_offer_just_at_the_ceiling_is_one() -> None:
    where = room()
    assert next_valid_bid(where.state, "b", 1) == D("1111.11")
    assert next_valid_bid(where.state, "c", 1) == D(166666)
    where.offer("b", "1111.11")
    where.offer("c", "166666")

    assert where.opened().seat == "c"  # 999.996 is less than 999.999


def test_no_offer_before_the_declaration_and_no_change_after_it() -> None:
    where = SealedRoom(of(currencies=(USD,)))
    at = START + US
    with pytest.raises(PricesNotDeclared):
        where.offer("a", "80", at)
    where.do(cmd.DeclarePrices("a", "USD", None, "d"), at)
    where.offer("a", "80", at)
    with pytest.raises(PricesFixed):
        where.do(cmd.DeclarePrices("a", "EUR", None, "e"), at)


def test_the_second_price_is_paid_in_the_winners_money_rounded_down() -> None:
    where = room(format=Format.VICKREY, lots=(lot(ceiling=None),))
    where.offer("b", "90")  # 81 euro
    where.offer("a", "85.55")

    closed = where.opened()
    assert (closed.seat, closed.amount) == ("b", D("95.05"))  # 95.0555 dollars
    where.replayed()


def test_alone_the_ceiling_is_paid_in_own_money() -> None:
    where = room(format=Format.VICKREY)
    where.offer("c", "1000")

    assert where.opened().amount == D(166666)


amounts = st.decimals(D("0.01"), D(3000), places=2)


@given(
    st.tuples(amounts, amounts, amounts),
    st.sampled_from([Format.SEALED, Format.VICKREY]),
    st.sampled_from([None, (D(0), D("7.7"), D(20))]),
    st.sampled_from(Vat),
    st.sampled_from([None, D(700)]),
)
def test_whoever_wins_is_paid_no_less_than_it_asked_and_no_more_than_the_next(
    given_: tuple[Decimal, ...], format_: Format, rates: Any, vat: Vat, ceiling: Any
) -> None:
    where = room(format=format_, vat_rates=rates, vat=vat, lots=(lot(ceiling=ceiling),))
    for seat, amount in zip("abc", given_, strict=True):
        where.offer(seat, str(amount.quantize(D(1)) + 1 if seat == "c" else amount))
    closed = where.opened()
    there = where.lot
    values = {
        seat: money.value_of(there, seat, mine.best.amount)
        for seat, mine in there.seats.items()
        if mine.best is not None
    }
    if closed.seat is None or closed.amount is None:
        assert not values
        return
    asked = there.seats[closed.seat].best.amount
    assert closed.amount >= asked
    assert values[closed.seat] == min(values.values())
    if format_ is Format.SEALED:
        assert closed.amount == asked
        return
    paid = money.value_of(there, closed.seat, closed.amount)
    limits = [value for seat, value in values.items() if seat != closed.seat]
    limits += [] if ceiling is None else [Fraction(ceiling)]
    if limits:
        tick = D(1) if closed.seat == "c" else D("0.01")
        assert paid <= min(limits)
        assert money.value_of(there, closed.seat, closed.amount + tick) > min(limits)
