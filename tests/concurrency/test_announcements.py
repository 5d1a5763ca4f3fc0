"""A boundary that waits in one gate is announced on the row: the others hold what came later.

``elsewhere`` is a third gate whose watermark stands still, which keeps a boundary waiting for as
long as a test needs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from auctions.domain.commands import AdmitSeat, Cancel, Officer, Pause, Withdraw
from auctions.domain.terms import SoftClose
from auctions.ledger.store import Head, lock_auction
from auctions.models import Auction, GateLease
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.messages import Ack, Refused
from auctions.services.deciding import decide_now
from kernel.clock import MICROSECOND, moment_from_wire, utc_now
from tests.concurrency.test_boundaries import GivenStamps, Valve, bid, sleep_until
from tests.rooms import PATIENCE, Room, Supplier, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]
MILLISECOND = timedelta(milliseconds=1)
HELD = 0.3  # seconds in which a command that is not held would long have been decided


def not_looking(cursor: Any, auction_id: UUID) -> Head:
    """As ``store.lock_auction``, blind for what is announced: the negative control."""
    return replace(lock_auction(cursor, auction_id), boundaries=())


@dataclass(slots=True)
class Process:
    """A gate that can be given stamps, be held back, fail once and be cut off."""

    gate: Gate
    stamps: GivenStamps
    valve: Valve
    cut_off: threading.Event
    broken: threading.Event

    def at(self, moment: datetime) -> Gate:
        """The gate, about to receive a command at that moment."""
        self.stamps.given.append(moment)
        return self.gate


@pytest.fixture
def new_process(new_gate: NewGate) -> Callable[..., Process]:
    def start(**options: Any) -> Process:
        stamps, valve = GivenStamps(), Valve()
        cut_off, broken = threading.Event(), threading.Event()

        def fail_once(_: UUID) -> None:
            if broken.is_set():
                broken.clear()
                raise RuntimeError("a failure the gate does not know")

        hooks = Hooks(before_transaction=valve.pass_through, before_commit=fail_once)
        gate = new_gate(stamps=stamps, hooks=hooks, lease_stalled=cut_off.is_set, **options)
        return Process(gate, stamps, valve, cut_off, broken)

    return start


@pytest.fixture
def room(new_gate: NewGate) -> Room:
    gate = new_gate()
    opened = open_room(2)
    opened.everyone_accepts(gate)
    sleep_until(opened.terms.starts_at + timedelta(seconds=0.1))
    assert isinstance(opened.place(gate, opened.suppliers[1], "999.00"), Ack)
    gate.stop(2)
    return opened


def standing_still(process: Process) -> datetime:
    """Keep the watermark of ``process`` where it is; a moment that it has not come past."""
    process.cut_off.set()
    time.sleep(0.1)  # a renewal that was under way
    return utc_now()


def pause(gate: Gate, room: Room, ref: str = "p") -> Future[Any]:
    command = Pause(reason="question", by=Officer.BUYER, ref=ref)
    return gate.submit(command, auction_id=room.id, party=room.officer)


def announced(room: Room) -> list[Any]:
    return Auction.objects.values_list("boundaries", flat=True).get(pk=room.id) or []


def wait_until_announced(room: Room, count: int = 1) -> None:
    until = time.monotonic() + 5
    while len(announced(room)) != count:
        assert time.monotonic() < until, announced(room)
        time.sleep(0.01)


@pytest.mark.parametrize("looks", [True, False], ids=["announced", "negative control"])
def test_a_bid_received_after_a_waiting_pause_is_refused(
    new_process: Callable[..., Process], room: Room, looks: bool
) -> None:
    ours, elsewhere = new_process(), new_process()
    theirs = new_process(lock=lock_auction if looks else not_looking)
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


def withdraw(gate: Gate, room: Room, of: Supplier, ref: str = "w") -> Future[Any]:
    command = Withdraw(seat=of.seat, lot=1, ref=ref)
    return gate.submit(command, auction_id=room.id, party=of.party)


def happened(room: Room, kind: str) -> Any:
    return next(entry for entry in room.entries() if entry.kind == kind)


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
