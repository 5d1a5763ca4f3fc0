"""The soft close."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auctions.domain.events import DeadlineCause, DeadlineMoved, HardStopAnnounced
from auctions.domain.terms import ExtensionBase, Feedback, Scope, SoftClose, Trigger
from tests.domain.room import START, US, Room, kinds, lot, minutes, seconds, terms

END = START + minutes(30)
WINDOW = minutes(3)


def room(**soft: object) -> Room:
    given = {"window": WINDOW, "reset": minutes(2), **soft}
    return Room(terms(soft_close=SoftClose(**given)), start=True)  # type: ignore[arg-type]


def test_a_bid_before_the_window_extends_nothing() -> None:
    assert kinds(room().bid("a", 900, END - WINDOW - US)) == ["bid_placed"]


def test_the_deadline_moves_to_a_whole_second_after_the_bid() -> None:
    where = room()
    _, moved = where.bid("a", 900, END - seconds(20.25))
    until = END + seconds(100)  # 99.75 s rounded up
    assert moved == DeadlineMoved(1, until, DeadlineCause.SOFT_CLOSE, 1)


def test_a_deadline_that_would_not_move_later_stays() -> None:
    assert kinds(room().bid("a", 900, END - minutes(2))) == ["bid_placed"]


def test_with_the_deadline_as_base_the_reset_is_added_to_it() -> None:
    where = room(base=ExtensionBase.DEADLINE)
    where.bid("a", 900, END - seconds(20))
    assert where.lot.deadline == END + minutes(2)


def test_window_zero_switches_it_off() -> None:
    assert kinds(room(window=timedelta(0)).bid("a", 900, END)) == ["bid_placed"]


def test_so_many_extensions_and_no_more() -> None:
    where = room(limit=1)
    where.bid("a", 900, END)
    assert kinds(where.bid("a", 800, END + minutes(2))) == ["bid_placed"]
    assert where.lot.deadline == END + minutes(2)


def test_the_hard_stop_is_announced_a_window_ahead_and_never_passed() -> None:
    where = room(hard_stop=minutes(33))
    where.bid("a", 900, END - US)
    where.bid("a", 800, END + seconds(90))
    assert where.lot.deadline == START + minutes(33)
    announced = [one for one in where.events if isinstance(one, HardStopAnnounced)]
    assert announced == [HardStopAnnounced(1, START + minutes(33))]
    assert kinds(where.bid("a", 700, START + minutes(33))) == ["bid_placed"]


@pytest.mark.parametrize(
    ("ranks", "seat", "amount", "moves"),
    [
        (1, "b", 890, False),  # second improves and stays second
        (1, "a", 700, False),  # the leader improves and stays first
        (1, "b", 790, True),  # a new leader
        (2, "c", 890, True),  # somebody enters rank 2
        (1, "c", 890, False),
    ],
)
def test_a_change_of_rank_may_be_the_trigger(
    ranks: int, seat: str, amount: int, moves: bool
) -> None:
    where = room(trigger=Trigger.RANK_CHANGE, trigger_ranks=ranks)
    where.bid("a", 800, START + seconds(1))
    where.bid("b", 895, START + seconds(2))
    where.bid("c", 1000, START + seconds(3))
    happened = kinds(where.bid(seat, amount, END))
    assert ("deadline_moved" in happened) == moves


def test_while_ranks_are_hidden_any_bid_triggers() -> None:
    # The validator refuses these terms; were they in force, an extension would not tell a rank.
    soft = SoftClose(window=WINDOW, reset=minutes(2), trigger=Trigger.RANK_CHANGE)
    where = Room(terms(soft_close=soft, feedback=Feedback(hide_ranks_last=minutes(2))), start=True)
    where.bid("a", 500, START + seconds(1))
    where.bid("b", 900, START + seconds(2))
    assert "deadline_moved" in kinds(where.bid("b", 800, END - seconds(1)))


def test_all_running_lots_may_be_extended() -> None:
    soft = SoftClose(window=WINDOW, reset=minutes(2), scope=Scope.ALL_LOTS)
    where = Room(terms(lots=(lot(1), lot(2)), soft_close=soft), start=True)
    happened = where.bid("a", 900, END, lot=2)
    assert [one.lot for one in happened[1:]] == [1, 2]  # type: ignore[union-attr]
    assert {one.deadline for one in where.state.lots.values()} == {END + minutes(2)}


def test_by_default_only_its_own_lot_is_extended() -> None:
    where = Room(terms(lots=(lot(1), lot(2))), start=True)
    where.bid("a", 900, END, lot=2)
    assert where.state.lots[1].deadline == END
