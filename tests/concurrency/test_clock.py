"""The clock: what is due is decided once, whoever looks, and every minute is signed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from auctions import clock as clock_module
from auctions.clock import AuctionClock
from auctions.domain.terms import LotOrder, LotTerms, SoftClose
from auctions.ledger import store
from auctions.models import Auction, Checkpoint
from auctions.realtime import database
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack
from kernel.clock import moment_from_wire, utc_now
from tests.rooms import Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]
NONE = SoftClose(window=timedelta(0), reset=timedelta(0))


def wait_until_ended(rooms: list[Room], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while Auction.objects.filter(closed_at=None).exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_two_clocks_close_every_auction_exactly_once() -> None:
    starts_at = utc_now() + timedelta(seconds=2)
    rooms = [
        open_room(1, starts_at=starts_at, length=timedelta(seconds=1), soft_close=NONE)
        for _ in range(8)
    ]
    stop = threading.Event()
    clocks = [AuctionClock(), AuctionClock()]
    threads = [threading.Thread(target=each.run, args=(stop.is_set, stop.wait)) for each in clocks]
    for thread in threads:
        thread.start()
    try:
        wait_until_ended(rooms)
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)

    for room in rooms:
        kinds = room.kinds()
        assert [kind for kind in kinds if kind != "seat_admitted"] == [
            "opened", "lot_started", "lot_closed", "closed",
        ]  # fmt: skip
        closed = next(each for each in room.entries() if each.kind == "lot_closed")
        assert moment_from_wire(closed.body["at"]) == starts_at + timedelta(seconds=1)
        assert closed.recorded_at >= starts_at + timedelta(seconds=1)


def test_a_lot_with_a_hidden_reserve_is_closed_against_it(new_gate: NewGate) -> None:
    gate = new_gate()
    room = open_room(1, reserve="900.00", length=timedelta(seconds=2), soft_close=NONE)
    room.everyone_accepts(gate)
    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds() + 0.05))
    room.place(gate, room.suppliers[0], "950.00")
    clock = AuctionClock()
    until = time.monotonic() + 10
    while "closed" not in room.kinds() and time.monotonic() < until:
        clock.look()
        time.sleep(0.05)
    clock.close()

    bodies = {each.kind: each.body for each in room.entries()}
    assert bodies["reserve_opened"]["amount"] == "900.00"
    assert bodies["lot_closed"]["outcome"] == "reserve_not_met"
    assert Auction.objects.get(pk=room.id).phase == "failed"


@pytest.fixture
def read_ahead() -> Iterator[Callable[[Room], AuctionClock]]:
    """A clock that has read an auction whose deadline is near."""
    clocks: list[AuctionClock] = []

    def look(room: Room) -> AuctionClock:
        clock = AuctionClock()
        clocks.append(clock)
        until = time.monotonic() + 10
        while "lot_started" not in room.kinds() or clock._soon.state(room.id) is None:
            assert time.monotonic() < until
            clock.look()
            time.sleep(0.05)
        return clock

    yield look
    for clock in clocks:
        clock.close()


def close_with(clock: AuctionClock, room: Room) -> dict[str, Any]:
    """What the clock says of the lot, once its deadline is over."""
    deadline = room.terms.starts_at + timedelta(seconds=2)
    time.sleep(max(0.0, (deadline - utc_now()).total_seconds() + 0.05))
    until = time.monotonic() + 10
    while "closed" not in room.kinds() and time.monotonic() < until:
        clock.decide_due()
        time.sleep(0.05)
    return next(each.body for each in room.entries() if each.kind == "lot_closed")


def test_a_closing_that_was_read_ahead_reads_no_ledger(
    read_ahead: Callable[[Room], AuctionClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = open_room(1, length=timedelta(seconds=2), soft_close=NONE)
    clock = read_ahead(room)
    read: list[object] = []
    load_state = store.load_state
    monkeypatch.setattr(
        store, "load_state", lambda *args, **more: read.append(args) or load_state(*args, **more)
    )

    assert close_with(clock, room)["outcome"] == "no_bid"
    assert read == []


def test_a_bid_that_came_after_reading_ahead_wins(
    new_gate: NewGate, read_ahead: Callable[[Room], AuctionClock]
) -> None:
    gate = new_gate()
    room = open_room(1, length=timedelta(seconds=2), soft_close=NONE)
    room.everyone_accepts(gate)
    clock = read_ahead(room)
    assert isinstance(room.place(gate, room.suppliers[0], "950.00"), Ack)

    assert close_with(clock, room)["seat"] == room.suppliers[0].seat


def test_serial_lots_follow_each_other(new_gate: NewGate) -> None:
    lots = tuple(
        LotTerms(number=number, title=f"Lot {number}", quantity=Decimal(1), unit="TNE")
        for number in (1, 2)
    )
    room = open_room(
        1, lots=lots, lot_order=LotOrder.SERIAL, lot_gap=timedelta(seconds=1),
        length=timedelta(seconds=1), soft_close=NONE,
    )  # fmt: skip
    clock = AuctionClock()
    until = time.monotonic() + 10
    while "closed" not in room.kinds() and time.monotonic() < until:
        clock.look()
        time.sleep(0.05)
    clock.close()

    entries = [each for each in room.entries() if each.kind.startswith("lot_")]
    assert [(each.kind, each.body["lot"]) for each in entries] == [
        ("lot_started", 1), ("lot_closed", 1), ("lot_scheduled", 2),
        ("lot_started", 2), ("lot_closed", 2),
    ]  # fmt: skip


def test_every_open_auction_gets_one_checkpoint_a_minute_whatever_happens() -> None:
    room = open_room(1, starts_at=utc_now() + timedelta(hours=1))
    first, second = AuctionClock(), AuctionClock()

    assert first.take_checkpoints() == [room.id]
    assert second.take_checkpoints() == []
    first.close()
    second.close()

    checkpoint = Checkpoint.objects.get(auction_id=room.id)
    assert (checkpoint.number, checkpoint.seq) == (1, len(room.entries()))


def test_one_broken_auction_does_not_keep_the_others_from_closing() -> None:
    broken = open_room(1, length=timedelta(seconds=1), soft_close=NONE)
    good = open_room(1, length=timedelta(seconds=1), soft_close=NONE)
    # A head that does not fit its chain: nothing may be added to it any more.
    Auction.objects.filter(pk=broken.id).update(head_hash=b"\1" * 32)
    clock = AuctionClock()
    until = time.monotonic() + 10
    while "closed" not in good.kinds() and time.monotonic() < until:
        clock.look()
        time.sleep(0.05)
    clock.close()

    assert "closed" in good.kinds()
    assert "lot_started" not in broken.kinds()


@pytest.fixture
def slow_to_write() -> Iterator[Callable[[Room], None]]:
    """Makes every entry of an auction take a minute to write."""

    def slow(room: Room) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION test_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NEW.auction_id = '{room.id}' THEN PERFORM pg_sleep(60); END IF;"
                " RETURN NEW; END $$;"
                "CREATE TRIGGER test_slow BEFORE INSERT ON auctions_ledgerentry"
                " FOR EACH ROW EXECUTE FUNCTION test_slow()"
            )

    yield slow
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS test_slow() CASCADE")


def impatient(**timeouts: str) -> AuctionClock:
    """A clock whose statements are cancelled sooner."""
    clock = AuctionClock()
    with clock._open().transaction():
        for name, value in timeouts.items():
            clock._open().execute(f"SET {name} = '{value}'")
    return clock


def test_an_auction_that_always_times_out_does_not_keep_the_others_from_closing(
    slow_to_write: Callable[[Room], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = open_room(1, length=timedelta(seconds=1), soft_close=NONE)
    good = open_room(1, length=timedelta(seconds=1), soft_close=NONE)
    slow_to_write(slow)
    # Set aside for less than its failure takes: that time counts from the failure on.
    monkeypatch.setattr(clock_module, "SET_ASIDE", timedelta(seconds=0.4))
    clock = impatient(statement_timeout="600ms")
    try:
        until = time.monotonic() + 10
        while slow.id not in clock._aside and time.monotonic() < until:
            clock.look()
            time.sleep(0.02)
        began = time.monotonic()
        clock.decide_due()
        assert time.monotonic() - began < 0.4
        while "closed" not in good.kinds() and time.monotonic() < until:
            clock.look()
            time.sleep(0.05)
    finally:
        clock.close()

    assert "closed" in good.kinds()
    assert "lot_started" not in slow.kinds()


def test_a_held_lock_keeps_no_other_auction_from_its_checkpoint() -> None:
    held, *others = (open_room(1, starts_at=utc_now() + timedelta(hours=1)) for _ in range(3))
    holder = database.connect(name="test holder")
    clock = impatient(lock_timeout="300ms")
    try:
        holder.execute("SELECT 1 FROM auctions_auction WHERE id = %s FOR UPDATE", (held.id,))
        assert set(clock.take_checkpoints()) == {room.id for room in others}
        began = time.monotonic()
        assert clock.take_checkpoints() == []
        assert time.monotonic() - began < 0.3
    finally:
        holder.close()
        clock.close()
