"""The gate's figures move when the thing happens, on the real gate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

import pytest

from auctions.clock import AuctionClock
from auctions.ledger.store import lock_auction
from auctions.models import Auction, Checkpoint, GateLease
from auctions.realtime import database
from auctions.realtime.answers import Answer
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.messages import Ack
from auctions.realtime.process import ready_gate, stop_gate
from kernel.clock import utc_now
from tests.measured import Change, value
from tests.rooms import PATIENCE, Room, Supplier, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]


def running(gate: Gate, suppliers: int = 2, **changes: object) -> Room:
    room = open_room(suppliers, **changes)
    room.everyone_accepts(gate)
    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds() + 0.05))
    return room


def test_each_bid_is_counted_once_by_what_became_of_it(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    change = Change()

    room.place(gate, room.suppliers[0], "990.00", ref="one")
    room.place(gate, room.suppliers[0], "990.00", ref="one")
    refused = room.place(gate, room.suppliers[0], "1000.01", ref="high")
    room.place(gate, room.suppliers[0], "1000.01", ref="high")

    assert change.of("fairfall_bids_total", outcome="accepted") == 1
    assert change.of("fairfall_bids_total", outcome="refused") == 1
    assert change.of("fairfall_bids_total", outcome="repeated") == 2
    assert change.of("fairfall_refusals_total", code=refused.code) == 1
    assert change.of("fairfall_gate_decide_seconds_count") == 4
    assert change.of("fairfall_gate_lock_wait_seconds_count") == 4
    assert change.of("fairfall_gate_answer_seconds_count") == 4


def test_who_is_too_fast_is_counted_as_undecided(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate, commands_per_second=2)
    change = Change()

    for number in range(12):
        room.place(gate, room.suppliers[0], f"{900 - number * 20}.00", ref=f"n{number}")

    limited = change.of("fairfall_refusals_total", code="gate.rate_limited")
    assert limited > 0
    assert change.of("fairfall_bids_total", outcome="undecided") == limited


def test_commands_decided_together_are_one_batch_and_the_first_waits_longest(
    new_gate: NewGate,
) -> None:
    began, hold = threading.Event(), threading.Event()

    def pause(_: object) -> None:
        began.set()
        hold.wait(PATIENCE)

    hold.set()
    gate = new_gate(hooks=Hooks(before_transaction=pause))
    room = running(gate)
    first, second = room.suppliers
    change = Change()
    hold.clear()
    began.clear()

    def bid(person: Supplier, amount: str) -> Future[Answer]:
        return gate.submit(room.bid(person, amount), auction_id=room.id, party=person.party)

    futures = [bid(first, "990.00")]
    assert began.wait(PATIENCE)
    futures.append(bid(second, "980.00"))
    time.sleep(0.4)
    futures += [bid(first, "970.00"), bid(second, "960.00")]
    assert gate.waiting() == 4
    hold.set()
    for future in futures:
        assert isinstance(future.result(PATIENCE), Ack)

    assert change.of("fairfall_gate_batch_size_sum") == 4
    assert change.of("fairfall_gate_batch_size_count") == 2
    assert change.of("fairfall_gate_answer_seconds_sum") >= 0.8  # the first's and the second's
    assert gate.waiting() == 0


def test_a_held_row_shows_as_waiting_for_the_lock(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    change = Change()

    with database.connect(name="test") as other:
        lock_auction(other.cursor(), room.id)
        future = gate.submit(
            room.bid(room.suppliers[0], "990.00"),
            auction_id=room.id,
            party=room.suppliers[0].party,
        )
        time.sleep(0.4)
        other.rollback()
    assert isinstance(future.result(PATIENCE), Ack)

    assert change.of("fairfall_gate_lock_wait_seconds_sum") >= 0.3
    assert change.of("fairfall_gate_lock_wait_seconds_count") == 1


def test_a_lease_that_lapsed_is_counted_and_its_commands_are_undecided(new_gate: NewGate) -> None:
    stalled = threading.Event()
    gate = new_gate(lease_stalled=stalled.is_set)
    room = running(gate)
    change = Change()

    stalled.set()
    GateLease.objects.update(lease_until=utc_now() - timedelta(seconds=1))
    stalled.clear()
    _until(lambda: change.of("fairfall_gate_lease_lapses_total") == 1)
    gate.stop()
    room.place(gate, room.suppliers[0], "990.00")

    assert change.of("fairfall_bids_total", outcome="undecided") == 1
    assert change.of("fairfall_refusals_total", code="gate.unavailable") == 1


def test_this_process_tells_what_waits_in_it() -> None:
    assert value("fairfall_gate_lease_held") == 0
    gate = ready_gate()
    try:
        room = running(gate)
        assert value("fairfall_gate_lease_held") == 1
        assert value("fairfall_gate_queued_commands") == 0
        with database.connect(name="test") as other:
            lock_auction(other.cursor(), room.id)
            seller = room.suppliers[0]
            future = gate.submit(room.bid(seller, "990.00"), auction_id=room.id, party=seller.party)
            time.sleep(0.7)
            assert value("fairfall_gate_queued_commands") == 1
            assert value("fairfall_gate_watermark_lag_seconds") >= 0.6
            assert value("fairfall_watermark_lag_seconds") >= 0.4
            other.rollback()
        assert isinstance(future.result(PATIENCE), Ack)
        _until(lambda: value("fairfall_watermark_lag_seconds") < 0.6)
    finally:
        stop_gate()
    assert value("fairfall_gate_lease_held") == 0


def test_the_living_gates_and_what_is_overdue_stand_in_the_database(new_gate: NewGate) -> None:
    new_gate()
    gate = new_gate()
    assert value("fairfall_gates") == 2
    room = running(gate)
    late = utc_now() - timedelta(seconds=30)
    assert value("fairfall_auctions_overdue") <= 1  # the start, which nobody's clock decides here
    Auction.objects.filter(pk=room.id).update(due=late)

    assert value("fairfall_auctions_overdue") == 1
    assert value("fairfall_clock_lateness_seconds") >= 30


def test_a_clock_that_takes_no_checkpoints_is_seen(new_gate: NewGate) -> None:
    gate = new_gate()
    room = open_room(1)
    Auction.objects.filter(pk=room.id).update(created_at=utc_now() - timedelta(minutes=5))
    assert value("fairfall_checkpoint_age_seconds") >= 300

    clock = AuctionClock()
    assert clock.take_checkpoints() == [room.id]
    clock.close()

    assert value("fairfall_checkpoint_age_seconds") < 60
    assert Checkpoint.objects.count() == 1
    assert gate.lease.held


def _until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
