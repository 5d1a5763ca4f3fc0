"""Where lines are drawn: behind all that counts, at moments that tell nothing of others."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from auctions.domain.terms import SoftClose
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from kernel.clock import moment_from_wire, utc_now
from tests.concurrency.processes import (
    HELD,
    MILLISECOND,
    Process,
    announced,
    bid,
    happened,
    pause,
    sleep_until,
    withdraw,
)
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]


def test_a_pause_that_was_overtaken_is_drawn_after_what_counts(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, theirs = new_process(), new_process()
    moment = utc_now()
    ours.valve.shut()  # nobody can know of the pause yet
    paused = pause(ours.at(moment), room)
    between = bid(ours.at(moment + MILLISECOND), room, room.suppliers[1], "980.00")
    overtaking = bid(theirs.at(moment + 2 * MILLISECOND), room, room.suppliers[0], "990.00")
    assert isinstance(overtaking.result(PATIENCE), Ack)
    ours.valve.open.set()

    assert isinstance(paused.result(PATIENCE), Ack)
    assert isinstance(between.result(PATIENCE), Ack)
    late = bid(theirs.gate, room, room.suppliers[0], "970.00").result(PATIENCE)
    assert isinstance(late, Refused)
    assert late.code == "auction.paused"
    events = [entry.event() for entry in room.entries()]
    line = next(event.at for event in events if event.kind == "lot_paused")
    received = [event.received_at for event in events if event.kind == "bid_placed"]
    assert len(received) == 3
    assert max(received) < line
    assert events[-1].kind == "lot_paused"


@pytest.mark.parametrize("rival_bids", [True, False], ids=["overtaken", "nobody bid"])
def test_a_withdrawal_pauses_behind_what_counts_whether_or_not_somebody_bid(
    new_process: Callable[..., Process], room: Room, rival_bids: bool
) -> None:
    ours, theirs = new_process(), new_process()
    rival, owner = room.suppliers
    moment = utc_now()
    ours.valve.shut()  # nobody can know of the withdrawal yet
    withdrawn = withdraw(ours.at(moment), room, owner)
    if rival_bids:
        between = bid(ours.at(moment + MILLISECOND), room, rival, "995.00")
        overtaking = bid(theirs.at(moment + 2 * MILLISECOND), room, rival, "990.00")
        assert isinstance(overtaking.result(PATIENCE), Ack)
    time.sleep(HELD)
    seen = utc_now()
    ours.valve.open.set()

    answer = withdrawn.result(PATIENCE)
    assert isinstance(answer, Ack), answer
    late = bid(theirs.gate, room, rival, "970.00").result(PATIENCE)
    assert isinstance(late, Refused)
    assert late.code == "auction.paused"
    events = [entry.event() for entry in room.entries()]
    received = [event.received_at for event in events if event.kind == "bid_placed"]
    asked = happened(room, "withdrawal_requested").event()
    paused = happened(room, "lot_paused")
    assert events[-1].kind == "lot_paused"
    assert max(received) <= paused.event().at <= paused.recorded_at
    # Its moment is that of the lock in both cases; its own time runs from the receipt.
    assert paused.event().at > seen
    assert asked.received_at == moment == moment_from_wire(answer.received_at)
    if rival_bids:
        # The rival's second bid was no lower than its first, but it was decided, not held up.
        assert isinstance(between.result(PATIENCE), Refused)
        assert len(received) == 2


def test_what_the_same_gate_received_while_the_line_was_drawn_counts(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours = new_process()
    rival, owner = room.suppliers
    ours.valve.shut()
    withdrawn = withdraw(ours.gate, room, owner)
    time.sleep(HELD)  # the withdrawal's batch is put together, and held back
    before = bid(ours.gate, room, rival, "990.00")
    time.sleep(0.05)
    ours.valve.open.set()

    assert isinstance(before.result(PATIENCE), Ack)
    assert isinstance(withdrawn.result(PATIENCE), Ack)
    assert room.kinds()[-3:] == ["bid_placed", "withdrawal_requested", "lot_paused"]
    line = happened(room, "lot_paused").event().at
    assert line >= moment_from_wire(before.result(0).received_at)


def test_a_bid_of_ones_own_after_the_withdrawal_is_not_taken_back(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, theirs = new_process(), new_process()
    owner = room.suppliers[1]
    moment = utc_now()
    ours.valve.shut()
    withdrawn = withdraw(ours.at(moment), room, owner)
    again = bid(theirs.at(moment + MILLISECOND), room, owner, "990.00")
    assert isinstance(again.result(PATIENCE), Ack)
    ours.valve.open.set()

    answer = withdrawn.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == "auction.nothing_to_withdraw"
    assert "lot_paused" not in room.kinds()


def test_two_withdrawals_in_two_processes_do_not_wait_for_each_other(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, theirs = new_process(), new_process()
    rival, owner = room.suppliers
    assert isinstance(bid(ours.gate, room, rival, "990.00").result(PATIENCE), Ack)
    ours.valve.shut()
    theirs.valve.shut()
    asked = [withdraw(ours.gate, room, rival), withdraw(theirs.gate, room, owner)]
    ours.valve.open.set()
    theirs.valve.open.set()

    began = time.monotonic()
    answers = [future.result(PATIENCE) for future in asked]
    assert time.monotonic() - began < 2  # far from being given up
    assert sorted(type(answer).__name__ for answer in answers) == ["Ack", "Refused"]
    refused = next(answer for answer in answers if isinstance(answer, Refused))
    assert refused.code == "auction.withdrawal_pending"
    assert announced(room) == []


def test_a_stamp_ahead_of_the_lock_is_no_later_than_it(
    new_process: Callable[..., Process], room: Room
) -> None:
    fast = new_process()
    answer = bid(fast.at(utc_now() + timedelta(seconds=3)), room, room.suppliers[0], "990.00")
    assert isinstance(answer.result(PATIENCE), Ack)
    placed = room.entries()[-1]
    assert placed.event().received_at == placed.recorded_at


def test_two_withdrawals_at_one_line_follow_each_other_as_they_were_received(
    new_gate: NewGate, new_process: Callable[..., Process]
) -> None:
    gate = new_gate()
    still = SoftClose(window=timedelta(0), reset=timedelta(0))
    room = open_room(2, length=timedelta(seconds=3), soft_close=still)
    room.everyone_accepts(gate)
    sleep_until(room.terms.starts_at + timedelta(seconds=0.1))
    for supplier, amount in zip(room.suppliers, ("990.00", "980.00"), strict=True):
        assert isinstance(room.place(gate, supplier, amount), Ack)
    gate.stop(2)
    ours = new_process()
    ours.valve.shut()
    first = withdraw(ours.gate, room, room.suppliers[0], "w1")
    second = withdraw(ours.gate, room, room.suppliers[1], "w2")
    # Both lines end at the deadline, which is past when they are drawn.
    sleep_until(room.terms.starts_at + timedelta(seconds=3.3))
    ours.valve.open.set()

    assert isinstance(first.result(PATIENCE), Ack)
    answer = second.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == "auction.withdrawal_pending"
