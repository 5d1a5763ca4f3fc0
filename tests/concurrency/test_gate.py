"""The gate: one outcome for each ref, signed answers, nothing recorded for who may not speak."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from auctions.models import AttemptEntry, CommandOutcome
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from crm_core.companies.models import Membership
from kernel.clock import utc_now
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]


def running(gate: Gate, suppliers: int = 2, **changes: object) -> Room:
    """An auction that everyone has accepted and whose lot has started."""
    room = open_room(suppliers, **changes)
    room.everyone_accepts(gate)
    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds() + 0.05))
    return room


def test_a_bid_is_recorded_and_signed(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)

    answer = room.place(gate, room.suppliers[0], "990.00", ref="one")

    assert isinstance(answer, Ack)
    assert answer.result == {"lot": 1, "amount": "990.00"}
    entry = room.entries()[-1]
    assert (entry.kind, entry.body["ref"], entry.leaf.hex()) == ("bid_placed", "one", answer.leaf)
    assert room.kinds()[-2] == "lot_started"


def test_the_same_ref_has_one_outcome_for_ever(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    first = room.place(gate, room.suppliers[0], "990.00", ref="one")
    again = room.place(gate, room.suppliers[0], "990.00", ref="one")
    other = room.place(gate, room.suppliers[0], "980.00", ref="one")

    assert isinstance(again, Ack)
    assert again.repeated
    assert again.signature == first.signature
    assert isinstance(other, Refused)
    assert other.code == "gate.ref_conflict"
    assert room.kinds().count("bid_placed") == 1


def test_a_refusal_is_signed_and_leaves_only_an_attempt(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    before = room.kinds()

    answer = room.place(gate, room.suppliers[0], "1000.01", ref="high")

    assert isinstance(answer, Refused)
    assert (answer.code, answer.final) == ("auction.above_ceiling", True)
    assert answer.signature
    assert "bid_placed" not in room.kinds()[len(before) :]
    attempt = AttemptEntry.objects.get(auction_id=room.id)
    assert bytes(attempt.leaf).hex() == answer.leaf


def test_who_lost_the_membership_is_refused_and_nothing_is_recorded(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    supplier = room.suppliers[0]
    Membership.objects.filter(user=supplier.user).update(active=False, left_at=utc_now())

    answer = room.place(gate, supplier, "990.00", ref="gone")

    assert isinstance(answer, Refused)
    assert answer.code == "gate.not_allowed"
    assert not CommandOutcome.objects.filter(auction_id=room.id, ref="gone").exists()
    assert "bid_placed" not in room.kinds()


def test_an_abandoned_ref_is_never_done(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    supplier = room.suppliers[0]
    abandoned = gate.abandon("late", auction_id=room.id, party=supplier.party).result(PATIENCE)
    answer = room.place(gate, supplier, "990.00", ref="late")

    assert isinstance(abandoned, Refused)
    assert isinstance(answer, Refused)
    assert (abandoned.code, answer.code) == ("gate.abandoned", "gate.abandoned")
    assert "bid_placed" not in room.kinds()


def test_a_fast_party_is_slowed_without_losing_its_ref(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate, commands_per_second=2)
    supplier = room.suppliers[0]
    answers = [
        room.place(gate, supplier, f"{900 - number * 20}.00", ref=f"n{number}")
        for number in range(12)
    ]

    limited = [answer for answer in answers if isinstance(answer, Refused)]
    assert limited
    assert {(each.code, each.final) for each in limited} == {("gate.rate_limited", False)}
    assert not CommandOutcome.objects.filter(ref=limited[0].ref).exists()
