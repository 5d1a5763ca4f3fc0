"""The debrief: what a participant may look back at, and no more than the table grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.debrief.paths import LotDebrief, lot_debriefs
from auctions.domain import machine
from auctions.domain.state import EMPTY
from auctions.domain.terms import Disclosure, Feedback, Format, Terms
from auctions.domain.visibility import Role, Viewer
from tests.domain.room import START, Room, levels_terms, minutes, seconds, terms
from tests.domain.rounds_room import RoundsRoom, rounds_terms
from tests.domain.test_sealed import SealedRoom


def look(where: Room, viewer: Viewer) -> LotDebrief:
    state, passages = EMPTY, []
    for number, event in enumerate(where.events, 1):
        after = machine.evolve(state, event, number)
        passages.append((state, event, after, START + timedelta(seconds=number)))
        state = after
    (found,) = lot_debriefs(passages, state, viewer)
    return found


def played(of: Terms, rival: str = "880") -> Room:
    """a bids 900, b better, a 890; b wins."""
    where = Room(of, start=True)
    where.bid("a", "900.00", START + minutes(1))
    where.bid("b", rival, START + minutes(2))
    where.bid("a", "890.00", START + minutes(29))
    where.until(START + minutes(60))
    return where


A = Viewer(Role.SUPPLIER, "a")
PUBLIC = terms(disclosure=Disclosure.PUBLIC)


def test_own_rank_path_prices_and_extensions() -> None:
    found = look(played(terms()), A)
    assert [each.rank for each in found.ranks] == [1, 2]
    assert [(point.amount, point.own) for point in found.points] == [
        (Decimal("900.00"), True),
        (Decimal("890.00"), True),
    ]
    assert [str(moved.cause) for moved in found.extensions] == ["soft_close"]


def test_without_the_winning_price_neither_distance_nor_what_was_needed() -> None:
    found = look(played(terms()), A)
    assert found.end.own is not None
    assert found.end.own.won is False
    assert (found.end.price, found.distance, found.needed) == (None, None, None)


def test_where_it_is_public_both_are_told() -> None:
    found = look(played(PUBLIC), A)
    assert found.end.price == Decimal("880")
    assert found.distance == Decimal("10")
    assert found.needed == Decimal("879.99")


def test_the_winner_needs_nothing() -> None:
    found = look(played(PUBLIC), Viewer(Role.SUPPLIER, "b"))
    assert (found.distance, found.needed) == (None, None)


def test_the_buyer_sees_everybody() -> None:
    found = look(played(terms()), Viewer(Role.BUYER))
    assert [(point.seat, point.amount) for point in found.points] == [
        ("a", Decimal("900.00")),
        ("b", Decimal("880")),
        ("a", Decimal("890.00")),
    ]
    assert found.end.winner == "b"


@pytest.mark.parametrize("others", ["880", "870", "500"])
def test_two_histories_that_the_table_shows_alike_give_equal_debriefs(others: str) -> None:
    """Only a hidden amount of the rival differs."""
    mine, twin = look(played(terms()), A), look(played(terms(), others), A)
    assert mine == twin


def test_a_lead_that_is_shown_is_told_and_makes_the_difference() -> None:
    """The control: with the lead shown the same two histories differ."""
    shown = replace(terms(), feedback=Feedback(lead=True, lead_min_bidders=1))
    mine, twin = look(played(shown), A), look(played(shown, "870"), A)
    assert mine != twin
    assert [point.amount for point in mine.points if not point.own][-1] == Decimal("880")


def test_ranks_hidden_in_the_last_minutes_stay_hidden_then() -> None:
    hidden = terms(feedback=Feedback(hide_ranks_last=minutes(5)))
    where = Room(hidden, start=True)
    where.bid("a", "900.00", START + minutes(1))
    where.bid("b", "880.00", START + minutes(27))
    where.until(START + minutes(40) + seconds(1))
    ranks = [each.rank for each in look(where, A).ranks]
    assert ranks == [1, None, 2]


def rounds() -> Room:
    """a and b take 100.00, a alone takes 99.00."""
    where = Room(levels_terms(Format.JAPANESE), seats="ab")
    where.take("a", 0, START + seconds(10))
    where.take("b", 0, START + seconds(11))
    where.take("a", 1, START + seconds(70))
    where.until(START + minutes(60))
    return where


def test_where_prices_move_by_levels_each_level_and_ones_own_acceptances_are_told() -> None:
    mine = look(rounds(), A)
    assert [(str(point.amount), point.level, point.own) for point in mine.points] == [
        ("100.00", True, False),
        ("100.00", False, True),
        ("99.00", True, False),
        ("99.00", False, True),
    ]
    buyers = [point.seat for point in look(rounds(), Viewer(Role.BUYER)).points if point.seat]
    assert buyers == ["a", "b", "a"]


def test_a_sealed_offer_is_a_price_from_its_opening_on_and_to_rivals_none() -> None:
    where = SealedRoom(seats="ab")
    where.offer("a", "90.00")
    where.offer("b", "80.00")
    where.opened()
    mine = look(where, A)
    assert [(str(point.amount), point.own) for point in mine.points] == [("90.00", True)]
    buyers = [(point.seat, str(point.amount)) for point in look(where, Viewer(Role.BUYER)).points]
    assert buyers == [("a", "90.00"), ("b", "80.00")]


def test_sealed_rounds_tell_prices_and_ranks_from_each_opening_on_and_the_lead_where_shown() -> (
    None
):
    where = RoundsRoom(rounds_terms(feedback=Feedback(rank=True, lead=True)))
    where.play(a=900, b=800)
    where.play(a=700, b=780)
    where.play(a=695, b=770)  # too high to count
    mine = look(where, A)
    assert [(str(point.amount), point.own) for point in mine.points] == [
        ("900.00", True), ("800.00", False), ("700.00", True), ("700.00", False),
    ]  # fmt: skip
    assert [each.rank for each in mine.ranks] == [2, 1]
    rival = look(where, Viewer(Role.SUPPLIER, "b"))
    assert [each.rank for each in rival.ranks] == [1, 2]
    assert (rival.distance, rival.needed) == (Decimal("70.00"), Decimal("699.99"))
    buyers = [(point.seat, str(point.amount)) for point in look(where, Viewer(Role.BUYER)).points]
    assert buyers == [("a", "900.00"), ("b", "800.00"), ("a", "700.00"), ("b", "780.00"),
                      ("b", "770.00")]  # fmt: skip
