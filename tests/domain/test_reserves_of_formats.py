"""A hidden reserve decides in rounds in turns and in open then closed too."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import refusals
from auctions.domain.events import (
    AuctionOutcome,
    Closed,
    LotClosed,
    LotOutcome,
    LotScheduled,
    ReserveOpened,
)
from auctions.domain.state import Phase
from auctions.domain.terms import LotOrder, Terms
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from auctions.domain.visibility import Role, Viewer, standing
from auctions.ledger.replay import Step, replay_all, replay_own
from tests.domain import test_random_end
from tests.domain.room import (
    BEFORE,
    SALT,
    START,
    US,
    Room,
    lot,
    minutes,
    opened_reserves,
    seconds,
    with_reserve,
)
from tests.domain.test_final_stage import LATER, OVER, FinalRoom, both
from tests.domain.test_random_end import CUT, END, WINDOW, SeedRoom
from tests.domain.turns_room import STEP, turns_room, turns_terms

D = Decimal
TURN_OF_C = START + minutes(9)
ANNOUNCED = START + minutes(29)
WON, NOT_MET = LotOutcome.WON, LotOutcome.RESERVE_NOT_MET


def replayed(room: Room) -> None:
    """From the whole ledger, and from the part of each seat, the same comes out."""
    steps = [Step(number, LATER, event) for number, event in enumerate(room.events, start=1)]
    assert replay_all(steps, {}) == room.state
    for seat in room.state.seats:
        replay_own(steps, seat)


def check_end(room: Room, at: datetime, reserve: str, won: tuple[str, str] | None) -> None:
    """The ledger ends with the opened reserve, then the lot's outcome, then the auction's."""
    seat, amount = (None, None) if won is None else (won[0], D(won[1]))
    how = NOT_MET if won is None else WON
    whole = AuctionOutcome.RESERVE_NOT_MET if won is None else AuctionOutcome.CLOSED
    assert room.events[-3:] == [
        ReserveOpened(1, SALT, D(reserve)),
        LotClosed(1, at, how, seat, amount),
        Closed(at, whole),
    ]
    assert (room.lot.outcome, room.lot.winner, room.lot.price) == (how, seat, amount)
    assert room.state.phase is (Phase.FAILED if won is None else Phase.CLOSED)
    replayed(room)


# Rounds in turns ----------------------------------------------------------------------------------


def turns_with(reserve: str, of: Terms | None = None, **given: dict[str, int]) -> Room:
    of = of or turns_terms()
    room = turns_room(with_reserve(of, reserve), **given)
    room.reserves = opened_reserves(of, reserve)
    return room


@pytest.mark.parametrize(
    ("reserve", "won"),
    [
        ("690.01", ("c", "690.00")),
        ("690.00", ("c", "690.00")),
        ("689.99", None),
    ],
)
def test_in_turns_the_lowest_wins_where_it_meets_the_reserve(
    reserve: str, won: tuple[str, str] | None
) -> None:
    room = turns_with(reserve)
    room.bid("c", 690, TURN_OF_C + seconds(1))
    room.until(ANNOUNCED - US)
    assert "reserve_opened" not in {event.kind for event in room.events}
    room.until(ANNOUNCED)
    check_end(room, ANNOUNCED, reserve, won)


def test_in_turns_the_reserve_looks_at_the_price_and_the_order_at_the_score() -> None:
    quality = Criterion("Quality", CriterionKind.WEIGHT, D("0.2"))
    scored = turns_terms(scoring=ScoringTerms(ScoringMethod.WEIGHTED, (quality,)))
    assert check_terms(with_reserve(scored, "850.00")) == []
    room = turns_with("850.00", scored, offers={})
    for seat, value, amount in (("a", "0.2", 900), ("b", "0", 800)):
        room.admit(seat, BEFORE)
        room.do(cmd.SetScoring(seat, 1, (D(value),), cmd.Officer.BUYER, room.ref()), BEFORE)
        room.bid(seat, amount, START - minutes(1))
    room.until(START)
    assert [row.seat for row in _rows(room) if row.place == 1] == ["a"]
    room.until(START + minutes(23))
    check_end(room, START + minutes(23), "850.00", ("b", "800.00"))


def _rows(room: Room) -> tuple[Any, ...]:
    turns = standing(room.state, Viewer(Role.BUYER)).lots[0].turns
    assert turns is not None
    return turns.rows


def test_in_turns_the_reserve_is_told_to_nobody_before_the_end_and_then_to_the_buyer() -> None:
    room = turns_with("690.00")
    viewers = [Viewer(Role.BUYER), *(Viewer(Role.SUPPLIER, seat) for seat in "abc")]
    for at in (START, TURN_OF_C + seconds(1), ANNOUNCED - US):
        room.until(at)
        for viewer in viewers:
            shown = standing(room.state, viewer).lots[0]
            assert (shown.reserve, shown.own and shown.own.reserve_met) == (None, None)
    room.until(ANNOUNCED)
    assert standing(room.state, viewers[0]).lots[0].reserve == 690


def test_lots_in_turns_may_follow_each_other_each_with_its_reserve() -> None:
    serial = turns_terms(
        lots=(lot(1, step=STEP), lot(2, step=STEP)),
        lot_order=LotOrder.SERIAL, lot_gap=minutes(3),
    )  # fmt: skip
    assert check_terms(with_reserve(serial, "695.00")) == []
    room = turns_with("695.00", serial)
    room.bid("a", 705, START - minutes(1), lot=2)
    room.until(ANNOUNCED - US)
    assert room.state.lots[2].starts_at is None
    room.bid("b", 705, ANNOUNCED - US, lot=2)  # an initial offer, while the first lot runs
    assert LotScheduled(2, ANNOUNCED + minutes(3)) in room.until(ANNOUNCED)
    assert (room.lot.outcome, room.lot.winner) == (NOT_MET, None)  # c stayed at 700
    second = ANNOUNCED + minutes(3)
    room.bid("c", 990, second, lot=2)
    room.until(second)
    assert room.state.lots[2].deadline == second + minutes(11 + 6 * 3)
    with pytest.raises(refusals.NotYourTurn):
        room.bid("a", 600, second + seconds(1), lot=2)
    room.bid("c", 695, second + minutes(5) + US, lot=2)  # the worst goes first
    room.until(second + minutes(29))
    found = room.state.lots[2]
    assert (found.winner, found.price, found.closed_at) == ("c", 695, second + minutes(29))
    assert room.state.outcome is AuctionOutcome.CLOSED
    assert [event.lot for event in room.events if isinstance(event, ReserveOpened)] == [1, 2]
    replayed(room)


def test_lots_in_turns_are_not_staggered() -> None:
    staggered = turns_terms(lots=(lot(1), lot(2)), lot_order=LotOrder.STAGGERED)
    assert [each.field for each in check_terms(staggered)] == ["lot_order"]


# Open then closed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reserve", "won"),
    [
        ("880.01", ("a", "880.00")),
        ("880.00", ("a", "880.00")),
        ("879.99", None),  # which b's void bid of 700 would have met
    ],
)
def test_without_a_final_stage_the_lowest_that_counts_wins_where_it_meets_the_reserve(
    reserve: str, won: tuple[str, str] | None
) -> None:
    of = test_random_end.of()
    room = SeedRoom(with_reserve(of, reserve))
    for seat, amount, at in (
        ("a", 900, START + minutes(1)), ("b", 890, START + minutes(2)),
        ("a", 880, WINDOW + CUT), ("b", 700, WINDOW + CUT + US),
    ):  # fmt: skip
        room.bid(seat, amount, at)
    room.until(END)
    with pytest.raises(refusals.ReserveMissing):
        room.reveal()
    room.reserves = opened_reserves(of, reserve)
    assert "reserve_opened" not in {event.kind for event in room.events}
    room.reveal()
    check_end(room, END + seconds(30), reserve, won)


def final_room(reserve: str) -> FinalRoom:
    """a bids 500, b 540; both may make a final offer."""
    room = FinalRoom(with_reserve(both(), reserve))
    room.reserves = opened_reserves(both(), reserve)
    for seat, amount in (("a", 500), ("b", 540)):
        room.bid(seat, amount, START + minutes(1))
    room.until(END)
    room.reveal()
    return room


@pytest.mark.parametrize(
    ("reserve", "won"),
    [
        ("450.01", ("b", "450.00")),
        ("450.00", ("b", "450.00")),
        ("449.99", None),
    ],
)
def test_a_final_offer_wins_where_it_meets_the_reserve(
    reserve: str, won: tuple[str, str] | None
) -> None:
    room = final_room(reserve)
    room.offer("b", "450.00")
    room.offer("a", "470.00")
    room.until(OVER)
    assert "reserve_opened" not in {event.kind for event in room.events}
    opened, room.reserves = room.reserves, ()
    room.hand_over()
    with pytest.raises(refusals.ReserveMissing):
        room.open_all()
    room.reserves = opened
    room.open_all()
    check_end(room, LATER, reserve, won)


@pytest.mark.parametrize(
    ("reserve", "won"),
    [
        ("500.01", ("a", "500.00")),
        ("500.00", ("a", "500.00")),
        ("499.99", None),
    ],
)
def test_a_bid_meets_the_reserve_also_where_final_offers_could_be_made_and_were_not(
    reserve: str, won: tuple[str, str] | None
) -> None:
    room = final_room(reserve)
    room.until(OVER)
    check_end(room, OVER, reserve, won)


@pytest.mark.parametrize(("reserve", "won"), [("500.00", ("a", "500.00")), ("499.99", None)])
def test_a_final_offer_above_the_own_bid_spoils_nothing_of_it(
    reserve: str, won: tuple[str, str] | None
) -> None:
    room = final_room(reserve)
    room.offer("a", "600.00")
    room.open()
    check_end(room, LATER, reserve, won)
