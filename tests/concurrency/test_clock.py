"""The clock: what is due is decided once, whoever looks, and every minute is signed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.clock import AuctionClock
from auctions.domain.terms import LotOrder, LotTerms, SoftClose
from auctions.models import Auction, Checkpoint
from auctions.realtime.gate import Gate
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
