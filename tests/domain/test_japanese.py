"""Japanese reverse: full levels, dropping out by the terms alone, and who wins."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine
from auctions.domain.commands import OpenedReserve
from auctions.domain.refusals import (
    LevelAcceptedAlready,
    LevelNotReached,
    LotIsPaused,
    NotInFormat,
    OutOfLot,
)
from auctions.domain.state import AuctionState
from auctions.domain.terms import (
    Count,
    Feedback,
    Format,
    JapaneseTerms,
    Step,
    StepKind,
    reserve_commitment,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from tests.domain.room import (
    SALT,
    START,
    US,
    Room,
    kinds,
    level_lot,
    levels_terms,
    minutes,
    seconds,
)


def at(level: int, second: float = 10) -> Any:
    """A moment in the time of a level."""
    return START + minutes(level) + seconds(second)


def rounds(**fields: Any) -> Room:
    return Room(levels_terms(Format.JAPANESE, **fields))


def test_levels_fall_by_percent_rounded_down_or_by_an_amount() -> None:
    room = rounds()
    for level in range(3):
        for seat in "ab":
            room.take(seat, level, at(level))
    room.until(at(3))
    assert [str(price) for price in room.lot.levels.prices] == ["100.00", "99.00", "98.01", "97.02"]
    lots = (level_lot(step=Step(StepKind.ABSOLUTE, Decimal("2.50"), None)),)
    room = rounds(lots=lots)
    room.take("a", 0, at(0))
    room.take("b", 0, at(0))
    room.until(at(1))
    assert room.lot.levels.prices == (Decimal("100.00"), Decimal("97.50"))


def test_each_level_runs_its_full_time_also_when_everybody_has_accepted() -> None:
    room = rounds()
    for seat in "abc":
        room.take(seat, 0, at(0, 1))
    assert room.until(START + minutes(1) - US) == ()
    assert kinds(room.until(START + minutes(1))) == ["level_opened"]


def test_who_does_not_accept_within_the_time_is_out_and_told_so() -> None:
    room = rounds()
    room.take("a", 0, at(0))
    room.take("b", 0, START + minutes(1))  # at the very end: in time
    events = room.until(START + minutes(1))
    assert kinds(events) == ["dropped_out", "level_opened"]
    before, state = AuctionState(), AuctionState()
    told = {}
    for event in room.events:
        before, state = state, machine.evolve(state, event, state.seq + 1)
        if isinstance(event, ev.DroppedOut):
            told = {
                seat: event_view(before, state, event, Viewer(Role.SUPPLIER, seat))
                for seat in "abc"
            }
    assert told["a"] is told["b"] is None
    assert told["c"] == {
        "kind": "dropped_out", "lot": 1, "seat": "c", "level": 0,
        "at": "2026-03-02T10:01:00.000000Z",
    }  # fmt: skip
    with pytest.raises(OutOfLot) as refused:
        room.take("c", 1, at(1))
    assert refused.value.data == {"lot": 1, "level": 0}
    level = standing(room.state, Viewer(Role.SUPPLIER, "c")).lots[0].level
    assert level is not None
    assert (level.own, level.missed) == ("out", 0)


def test_exactly_one_acceptance_wins_at_its_level() -> None:
    room = rounds()
    room.take("a", 0, at(0))
    room.take("b", 0, at(0))
    room.take("b", 1, at(1))
    assert kinds(room.until(START + minutes(2))) == ["dropped_out", "lot_closed", "closed"]
    assert (room.lot.winner, room.lot.price) == ("b", Decimal("99.00"))


def test_a_lone_bidder_wins_at_the_start_price() -> None:
    room = rounds()
    room.take("c", 0, at(0))
    room.until(START + minutes(1))
    assert (room.lot.winner, room.lot.price) == ("c", Decimal("100.00"))


def test_where_nobody_accepts_the_first_to_accept_the_level_before_wins() -> None:
    room = rounds()
    room.take("b", 0, at(0, 5))
    room.take("a", 0, at(0, 6))
    room.take("a", 1, at(1, 5))
    room.take("b", 1, at(1, 6))
    assert kinds(room.until(START + minutes(3))) == ["level_opened", "lot_closed", "closed"]
    assert (room.lot.winner, room.lot.price) == ("a", Decimal("99.00"))


def test_nobody_at_level_zero_is_no_result() -> None:
    room = rounds()
    room.until(START)
    events = room.until(START + minutes(1))
    assert kinds(events) == ["dropped_out"] * 3 + ["lot_closed", "closed"]
    assert room.lot.outcome == "no_bid"


def test_a_reserve_that_is_not_met_leaves_no_winner() -> None:
    commitment = reserve_commitment(bytes.fromhex(SALT), "90.00")
    room = rounds(lots=(level_lot(reserve_commitment=commitment),))
    room.reserves = (OpenedReserve(1, SALT, Decimal("90.00")),)
    room.take("a", 0, at(0))
    room.until(START + minutes(1))
    assert room.lot.outcome == "reserve_not_met"


def test_prices_that_reach_the_bottom_end_with_the_first_to_accept() -> None:
    room = rounds(lots=(level_lot(scale=0, start=Decimal(1)),))
    room.take("b", 0, at(0, 1))
    room.take("a", 0, at(0, 2))
    room.until(START + minutes(1))
    assert (room.lot.winner, room.lot.price) == ("b", Decimal(1))


def test_levels_are_accepted_one_by_one_and_once() -> None:
    room = rounds()
    with pytest.raises(LevelNotReached):
        room.take("a", 1, at(0))
    room.take("a", 0, at(0))
    room.take("b", 0, at(0))
    with pytest.raises(LevelAcceptedAlready):
        room.take("a", 0, at(0, 11))
    room.take("a", 1, at(1))
    with pytest.raises(LevelAcceptedAlready):
        room.take("b", 0, at(1))
    with pytest.raises(OutOfLot):
        room.take("c", 0, at(1))
    with pytest.raises(LevelNotReached):
        room.take("b", 1, START + minutes(1))  # the boundary itself still belongs to level 0


def test_a_supplier_invited_late_may_join_at_level_zero_only() -> None:
    room = rounds()
    room.take("a", 0, at(0))
    room.take("b", 0, at(0))
    room.admit("d", at(0, 20))
    room.take("d", 0, at(0, 30))
    room.admit("e", at(1, 1))
    with pytest.raises(OutOfLot) as refused:
        room.take("e", 1, at(1, 2))
    assert refused.value.data == {"lot": 1, "level": 0}


def test_a_pause_keeps_the_level_and_exactly_what_remained_of_its_time() -> None:
    room = rounds()
    room.take("a", 0, at(0))
    room.take("b", 0, at(0))
    room.pause(at(1, 59))
    with pytest.raises(LotIsPaused):
        room.take("a", 1, at(1, 59.5))
    room.resume(START + minutes(9))
    resumes_at = START + minutes(10)
    assert kinds(room.until(resumes_at)) == ["lot_resumed"]
    assert room.lot.deadline == resumes_at + seconds(1)
    room.take("a", 1, resumes_at + seconds(1))
    room.until(resumes_at + seconds(1))
    assert room.lot.winner == "a"


def test_nothing_but_the_terms_drops_a_supplier_out() -> None:
    """There is no command, and no entry, by which a lost line could take a seat out of a lot."""
    found = {event for event in ev.KINDS if "drop" in event or "lost" in event}
    assert found == {"dropped_out", "connections_lost"}
    assert "seat" not in ev.ConnectionsLost.__dataclass_fields__  # it counts, and names nobody
    assert not {cls for cls in cmd.Command.__args__ if "Drop" in cls.__name__}
    with pytest.raises(NotInFormat):
        rounds().do(cmd.Withdraw("a", 1, "x"), at(0))


@pytest.mark.parametrize("count", list(Count))
def test_the_number_of_those_still_in_is_told_only_where_the_terms_show_it(count: Count) -> None:
    feedback = Feedback(rank=False, count=count, after_first_bid=False)
    room = rounds(feedback=feedback)
    for seat in "ab":
        room.take(seat, 0, at(0))
    zero = standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0]
    assert zero.level is not None
    assert (zero.bidders, zero.level.active, zero.level.accepted) == (None, None, None)
    room.take("a", 1, at(1))
    shown = 2 if count is Count.SHOWN else None
    for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.OBSERVER)):
        lot = standing(room.state, viewer).lots[0]
        assert lot.level is not None
        assert (lot.bidders, lot.level.active, lot.level.accepted) == (None, shown, None)
    buyer = standing(room.state, Viewer(Role.BUYER)).lots[0]
    assert buyer.level is not None
    assert (buyer.level.active, buyer.level.accepted) == (2, 1)
    rows = {row.seat: (row.level, row.out) for row in buyer.participants or ()}
    assert rows == {"a": (1, False), "b": (0, False), "c": (None, True)}


def test_the_terms_of_a_round_name_what_is_missing() -> None:
    good = levels_terms(Format.JAPANESE)
    assert check_terms(good) == []
    found = {each.field: each.code for each in check_terms(replace(good, japanese=None))}
    assert found == {"japanese.level": "terms.missing"}
    slow = replace(good, japanese=JapaneseTerms(level=minutes(60 * 25)))
    assert [each.code for each in check_terms(slow)] == ["terms.out_of_range"]
