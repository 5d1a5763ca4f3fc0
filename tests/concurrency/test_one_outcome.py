"""Invariant 8: each ref has one outcome, and each answer that is final stands in a chain.

Programs of two processes: the same refs again with the same and with other payloads, given up
before and after, asked about at any time, while a process is held back, fails before or within its
transaction, loses its connection before the commit or just after it, or has its lease lapse.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import event as label
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain.commands import BUYER
from auctions.ledger import chain
from auctions.ledger.codec import Entry, payload_hash
from auctions.ledger.receipts import ACCEPTED, REFUSED, Receipt, signed_bytes
from auctions.ledger.store import read_after
from auctions.models import CommandOutcome
from auctions.realtime import database
from auctions.realtime.answers import Abandon, Answer
from auctions.realtime.errors import NOT_FINAL, Abandoned, RefConflict
from auctions.realtime.gate import Hooks
from auctions.realtime.messages import Ack, Refused, UnknownRef
from auctions.realtime.status import status_of
from crm_core.companies.models import Role
from infra.keys import KeyRing
from kernel import ed25519
from kernel.clock import moment_from_wire
from tests.concurrency.given_clock import (
    GivenClock,
    Pending,
    Process,
    given_clock,
    processes,
    until_true,
)
from tests.domain.room import BEFORE, START, seconds
from tests.rooms import Room, Supplier, company, open_for, terms_of

pytestmark = pytest.mark.django_db(transaction=True)
SEATS, REFS, GATES = (0, 1), ("a", "b", "c"), (0, 1)
TROUBLES = ("fails before", "fails within", "lost before", "lost after")
MILLISECOND = timedelta(milliseconds=1)
ABANDONED = bytes(32)  # the payload a receipt names where nothing was asked

# What a ref may be used for: all its uses but one conflict with the first that was decided.
ASKED: dict[str, Callable[[str, str], cmd.Command]] = {
    "low": lambda seat, ref: cmd.PlaceBid(seat, 1, Decimal("980.00"), ref, Decimal("980.00")),
    "lower": lambda seat, ref: cmd.PlaceBid(seat, 1, Decimal("900.00"), ref, Decimal("900.00")),
    "high": lambda seat, ref: cmd.PlaceBid(seat, 1, Decimal("1000.01"), ref, Decimal("1000.01")),
    "message": lambda seat, ref: cmd.PostMessage(seat, BUYER, "When do you load?", ref),
    "withdraw": lambda seat, ref: cmd.Withdraw(seat, 1, ref),
}


@dataclass(frozen=True)
class Step:
    """One step of a program; what a kind has no use for is left alone."""

    kind: str
    gate: int
    seat: int
    ref: str
    asked: str
    trouble: str


steps = st.builds(
    Step,
    kind=st.sampled_from(
        [*("send",) * 9, *("abandon",) * 3, *("status",) * 4, *("trouble",) * 3]
        + [*("shut",) * 4, *("open",) * 2, *("lapse",) * 2]
    ),
    gate=st.sampled_from(GATES),
    seat=st.sampled_from(SEATS),
    ref=st.sampled_from(REFS),
    asked=st.sampled_from([*("low",) * 2, "lower", "high", "message", "withdraw"]),
    trouble=st.sampled_from(TROUBLES),
)


class Losing(psycopg.Connection[Any]):
    """A connection that may be lost between a commit and the news of it."""

    here = threading.local()

    def commit(self) -> None:
        super().commit()
        if getattr(self.here, "lose", False):
            self.here.lose = False
            self.close()
            raise psycopg.OperationalError("the server closed the connection unexpectedly")


class Trouble:
    """What one gate is to suffer in its next transactions, in order."""

    def __init__(self) -> None:
        self.next: list[str] = []
        self.hooks = Hooks(before_transaction=self._before, before_commit=self._within)

    def _before(self, _: UUID) -> None:
        if self.next and self.next[0] == "fails before":
            self.next.pop(0)
            raise RuntimeError("a failure the gate does not know")

    def _within(self, _: UUID) -> None:
        trouble = self.next.pop(0) if self.next else ""
        if trouble == "fails within":
            raise RuntimeError("a failure the gate does not know")
        if trouble == "lost before":
            with database.connect(name="cutter", autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = %s AND datname = current_database()"
                    " AND state = 'idle in transaction'",
                    (f"fairfall {threading.current_thread().name}",),
                )
        Losing.here.lose = trouble == "lost after"


@dataclass
class Said:
    """An answer, to what it was given, and the moment of the question."""

    seat: str
    ref: str
    asked: cmd.Command | Abandon | None  # None: a question for the status
    at: datetime
    answer: Answer | UnknownRef


@dataclass
class Conduct:
    """Runs a program and keeps every answer."""

    room: Room
    clock: GivenClock
    processes: list[Process]
    troubles: list[Trouble]
    shut: set[int] = field(default_factory=set)
    under_way: list[tuple[Supplier, str, cmd.Command | Abandon, datetime, Future[Answer]]] = field(
        default_factory=list
    )
    said: list[Said] = field(default_factory=list)

    def run(self, program: list[Step]) -> list[Said]:
        for step in program:
            getattr(self, f"_{step.kind}")(step)
        for trouble in self.troubles:
            trouble.next.clear()
        for number in GATES:
            self.shut.discard(number)
        for number in GATES:
            self._let(number)
        for number in GATES:  # what waited for what the first has decided since
            self._let(number)
        self._ask_everything()
        self._repeat_everything()
        for supplier, ref, asked, at, future in self.under_way:
            self.said.append(Said(supplier.seat, ref, asked, at, future.result(0)))
        self._ask_everything()
        return self.said

    def _ask_everything(self) -> None:
        for supplier in self.room.suppliers:
            for ref in REFS:
                for number in GATES:
                    self._ask(number, supplier, ref)

    def _repeat_everything(self) -> None:
        """Now that nothing fails, every command gets a final answer, and so does giving it up."""
        before = self.under_way[:]
        for number in GATES:  # each in one batch: a ref without an outcome is given up first
            for supplier in self.room.suppliers:
                for ref in REFS:
                    self._take(number, supplier, ref, Abandon(ref))
                    self._take(number, supplier, ref, ASKED["message"](supplier.seat, ref))
            for supplier, ref, asked, _, _ in before:
                self._take(number, supplier, ref, asked)
            self._let(number)
        for _, _, _, _, future in self.under_way[len(before) :]:
            answer = future.result(0)
            assert isinstance(answer, Ack) or answer.final, answer

    def _send(self, step: Step) -> None:
        supplier = self.room.suppliers[step.seat]
        self._take(step.gate, supplier, step.ref, ASKED[step.asked](supplier.seat, step.ref))
        self._let(step.gate)

    def _abandon(self, step: Step) -> None:
        supplier = self.room.suppliers[step.seat]
        self._take(step.gate, supplier, step.ref, Abandon(step.ref))
        self._let(step.gate)

    def _take(
        self, number: int, supplier: Supplier, ref: str, asked: cmd.Command | Abandon
    ) -> None:
        self.clock.move(self.clock.now + MILLISECOND)
        process = self.processes[number]
        if isinstance(asked, Abandon):
            future = process.gate.abandon(asked.ref, auction_id=self.room.id, party=supplier.party)
        else:
            future = process.receive(
                asked, room=self.room.id, party=supplier.party, at=self.clock.now
            )
        process.pending.append(Pending(len(self.under_way), self.clock.now, future, False))
        self.under_way.append((supplier, ref, asked, self.clock.now, future))

    def _let(self, number: int) -> None:
        if number in self.shut:
            return
        for each in self.processes:
            each.publish()
        self.processes[number].let()

    def _status(self, step: Step) -> None:
        self._ask(step.gate, self.room.suppliers[step.seat], step.ref)

    def _ask(self, number: int, supplier: Supplier, ref: str) -> None:
        self.clock.move(self.clock.now + MILLISECOND)
        for each in self.processes:
            each.publish()
        told = status_of(
            self.processes[number].gate,
            auction_id=self.room.id,
            party=supplier.seat,
            ref=ref,
            patience=0.05,
        )
        self.said.append(Said(supplier.seat, ref, None, self.clock.now, told))

    def _trouble(self, step: Step) -> None:
        self.troubles[step.gate].next.append(step.trouble)

    def _shut(self, step: Step) -> None:
        self.shut.add(step.gate)

    def _open(self, step: Step) -> None:
        self.shut.discard(step.gate)
        self._let(step.gate)

    def _lapse(self, step: Step) -> None:
        gate = self.processes[step.gate].gate
        epoch = gate.lease.epoch
        self.clock.cut_off(gate)
        gate.lease.hurry()
        until_true(lambda: gate.lease.epoch > epoch and gate.lease.held)


@pytest.fixture
def clock(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[GivenClock]:
    """The given clock, and connections that may be lost."""
    monkeypatch.setattr(psycopg, "connect", Losing.connect)
    with given_clock(BEFORE) as made:
        yield made


@pytest.fixture
def people(clock: GivenClock) -> tuple[Supplier, list[Supplier]]:
    """A buyer and two suppliers."""
    return company(Role.OFFICER, buys=True), [company(Role.BIDDER, sells=True) for _ in SEATS]


def chained(room: Room, which: str) -> dict[str, Entry]:
    """The entries of a chain by their leaves, each link checked."""
    with connection.cursor() as cursor:
        entries = read_after(cursor, room.id, 0, 100_000, which=which)
    before = chain.origin(which, str(room.id))
    for number, entry in enumerate(entries, 1):
        assert entry.seq == number
        assert chain.link(before, entry.leaf) == entry.hash
        before = entry.hash
    return {entry.leaf.hex(): entry for entry in entries}


def whose(entry: Entry) -> tuple[str, str]:
    """The party and ref an entry stands for; empty for what the platform did."""
    body = entry.body
    party = body.get("party") or body.get("seat") or body.get("sender") or ""
    return party, body.get("ref") or ""


@settings(
    max_examples=min(settings().max_examples, 15),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes part of a second
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(st.lists(steps, min_size=12, max_size=40))
def test_each_ref_has_one_outcome_that_stands_in_its_chain(
    clock: GivenClock, people: tuple[Supplier, list[Supplier]], program: list[Step]
) -> None:
    clock.start_again(BEFORE)
    room = open_for(*people, terms_of(starts_at=START, commands_per_second=1000))
    troubles = [Trouble() for _ in GATES]
    with ExitStack() as stack:
        started = stack.enter_context(
            processes(clock, len(GATES), hooks=[each.hooks for each in troubles])
        )
        for supplier in room.suppliers:
            accept = cmd.AcceptTerms(supplier.seat, 1, room.terms.digest(), "accepted")
            future = started[0].receive(accept, room=room.id, party=supplier.party, at=clock.now)
            started[0].pending.append(Pending(0, clock.now, future, False))
        started[0].let()
        clock.move(START + seconds(1))
        said = Conduct(room, clock, started, troubles).run(program)

    check_each_ref(room, said)
    for one in said:
        if isinstance(one.answer, Refused):
            label(one.answer.code)
        elif isinstance(one.answer, UnknownRef):
            label(f"unknown, pending {one.answer.pending}")
        else:
            label("ack")


def check_each_ref(room: Room, said: list[Said]) -> None:
    """One outcome each, told to everybody alike, signed, and alone in its chain."""
    chains = {ACCEPTED: chained(room, chain.LEDGER), REFUSED: chained(room, chain.ATTEMPTS)}
    recorded = [whose(entry) for entries in chains.values() for entry in entries.values()]
    for supplier in room.suppliers:
        for ref in REFS:
            here = [one for one in said if (one.seat, one.ref) == (supplier.seat, ref)]
            outcome = CommandOutcome.objects.get(auction_id=room.id, party=supplier.seat, ref=ref)
            assert recorded.count((supplier.seat, ref)) == 1
            assert_all_tell(outcome, here)
            assert_stands_in_its_chain(outcome, room, chains)


def assert_all_tell(outcome: CommandOutcome, here: list[Said]) -> None:
    """Every final answer is the first; another payload is a conflict; status never denies it."""
    kind = Ack if outcome.answer["type"] == "ack" else Refused
    first = msgspec.convert(outcome.answer, kind)
    anew = 0
    for one in here:
        answer = one.answer
        if isinstance(answer, UnknownRef):
            # ``pending`` false: what was received before the question can no longer come up.
            assert answer.pending or outcome.received_at > one.at
            continue
        if isinstance(answer, Refused) and answer.code in NOT_FINAL:
            continue
        payload = payload_hash(one.asked) if isinstance(one.asked, cmd.Command) else None
        other = payload is not None and payload != bytes(outcome.payload_hash)
        if other and outcome.kind != "abandoned":
            assert isinstance(answer, Refused)
            assert answer.code == RefConflict.code
            assert not answer.signature
            continue
        assert msgspec.structs.replace(answer, repeated=False) == first
        anew += not answer.repeated
    assert anew <= 1
    for one in here[-len(GATES) :]:
        assert one.answer == msgspec.structs.replace(first, repeated=True)


def assert_stands_in_its_chain(
    outcome: CommandOutcome, room: Room, chains: dict[str, dict[str, Entry]]
) -> None:
    """The receipt is the platform's word for this very entry."""
    answer = outcome.answer
    told = ACCEPTED if answer["type"] == "ack" else REFUSED
    assert (outcome.kind == "accepted") is (told == ACCEPTED)
    assert (outcome.kind == "abandoned") is (answer.get("code") == Abandoned.code)
    assert (bytes(outcome.payload_hash) == ABANDONED) is (outcome.kind == "abandoned")
    entry = chains[told][answer["leaf"]]
    assert whose(entry) == (outcome.party, outcome.ref)
    assert entry.seq == outcome.seq
    assert moment_from_wire(answer["received_at"]) == outcome.received_at
    assert moment_from_wire(entry.body["received_at"]) == outcome.received_at
    receipt = Receipt(
        auction=str(room.id),
        outcome=told,
        id=answer["id"],
        leaf=entry.leaf,
        party=outcome.party,
        ref=outcome.ref,
        payload=bytes(outcome.payload_hash),
        received_at=outcome.received_at,
    )
    signed = signed_bytes({**receipt.document(), "key_id": answer["key_id"]})
    key = KeyRing(django_settings.PLATFORM_KEY_DIR).signer(room.terms.platform_key).public_key
    assert answer["key_id"] == room.terms.platform_key
    assert ed25519.verify(key, signed, bytes.fromhex(answer["signature"]))
