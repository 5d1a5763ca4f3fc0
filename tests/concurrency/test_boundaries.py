"""Boundaries: what was received in time counts, whoever decides it and however late.

Each gate here stands for one web process with its own lease; the clock is a third party.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from auctions.clock import AuctionClock
from auctions.domain.commands import Officer, Pause, Withdraw
from auctions.domain.terms import SoftClose
from auctions.models import GateLease
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.messages import Ack, Refused
from kernel.clock import MICROSECOND, moment_from_wire, utc_now
from tests.concurrency.processes import GivenStamps, Valve, bid, sleep_until
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]
LENGTH = timedelta(seconds=2)
NO_EXTENSION = SoftClose(window=timedelta(0), reset=timedelta(0))
EXTENDING = SoftClose(window=timedelta(seconds=2), reset=timedelta(seconds=3))


def running_room(gate: Gate, soft_close: SoftClose = NO_EXTENSION) -> tuple[Room, datetime]:
    """A room whose lot has started, and its planned deadline."""
    room = open_room(2, length=LENGTH, soft_close=soft_close)
    room.everyone_accepts(gate)
    sleep_until(room.terms.starts_at + timedelta(seconds=0.3))
    return room, room.terms.starts_at + LENGTH


def wait_for(room: Room, kind: str, seconds: float = 10.0) -> float:
    """When an entry of that kind was there, by the monotonic clock."""
    until = time.monotonic() + seconds
    while kind not in room.kinds():
        assert time.monotonic() < until, f"no {kind}: {room.kinds()}"
        time.sleep(0.02)
    return time.monotonic()


def entry(room: Room, kind: str) -> Any:
    return next(each for each in room.entries() if each.kind == kind)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same process", "another process"])
def test_a_bid_in_time_counts_though_it_is_decided_after_the_deadline(
    new_gate: NewGate, clock: AuctionClock, elsewhere: bool
) -> None:
    valve = Valve()
    slow = new_gate(hooks=Hooks(before_transaction=valve.pass_through))
    other = new_gate() if elsewhere else slow
    room, deadline = running_room(slow)
    valve.shut()

    timely = bid(slow, room, room.suppliers[0], "990.00")
    sleep_until(deadline + timedelta(seconds=0.3))
    late = bid(other, room, room.suppliers[1], "980.00")
    time.sleep(0.3)
    assert "lot_closed" not in room.kinds()
    assert not late.done()
    valve.open.set()

    assert isinstance(timely.result(PATIENCE), Ack)
    refused = late.result(PATIENCE)
    assert isinstance(refused, Refused)
    assert refused.code in ("auction.lot_closed", "auction.too_late", "auction.ended")
    wait_for(room, "lot_closed")
    closed = entry(room, "lot_closed")
    assert (closed.body["seat"], closed.body["amount"]) == (room.suppliers[0].seat, "990.00")
    assert moment_from_wire(closed.body["at"]) == deadline
    assert entry(room, "bid_placed").recorded_at > deadline


def test_a_bid_in_time_extends_and_lets_a_later_one_in_that_waited(
    new_gate: NewGate, clock: AuctionClock
) -> None:
    valve = Valve()
    slow = new_gate(hooks=Hooks(before_transaction=valve.pass_through))
    other = new_gate()
    room, deadline = running_room(slow, EXTENDING)
    valve.shut()

    timely = bid(slow, room, room.suppliers[0], "990.00")
    sleep_until(deadline + timedelta(seconds=0.2))
    after = bid(other, room, room.suppliers[1], "980.00")
    time.sleep(0.2)
    assert not after.done()
    valve.open.set()

    assert isinstance(timely.result(PATIENCE), Ack)
    assert isinstance(after.result(PATIENCE), Ack)
    assert "lot_closed" not in room.kinds()


def test_a_stalled_gate_delays_the_close_until_its_lease_lapses(
    new_gate: NewGate, clock: AuctionClock
) -> None:
    valve, stalled = Valve(), threading.Event()
    slow = new_gate(
        hooks=Hooks(before_transaction=valve.pass_through), lease_stalled=stalled.is_set
    )
    room, deadline = running_room(slow)
    valve.shut()
    held = bid(slow, room, room.suppliers[0], "990.00")
    sleep_until(deadline - timedelta(seconds=0.3))
    time.sleep(0.3)  # one more renewal, whose watermark still lies before the bid
    stalled.set()
    lease = GateLease.objects.get(process=slow.lease.process)
    assert lease.watermark < deadline

    wait_for(room, "lot_closed")
    decided = entry(room, "lot_closed")
    assert decided.recorded_at >= lease.lease_until - timedelta(seconds=0.3)
    assert decided.recorded_at > deadline + timedelta(seconds=1)
    assert decided.body["seat"] is None
    valve.open.set()

    answer = held.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.final) == ("gate.not_received", False)
    assert "bid_placed" not in room.kinds()


def test_a_gate_that_lapsed_takes_bids_again_in_a_new_epoch(new_gate: NewGate) -> None:
    stalled = threading.Event()
    gate = new_gate(lease_stalled=stalled.is_set)
    room = open_room(1)
    room.everyone_accepts(gate)
    epoch = gate.lease.epoch
    stalled.set()
    time.sleep(2.4)
    lapsed = room.place(gate, room.suppliers[0], "990.00")
    stalled.clear()
    until = time.monotonic() + 5
    while gate.lease.epoch == epoch and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)

    again = room.place(gate, room.suppliers[0], "980.00")
    assert isinstance(lapsed, Refused)
    assert lapsed.code in ("gate.not_received", "gate.unavailable")
    assert gate.lease.epoch == epoch + 1
    assert isinstance(again, Ack)


@pytest.mark.parametrize("past", [-1, 0, 1], ids=["1 µs before", "at it", "1 µs after"])
def test_the_deadline_holds_to_the_microsecond(
    new_gate: NewGate, clock: AuctionClock, past: int
) -> None:
    stamps = GivenStamps()
    gate = new_gate(stamps=stamps)
    valve = Valve()
    other = new_gate(hooks=Hooks(before_transaction=valve.pass_through))
    room, deadline = running_room(gate)
    # A bid held in another gate keeps the boundary open until the given stamp was used.
    valve.shut()
    held = bid(other, room, room.suppliers[1], "995.00")
    sleep_until(deadline + timedelta(seconds=0.2))
    stamps.given.append(deadline + past * MICROSECOND)
    future = bid(gate, room, room.suppliers[0], "990.00")
    valve.open.set()

    answer = future.result(PATIENCE)
    held.result(PATIENCE)
    assert isinstance(answer, Ack) is (past <= 0), answer
    wait_for(room, "lot_closed")


def test_a_withdrawal_in_time_counts_though_it_is_drawn_after_the_deadline(
    new_gate: NewGate, clock: AuctionClock
) -> None:
    valve = Valve()
    slow = new_gate(hooks=Hooks(before_transaction=valve.pass_through))
    other = new_gate()
    room, deadline = running_room(slow)
    owner, rival = room.suppliers
    assert isinstance(room.place(slow, owner, "990.00"), Ack)
    valve.shut()
    withdrawn = slow.submit(
        Withdraw(seat=owner.seat, lot=1, ref="w"), auction_id=room.id, party=owner.party
    )
    sleep_until(deadline + timedelta(seconds=0.2))
    late = bid(other, room, rival, "980.00")
    valve.open.set()

    assert isinstance(withdrawn.result(PATIENCE), Ack)
    answer = late.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == "auction.paused"
    assert moment_from_wire(entry(room, "lot_paused").body["at"]) == deadline
    assert "lot_closed" not in room.kinds()


def test_a_prebid_taken_back_before_the_start_needs_no_pause_though_drawn_after_it(
    new_gate: NewGate,
) -> None:
    valve = Valve()
    slow = new_gate(hooks=Hooks(before_transaction=valve.pass_through))
    starts_at = utc_now() + timedelta(seconds=3)
    room = open_room(1, starts_at=starts_at, prebid_opens_at=utc_now() + timedelta(seconds=0.2))
    room.everyone_accepts(slow)
    owner = room.suppliers[0]
    sleep_until(room.terms.prebid_opens_at + timedelta(seconds=0.1))
    assert isinstance(room.place(slow, owner, "990.00"), Ack)
    valve.shut()
    withdrawn = slow.submit(
        Withdraw(seat=owner.seat, lot=1, ref="w"), auction_id=room.id, party=owner.party
    )
    sleep_until(starts_at + timedelta(seconds=0.2))
    valve.open.set()

    assert isinstance(withdrawn.result(PATIENCE), Ack)
    kinds = room.kinds()
    assert kinds[kinds.index("withdrawal_requested") + 1] == "withdrawal_decided"
    assert "lot_paused" not in kinds


def test_a_pause_waits_for_what_other_gates_received_before_it(new_gate: NewGate) -> None:
    valve = Valve()
    slow = new_gate(hooks=Hooks(before_transaction=valve.pass_through))
    other = new_gate()
    room = open_room(1)
    room.everyone_accepts(slow)
    sleep_until(room.terms.starts_at + timedelta(seconds=0.2))
    valve.shut()
    before = bid(slow, room, room.suppliers[0], "990.00")
    time.sleep(0.05)
    pause = other.submit(
        Pause(reason="question", by=Officer.BUYER, ref="p"),
        auction_id=room.id, party=room.officer,
    )  # fmt: skip
    time.sleep(0.6)
    assert not pause.done()
    valve.open.set()

    assert isinstance(before.result(PATIENCE), Ack)
    assert isinstance(pause.result(PATIENCE), Ack)
    kinds = room.kinds()
    assert kinds.index("bid_placed") < kinds.index("lot_paused")
