"""Abnormally low offers in every format in which two offers can stand: the limits to the digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from auctions.domain.commands import OpenedReserve
from auctions.domain.rules.abnormal import flags
from auctions.domain.state import LotPhase
from auctions.domain.terms import Format, SealedRoundsTerms, Step, StepKind
from tests.domain.budget_room import budget_lot, budget_terms
from tests.domain.room import SALT, START, Room, level_lot, levels_terms, minutes, seconds
from tests.domain.rounds_room import RoundsRoom, rounds_terms
from tests.domain.test_final_stage import END as OPEN_END
from tests.domain.test_final_stage import FinalRoom
from tests.domain.test_sealed import SealedRoom
from tests.domain.test_sealed import of as sealed_terms
from tests.domain.turns_room import turns_room

SEATS = "abc"
MUCH_LATER = START + minutes(600)
Prices = Sequence[str]  # of a, b and c, or of fewer


def english(prices: Prices) -> Room:
    return _bids(Room(start=True), prices)


def budget(prices: Prices) -> Room:
    """Quantities whose unit prices these are: the budget is divisible by all of them."""
    lots = (budget_lot(budget=Decimal("821100.00")),)
    quantities = [str(Fraction(821_100) / Fraction(price)) for price in prices]
    return _bids(Room(budget_terms(lots=lots), start=True), quantities)


def turns(prices: Prices) -> Room:
    room = turns_room(offers=dict(zip(SEATS, map(Decimal, prices), strict=False)))
    room.until(MUCH_LATER)
    return room


def sealed(prices: Prices, kind: Format = Format.SEALED) -> Room:
    room = SealedRoom(sealed_terms(format=kind))
    for seat, price in zip(SEATS, prices, strict=False):
        room.offer(seat, price)
    room.opened()
    return room


def vickrey(prices: Prices) -> Room:
    return sealed(prices, Format.VICKREY)


def sealed_rounds(prices: Prices) -> Room:
    room = RoundsRoom(rounds_terms(SealedRoundsTerms(pause=minutes(5), least_active=1)))
    for seat, price in zip(SEATS, prices, strict=False):
        room.offer(seat, price)
    room.opening()
    room.until(MUCH_LATER)
    return room


def open_closed(prices: Prices) -> Room:
    """All in the open phase; nobody makes a final offer."""
    room = FinalRoom(seats=SEATS)
    for seat, price in zip(SEATS, prices, strict=False):
        room.bid(seat, price, START + minutes(1))
    room.until(OPEN_END)
    room.reveal()
    room.until(MUCH_LATER)
    return room


def _bids(room: Room, amounts: Sequence[str]) -> Room:
    for number, (seat, amount) in enumerate(zip(SEATS, amounts, strict=False), start=1):
        room.bid(seat, amount, START + seconds(number))
    room.until(MUCH_LATER)
    return room


def flagged(room: Room) -> list[str]:
    assert room.lot.phase is LotPhase.CLOSED
    return [flag.seat for flag in flags(room.state, 1)]


PLAYED: list[Callable[[Prices], Room]] = [
    english, turns, sealed, vickrey, sealed_rounds, open_closed,
]  # fmt: skip


@pytest.mark.parametrize("play", [*PLAYED, budget])
def test_exactly_at_each_limit_an_offer_is_flagged(play: Callable[[Prices], Room]) -> None:
    # The mean of 85 and 115 is 100, and the next offer is less than 30 % above.
    (low,) = flags(play(["60", "85", "115"]).state, 1)
    assert (low.seat, low.offer, low.mean, low.below_mean) == ("a", 60, 100, Fraction(2, 5))
    assert (low.next_offer, low.below_next) == (85, Fraction(25, 85))
    (low,) = flags(play(["70", "100", "100"]).state, 1)
    assert (low.seat, low.below_mean, low.below_next) == ("a", Fraction(3, 10), Fraction(3, 10))


@pytest.mark.parametrize("play", PLAYED)
def test_the_smallest_amount_above_the_limits_is_not(play: Callable[[Prices], Room]) -> None:
    assert flagged(play(["60.01", "85", "115"])) == []
    assert flagged(play(["70.01", "100", "100"])) == []


def test_one_unit_less_for_the_budget_is_not() -> None:
    for quantities in (("13684", "9660", "7140"), ("11729", "8211", "8211")):
        prices = [str(Fraction(821_100) / int(each)) for each in quantities]
        room = budget(prices)
        assert [str(mine.best.amount) for mine in room.lot.seats.values() if mine.best] == [
            *quantities
        ]
        assert flagged(room) == []


@pytest.mark.parametrize("play", [*PLAYED, budget])
def test_one_offer_is_compared_with_nothing_and_two_are(play: Callable[[Prices], Room]) -> None:
    assert flagged(play(["60"])) == []
    assert flagged(play(["60", "100"])) == ["a"]


@pytest.mark.parametrize("play", [sealed, vickrey])
def test_nothing_is_said_before_the_opening(play: Callable[[Prices], Room]) -> None:
    room = SealedRoom(sealed_terms(format=Format.VICKREY if play is vickrey else Format.SEALED))
    room.offer("a", "60")
    room.offer("b", "100")
    room.until(MUCH_LATER)
    assert flags(room.state, 1) == []


# Levels -------------------------------------------------------------------------------------


def accepted(step: str, levels: dict[str, int]) -> Room:
    """Each accepts as many levels of a Japanese round from 100 that falls by ``step``."""
    lots = (level_lot(step=Step(StepKind.ABSOLUTE, Decimal(step), None)),)
    room = Room(levels_terms(Format.JAPANESE, lots=lots))
    for level in range(max(levels.values())):
        for seat, count in levels.items():
            if level < count:
                room.take(seat, level, START + minutes(level) + seconds(10))
    room.until(MUCH_LATER)
    return room


@pytest.mark.parametrize(
    ("step", "levels", "seats"),
    [
        ("30.00", {"a": 2, "b": 1}, ["a"]),  # 70 and 100
        ("29.99", {"a": 2, "b": 1}, []),
        ("20.00", {"a": 3, "b": 2}, []),  # 60 and 80: 40 % below the start price says nothing
        ("60.00", {"a": 1}, []),
    ],
)
def test_of_levels_the_last_that_each_accepted_are_compared_and_not_the_start(
    step: str, levels: dict[str, int], seats: list[str]
) -> None:
    assert flagged(accepted(step, levels)) == seats


def test_a_dutch_clock_leaves_nothing_to_compare() -> None:
    room = Room(levels_terms(Format.DUTCH))
    room.take("a", 0, START + seconds(10))
    room.reserves = (OpenedReserve(1, SALT, Decimal("110.00")),)
    room.until(MUCH_LATER)
    assert flagged(room) == []


# More than one offer of a supplier ----------------------------------------------------------


@pytest.mark.parametrize(("final", "seats"), [("60.00", ["a"]), ("60.01", [])])
def test_a_final_offer_is_compared_with_the_others_first_bids(final: str, seats: list[str]) -> None:
    room = FinalRoom(seats=SEATS)
    for seat, price in (("a", "95"), ("b", "100"), ("c", "100")):
        room.bid(seat, price, START + minutes(1))
    room.bid("b", "80", START + minutes(2))
    room.until(OPEN_END)
    room.reveal()
    room.offer("a", final)
    room.open()
    assert flagged(room) == seats


@pytest.mark.parametrize(("last", "seats"), [("60.00", ["a"]), ("60.01", [])])
def test_the_offer_of_the_last_round_is_compared_with_those_of_the_first(
    last: str, seats: list[str]
) -> None:
    room = RoundsRoom()
    for seat, price in (("a", "95"), ("b", "100"), ("c", "100")):
        room.offer(seat, price)
    room.opening()
    room.next()
    for seat, price in (("a", last), ("b", "80")):
        room.offer(seat, price)
    room.opening()
    room.next()
    room.until(MUCH_LATER)
    assert flagged(room) == seats
