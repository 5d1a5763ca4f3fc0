"""Many bidders at once on one lot, through two gates: what is recorded is what the rules allow."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from auctions.domain import machine
from auctions.domain.commands import PlaceBid
from auctions.domain.events import BidPlaced
from auctions.domain.state import EMPTY
from auctions.ledger import store
from auctions.ledger.store import Head
from auctions.models import CommandOutcome
from auctions.realtime import database
from auctions.realtime.answers import Work
from auctions.realtime.batch import Lock, decide_in_transaction
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import PLATFORM
from kernel.clock import utc_now
from tests.concurrency.row_lock import unlocked
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]
BIDDERS = 32
BIDS = 12


def started(gate: Gate, suppliers: int, **changes: Any) -> Room:
    room = open_room(suppliers, **changes)
    room.everyone_accepts(gate)
    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds() + 0.1))
    return room


def storm(room: Room, gates: list[Gate]) -> list[tuple[PlaceBid, Any]]:
    """Everybody bids at once, each on its own thread, some of it too high; all answers."""
    answers: list[tuple[PlaceBid, Any]] = []
    start = threading.Barrier(len(room.suppliers))

    def bidder(number: int) -> None:
        supplier, rng = room.suppliers[number], random.Random(number)
        price = 1000.0
        start.wait()
        for turn in range(BIDS):
            price = round(price * (1 - rng.choice((0.001, 0.006, 0.01))), 2)
            command = room.bid(supplier, f"{price:.2f}", ref=f"b{number}-{turn}")
            gate = gates[(number + turn) % len(gates)]
            future = gate.submit(command, auction_id=room.id, party=supplier.party)
            answers.append((command, future.result(PATIENCE)))

    threads = [threading.Thread(target=bidder, args=(n,)) for n in range(len(room.suppliers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_thirty_two_bidders_through_two_gates(new_gate: NewGate) -> None:
    gates = [new_gate(), new_gate()]
    room = started(gates[0], BIDDERS, commands_per_second=1000)

    answers = storm(room, gates)

    entries = room.entries()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    accepted = {command.ref: answer for command, answer in answers if isinstance(answer, Ack)}
    refused = [answer for _, answer in answers if isinstance(answer, Refused)]
    assert len(accepted) + len(refused) == BIDDERS * BIDS
    assert {answer.code for answer in refused} == {"auction.bid_too_high"}
    bids = {entry.body["ref"]: entry for entry in entries if entry.kind == "bid_placed"}
    assert bids.keys() == accepted.keys()
    assert all(bids[ref].leaf.hex() == answer.leaf for ref, answer in accepted.items())
    assert_rules_agree(entries)
    assert CommandOutcome.objects.filter(auction_id=room.id, kind="accepted").count() == (
        len(accepted) + BIDDERS
    )


def assert_rules_agree(entries: list[Any]) -> None:
    """Deciding every recorded bid again, on the state before it, gives the same event."""
    state = EMPTY
    for entry in entries:
        event = entry.event()
        if isinstance(event, BidPlaced):
            again = machine.decide(
                state,
                PlaceBid(event.seat, event.lot, event.amount, event.ref, event.amount),
                event.received_at,
            )
            assert again[0] == event
        state = machine.evolve(state, event, entry.seq)


def test_without_the_row_lock_the_storm_breaks(new_gate: NewGate) -> None:
    """Negative control: the lock is what keeps the gates apart, the constraints only the ledger."""
    gates = [new_gate(lock=unlocked), new_gate(lock=unlocked)]
    room = started(new_gate(), 8, commands_per_second=1000)

    answers = storm(room, gates)

    lost = [answer for _, answer in answers if isinstance(answer, Refused) and not answer.final]
    assert lost, "nothing collided: this control proves nothing"
    entries = room.entries()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))


@pytest.mark.parametrize("lock", [store.ask_lock, unlocked], ids=["locked", "unlocked"])
def test_a_timer_cannot_write_back_what_it_read_before_a_bid(new_gate: NewGate, lock: Lock) -> None:
    """The interleaving by which a bid is lost: read, a bid comes in, write."""
    gate = new_gate()
    room = started(gate, 1, length=timedelta(minutes=5))
    has_read, bid_tried = threading.Event(), threading.Event()
    outcome: list[BaseException | str] = []

    def reading(cursor: Any, auction_id: UUID) -> Callable[[], Head]:
        head = lock(cursor, auction_id)

        def read() -> Head:
            found = head()
            has_read.set()
            assert bid_tried.wait(PATIENCE)
            return found

        return read

    def timer() -> None:
        work = late_seat(room)
        try:
            with database.connect(name="timer") as connection, connection.cursor() as cursor:
                decide_in_transaction(cursor, room.id, [work], lock=reading)
            outcome.append("written")
        except (psycopg.Error, store.LedgerBroken) as error:
            outcome.append(error)

    thread = threading.Thread(target=timer)
    thread.start()
    assert has_read.wait(PATIENCE)
    bid = gate.submit(
        room.bid(room.suppliers[0], "990.00", ref="between"),
        auction_id=room.id, party=room.suppliers[0].party,
    )  # fmt: skip
    time.sleep(0.5)
    came_between = bid.done()
    bid_tried.set()
    thread.join(PATIENCE)
    answer = bid.result(PATIENCE)

    if lock is unlocked:
        assert came_between
        assert isinstance(answer, Ack)
        assert isinstance(outcome[0], store.LedgerBroken | psycopg.Error)
    else:
        assert not came_between
        assert outcome == ["written"]
    recorded = [entry.body["ref"] for entry in room.entries() if entry.kind == "bid_placed"]
    assert recorded == (["between"] if isinstance(answer, Ack) else [])
    numbers = [entry.seq for entry in room.entries()]
    assert numbers == list(range(1, len(numbers) + 1))


def late_seat(room: Room) -> Work:
    """A write of the timer's own that needs no boundary to pass: one more seat."""
    from auctions.domain.commands import AdmitSeat

    return Work(AdmitSeat(seat="LATE1"), PLATFORM, utc_now())
