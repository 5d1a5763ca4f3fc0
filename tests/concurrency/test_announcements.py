"""A boundary that waits in one gate is announced on the row: the others hold what came later.

``elsewhere`` is a third gate whose watermark stands still, which keeps a boundary waiting for as
long as a test needs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from auctions.domain.commands import AdmitSeat, Cancel, Officer, Withdraw
from auctions.ledger.store import Head, ask_lock
from auctions.models import GateLease
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from auctions.services.deciding import decide_now
from kernel.clock import MICROSECOND, utc_now
from tests.concurrency.processes import (
    HELD,
    MILLISECOND,
    Process,
    announced,
    bid,
    pause,
    standing_still,
    wait_until_announced,
)
from tests.rooms import PATIENCE, Room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]


def not_looking(cursor: Any, auction_id: UUID) -> Callable[[], Head]:
    """As ``store.ask_lock``, blind for what is announced: the negative control."""
    head = ask_lock(cursor, auction_id)
    return lambda: replace(head(), boundaries=())


@pytest.mark.parametrize("looks", [True, False], ids=["announced", "negative control"])
def test_a_bid_received_after_a_waiting_pause_is_refused(
    new_process: Callable[..., Process], room: Room, looks: bool
) -> None:
    ours, elsewhere = new_process(), new_process()
    theirs = new_process(lock=ask_lock if looks else not_looking)
    moment = standing_still(elsewhere)
    paused = pause(ours.at(moment), room)
    wait_until_announced(room)

    late = bid(theirs.at(moment + MILLISECOND), room, room.suppliers[0], "990.00")
    time.sleep(HELD)
    assert not paused.done()
    assert late.done() is not looks
    elsewhere.cut_off.clear()

    assert isinstance(paused.result(PATIENCE), Ack)
    answer = late.result(PATIENCE)
    assert (isinstance(answer, Refused) and answer.code == "auction.paused") is looks, answer
    assert room.kinds().count("bid_placed") == (1 if looks else 2)
    assert announced(room) == []


@pytest.mark.parametrize("past", [-1, 0, 1], ids=["1 µs before", "at it", "1 µs after"])
def test_a_pause_holds_to_the_microsecond_in_another_process(
    new_process: Callable[..., Process], room: Room, past: int
) -> None:
    ours, theirs, elsewhere = new_process(), new_process(), new_process()
    moment = standing_still(elsewhere)
    theirs.valve.shut()
    other = bid(theirs.at(moment + past * MICROSECOND), room, room.suppliers[0], "990.00")
    paused = pause(ours.at(moment), room)
    wait_until_announced(room)
    theirs.valve.open.set()
    time.sleep(HELD)
    assert other.done() is (past <= 0)
    elsewhere.cut_off.clear()

    assert isinstance(paused.result(PATIENCE), Ack)
    assert isinstance(other.result(PATIENCE), Ack) is (past <= 0)


def test_a_gate_that_dies_holds_the_others_no_longer_than_its_lease(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, theirs, elsewhere = new_process(), new_process(), new_process()
    moment = standing_still(elsewhere)
    paused = pause(ours.at(moment), room)
    wait_until_announced(room)
    ours.valve.shut()
    ours.cut_off.set()

    began = time.monotonic()
    held = bid(theirs.at(moment + MILLISECOND), room, room.suppliers[0], "990.00")
    time.sleep(HELD)
    assert not held.done()
    assert isinstance(held.result(PATIENCE), Ack)
    assert time.monotonic() - began < 3
    assert announced(room) == []

    ours.valve.open.set()
    answer = paused.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == "gate.not_received"
    assert "lot_paused" not in room.kinds()


def test_a_pause_that_fails_is_taken_back(new_process: Callable[..., Process], room: Room) -> None:
    ours, theirs, elsewhere = new_process(), new_process(), new_process()
    moment = standing_still(elsewhere)
    paused = pause(ours.at(moment), room)
    wait_until_announced(room)
    held = bid(theirs.at(moment + MILLISECOND), room, room.suppliers[0], "990.00")
    time.sleep(HELD)
    assert not held.done()
    ours.broken.set()

    answer = paused.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == "gate.unavailable"
    assert isinstance(held.result(1), Ack)  # sooner than any lease lapses
    assert announced(room) == []


def test_a_boundary_command_that_is_refused_is_taken_back(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, theirs, elsewhere = new_process(), new_process(), new_process()
    moment = standing_still(elsewhere)
    supplier = room.suppliers[0]
    withdrawn = ours.at(moment).submit(
        Withdraw(seat=supplier.seat, lot=1, ref="w"), auction_id=room.id, party=supplier.party
    )
    wait_until_announced(room)
    held = bid(theirs.gate, room, supplier, "990.00")
    time.sleep(HELD)
    assert not held.done()
    elsewhere.cut_off.clear()

    assert isinstance(withdrawn.result(PATIENCE), Refused)
    assert isinstance(held.result(PATIENCE), Ack)
    assert announced(room) == []


@pytest.mark.parametrize("apart", [timedelta(0), MILLISECOND], ids=["same moment", "1 ms apart"])
def test_of_two_boundaries_in_two_processes_the_earlier_counts(
    new_process: Callable[..., Process], room: Room, apart: timedelta
) -> None:
    first, second = sorted((new_process(), new_process()), key=lambda each: each.gate.lease.process)
    elsewhere = new_process()
    moment = standing_still(elsewhere)
    later = pause(second.at(moment + apart), room, "later")
    wait_until_announced(room)
    earlier = pause(first.at(moment), room, "earlier")
    wait_until_announced(room, 2)
    elsewhere.cut_off.clear()

    assert isinstance(earlier.result(PATIENCE), Ack)
    answer = later.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == "auction.already_paused"
    assert announced(room) == []


def test_a_boundary_behind_a_command_that_waits_is_announced_too(
    new_process: Callable[..., Process], room: Room
) -> None:
    first, ours, elsewhere = new_process(), new_process(), new_process()
    moment = standing_still(elsewhere)
    pause(first.at(moment), room, "first")
    wait_until_announced(room)
    # The bid waits for the first pause, and in the queue before the second one.
    ours.valve.shut()
    waiting = bid(ours.at(moment + MILLISECOND), room, room.suppliers[0], "990.00")
    second = pause(ours.at(moment + 2 * MILLISECOND), room, "second")
    ours.valve.open.set()
    wait_until_announced(room, 2)
    elsewhere.cut_off.clear()

    assert waiting.result(PATIENCE).code == "auction.paused"
    assert second.result(PATIENCE).code == "auction.already_paused"
    assert announced(room) == []


def test_a_boundary_no_gate_comes_past_is_given_up(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, theirs = new_process(), new_process()
    moment = utc_now()
    # A process that lives, but never decides what it received before the pause.
    GateLease.objects.create(
        process=uuid4(),
        epoch=1,
        watermark=moment - MILLISECOND,
        lease_until=moment + timedelta(minutes=5),
    )
    paused = pause(ours.at(moment), room)
    wait_until_announced(room)
    held = bid(theirs.at(moment + MILLISECOND), room, room.suppliers[0], "990.00")

    answer = paused.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.final) == ("gate.unavailable", False)
    assert utc_now() - moment > timedelta(seconds=4)
    assert isinstance(held.result(PATIENCE), Ack)


def test_what_services_decide_waits_for_an_announced_boundary(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours, elsewhere = new_process(), new_process()
    moment = standing_still(elsewhere)
    paused = pause(ours.at(moment), room)
    wait_until_announced(room)
    timer = threading.Timer(HELD, elsewhere.cut_off.clear)
    timer.start()

    decide_now(auction_id=room.id, command=AdmitSeat(seat="s99"))

    timer.join()
    assert paused.done()
    kinds = room.kinds()
    assert kinds.index("lot_paused") < len(kinds) - 1 - kinds[::-1].index("seat_admitted")


def test_a_service_cancels_while_bids_come_in(
    new_process: Callable[..., Process], room: Room
) -> None:
    ours = new_process()
    stop = threading.Event()

    def storm() -> None:
        cents = 99_000
        while not stop.is_set():
            cents -= 600
            bid(ours.gate, room, room.suppliers[0], f"{cents / 100:.2f}").result(PATIENCE)
            stop.wait(0.03)

    bidding = threading.Thread(target=storm)
    bidding.start()
    try:
        time.sleep(0.3)
        command = Cancel(reason="stop", by=Officer.BUYER, ref="c")
        decide_now(auction_id=room.id, command=command, party=room.officer)
    finally:
        stop.set()
        bidding.join()

    assert room.kinds().count("cancelled") == 1
