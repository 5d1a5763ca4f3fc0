"""What the gate answers when the database fails it, and that one bad command harms no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from auctions.models import CommandOutcome
from auctions.realtime import database
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.messages import Ack, Refused, UnknownRef
from auctions.realtime.status import status_of
from kernel.clock import utc_now
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]


def started(gate: Gate, suppliers: int = 1) -> Room:
    room = open_room(suppliers)
    room.everyone_accepts(gate)
    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds() + 0.05))
    return room


def end_sessions_of_gates() -> None:
    """As a restart of the database would, for the gates' own connections."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'fairfall gate-%%' AND datname = current_database()"
        )


def test_a_connection_lost_before_the_commit_leaves_the_ref_unused(new_gate: NewGate) -> None:
    armed = threading.Event()

    def cut(_: UUID) -> None:
        if armed.is_set():
            armed.clear()
            with database.connect(name="cutter", autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                    " application_name LIKE 'fairfall gate-%' AND datname = current_database()"
                )

    gate = new_gate(hooks=Hooks(before_transaction=cut))
    room = started(gate)
    armed.set()
    first = room.place(gate, room.suppliers[0], "990.00", ref="again")
    second = room.place(gate, room.suppliers[0], "990.00", ref="again")

    assert isinstance(first, Refused)
    assert (first.code, first.final) == ("gate.unavailable", False)
    assert isinstance(second, Ack)
    assert not second.repeated
    assert room.kinds().count("bid_placed") == 1


def test_a_connection_lost_in_the_commit_is_unknown_and_status_tells(new_gate: NewGate) -> None:
    armed = threading.Event()

    def cut(_: UUID) -> None:
        if armed.is_set():
            armed.clear()
            with database.connect(name="cutter", autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                    " application_name LIKE 'fairfall gate-%' AND datname = current_database()"
                )

    gate = new_gate(hooks=Hooks(before_commit=cut))
    room = started(gate)
    armed.set()
    answer = room.place(gate, room.suppliers[0], "990.00", ref="lost")
    assert isinstance(answer, Refused)
    assert answer.code in ("gate.unknown", "gate.unavailable")
    assert not answer.final

    status = status_of(
        gate, auction_id=room.id, party=room.suppliers[0].seat, ref="lost", patience=5
    )
    recorded = CommandOutcome.objects.filter(auction_id=room.id, ref="lost").exists()
    assert isinstance(status, Ack) is recorded
    if isinstance(status, UnknownRef):
        assert not status.pending
    again = room.place(gate, room.suppliers[0], "990.00", ref="lost")
    assert isinstance(again, Ack)
    assert room.kinds().count("bid_placed") == 1


def test_the_gate_serves_on_after_the_database_cut_every_connection(new_gate: NewGate) -> None:
    gate = new_gate()
    room = started(gate)
    end_sessions_of_gates()
    time.sleep(0.2)
    answers = [
        room.place(gate, room.suppliers[0], f"{990 - 10 * number}.00") for number in range(3)
    ]

    assert isinstance(answers[-1], Ack)


def test_an_answer_nobody_can_take_stops_nobody_else(new_gate: NewGate) -> None:
    gate = new_gate()
    room = started(gate, 2)

    def burst(_: Any) -> None:
        raise RuntimeError("the socket is gone")

    lost = gate.submit(
        room.bid(room.suppliers[0], "990.00"), auction_id=room.id, party=room.suppliers[0].party
    )
    lost.add_done_callback(burst)
    answer = room.place(gate, room.suppliers[1], "980.00")

    assert isinstance(answer, Ack)
    assert isinstance(lost.result(PATIENCE), Ack)


def test_status_is_pending_while_another_gate_may_hold_the_command(new_gate: NewGate) -> None:
    open_valve = threading.Event()
    open_valve.set()

    def hold(_: UUID) -> None:
        assert open_valve.wait(PATIENCE)

    slow, other = new_gate(hooks=Hooks(before_transaction=hold)), new_gate()
    room = started(slow)
    supplier = room.suppliers[0]
    open_valve.clear()
    held = slow.submit(
        room.bid(supplier, "990.00", ref="held"), auction_id=room.id, party=supplier.party
    )
    time.sleep(0.05)
    while_held = status_of(other, auction_id=room.id, party=supplier.seat, ref="held", patience=0.6)
    open_valve.set()
    assert isinstance(held.result(PATIENCE), Ack)
    after = status_of(other, auction_id=room.id, party=supplier.seat, ref="held")

    assert while_held == UnknownRef(ref="held", pending=True)
    assert isinstance(after, Ack)
