"""Invariant 2: process, batch and arrival do not matter where ``received_at`` and order are fixed.

What is fixed, and what is not. Every command has its ``received_at``. A *line* (a pause, a
withdrawal, a cancellation, an edit of the terms) and a *due moment* (a start, a resume, a deadline
...) part the commands into stretches. Between two of them the order of decision is what breaks
ties, and processes decide as they get on; so there it is fixed too, to that of ``received_at``.
Everything else is drawn: which of three processes receives a command, which commands make a batch
and in which order they come to its queue, and above all whether the commands after a line or due
moment are looked at before those from before it are: then watermarks and announcements must bring
them back in order.

Three things of the design bound what is drawn, see docs/adr/0003: a line binds other processes from
its announcement on, so its process looks at it before anybody receives anything later; one that
could not be drawn within four seconds is given up; and the moment that a withdrawal's pause takes
may be told by the database's clock, so that clock stands still until a withdrawal is decided.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import event as label
from hypothesis import strategies as st

from auctions.clock import AuctionClock
from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.domain.state import AuctionState
from auctions.domain.terms import Terms
from auctions.ledger import chain
from auctions.ledger.boundaries import boundaries_from_text
from auctions.ledger.snapshot import state_from_text, state_to_text
from auctions.ledger.store import load_state, read_after
from auctions.models import Auction, CommandOutcome
from auctions.realtime.lines import LONGEST
from auctions.realtime.party import PLATFORM, Party
from crm_core.companies.models import Role
from infra.keys import KeyRing
from kernel.clock import MICROSECOND
from tests.concurrency.given_clock import (
    GivenClock,
    Pending,
    Process,
    due_of,
    given_clock,
    processes,
)
from tests.domain.room import BEFORE
from tests.properties.play import SEATS, Intent, Player, all_terms, scripts
from tests.rooms import Room, Supplier, company, open_for

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 3
FOR_EVER = timedelta(days=3)  # longer than any auction of the programs
_PROOF = ("leaf", "id", "key_id", "signature", "repeated")


@dataclass(frozen=True)
class Choice:
    """How one command comes in, seen from the one before it."""

    process: int
    together: bool  # in the batch of the command before it, so also in its process
    held: bool  # its process does not get to it before others look at what came later


choices = st.lists(
    st.builds(Choice, st.integers(0, PROCESSES - 1), st.booleans(), st.booleans()),
    min_size=1,
    max_size=24,
)


@dataclass(frozen=True)
class Asked:
    """A command at its moment, seats by the names of the script."""

    number: int
    at: datetime
    command: cmd.Command

    @property
    def line(self) -> bool:
        return isinstance(self.command, cmd.BOUNDARY_COMMANDS)


@dataclass(frozen=True)
class Group:
    """What is received together, in one process."""

    process: int
    asked: list[Asked]
    held: bool

    @property
    def line(self) -> bool:
        return self.asked[0].line


@pytest.fixture
def clock(transactional_db: None) -> Iterator[GivenClock]:
    """The given clock, before everything."""
    with given_clock(BEFORE - timedelta(minutes=1)) as made:
        yield made


@pytest.fixture
def people(clock: GivenClock) -> tuple[Supplier, list[Supplier]]:
    """A buyer and as many suppliers as scripts have seats."""
    return company(Role.OFFICER, buys=True), [company(Role.BIDDER, sells=True) for _ in SEATS]


def what_was_asked(terms: Terms, script: list[Intent]) -> list[Asked]:
    """The commands of a script, at moments of their own."""
    player = Player(terms)
    player.run(script)
    asked: list[Asked] = []
    for step in player.played.steps:
        if isinstance(step.command, cmd.Tick | cmd.AdmitSeat):
            continue
        at = max(step.at, asked[-1].at + MICROSECOND) if asked else step.at
        asked.append(Asked(len(asked), at, step.command))
    return asked


def groups_of(asked: list[Asked], drawn: Sequence[Choice]) -> list[Group]:
    """Batches in processes as they were drawn; a line comes by itself."""
    groups: list[Group] = []
    for one, choice in zip(asked, cycle(drawn), strict=False):
        last = groups[-1] if groups else None
        if last is not None and choice.together and not last.line and not one.line:
            last.asked.append(one)
        else:
            groups.append(Group(choice.process, [one], choice.held and not one.line))
    return groups


def all_in_one(asked: list[Asked]) -> list[Group]:
    """One process, one batch; a new one only after a withdrawal (see above)."""
    groups = [Group(0, [], False)]
    for one in asked:
        groups[-1].asked.append(one)
        if isinstance(one.command, cmd.Withdraw):
            groups.append(Group(0, [], False))
    return [group for group in groups if group.asked]


@dataclass
class Conduct:
    """Brings groups in, letting processes get on no sooner than the order allows."""

    room: Room
    clock: GivenClock
    processes: list[Process]
    chance: random.Random
    early: int = 0  # batches looked at while something from before them was undecided
    seats: dict[str, Supplier] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seats = dict(zip(SEATS, self.room.suppliers, strict=True))

    def bring(self, group: Group) -> None:
        process = self.processes[group.process]
        if not self._in_order(group) or self._overdue(group):
            self.settle()
        self._receive(process, group.asked)
        if group.held:
            return
        self._publish(but=process)
        self.early += any(each.pending for each in self.processes if each is not process)
        process.let()
        if isinstance(group.asked[0].command, cmd.Withdraw) and not self._announced(group):
            self.settle()

    def settle(self) -> None:
        """Let everybody get on until nothing is undecided."""
        for _ in range(1000):
            waiting = [each for each in self.processes if each.pending]
            if not waiting:
                return
            first = min(waiting, key=lambda each: each.pending[0].number)
            self._publish(but=first)
            first.let()
        raise AssertionError("nobody gets on")

    def _receive(self, process: Process, asked: list[Asked]) -> None:
        arriving = asked[:]
        self.chance.shuffle(arriving)
        taken = []
        for one in arriving:
            command, party = self._as_seated(one.command)
            future = process.receive(command, room=self.room.id, party=party, at=one.at)
            taken.append(Pending(one.number, one.at, future, one.line))
        process.pending += sorted(taken, key=lambda each: each.number)
        self.clock.move(asked[-1].at)

    def _in_order(self, group: Group) -> bool:
        """Whether a line or due moment keeps the group behind all that others have not decided."""
        due = due_of(self.room.id)
        first = group.asked[0]
        others = [
            each
            for number, process in enumerate(self.processes)
            for each in process.pending
            if number != group.process
        ]
        lines = [each.number for process in self.processes for each in process.pending if each.line]
        return all(
            first.line
            or any(each.number <= line for line in lines)
            or (due is not None and each.received_at <= due < first.at)
            for each in others
        )

    def _announced(self, group: Group) -> bool:
        """Whether others already wait behind the group's line, so that its moment is settled.

        One that something due stands before is announced where it was received, not drawn yet.
        """
        due = due_of(self.room.id)
        if due is not None and due < group.asked[0].at:
            return False
        shown = Auction.objects.values_list("boundaries", flat=True).get(pk=self.room.id) or []
        process = self.processes[group.process].gate.lease.process
        return any(
            boundary.process == process and boundary.at == group.asked[0].at
            for boundary in boundaries_from_text(json.dumps(shown))
        )

    def _overdue(self, group: Group) -> bool:
        """Whether a line that waits would be given up by the time the group has come in."""
        return any(
            each.line and group.asked[-1].at - each.received_at > LONGEST
            for process in self.processes
            for each in process.pending
        )

    def _publish(self, but: Process) -> None:
        for each in self.processes:
            if each is not but:
                each.publish()

    def _as_seated(self, command: cmd.Command) -> tuple[cmd.Command, Party]:
        """The command with this room's seats, and who sends it."""
        for name in ("seat", "sender", "to"):
            named = getattr(command, name, None)
            if named in self.seats:
                command = replace(command, **{name: self.seats[named].seat})  # type: ignore[type-var]
        sender = getattr(command, "seat", getattr(command, "sender", None))
        supplier = next((each for each in self.room.suppliers if each.seat == sender), None)
        if supplier is not None and not isinstance(command, cmd.DecideUnlock):
            return command, supplier.party
        by_buyer = getattr(command, "by", None) is Officer.BUYER
        return command, self.room.officer if by_buyer else PLATFORM


@dataclass
class Result:
    """All of an auction that may not depend on how its commands came in; seats by script name."""

    entries: list[tuple[str, Any]]
    attempts: list[tuple[str, Any]]
    outcomes: dict[tuple[str, str], Any]
    state: AuctionState
    row: Any


def result_of(room: Room) -> Result:
    def named(text: str) -> str:
        for name, supplier in zip(SEATS, room.suppliers, strict=True):
            text = text.replace(supplier.seat, name)
        return text

    def chained(which: str) -> list[tuple[str, Any]]:
        with connection.cursor() as cursor:
            entries = read_after(cursor, room.id, 0, 100_000, which=which)
        return [
            (entry.kind, json.loads(named(entry.body_json.decode())))
            for entry in entries
            if entry.kind != "seat_admitted"  # in an order of their own, before all else
        ]

    outcomes = {}
    for outcome in CommandOutcome.objects.filter(auction_id=room.id):
        answer = {key: value for key, value in outcome.answer.items() if key not in _PROOF}
        told = json.loads(named(json.dumps(answer)))
        known = (outcome.kind, outcome.received_at, outcome.seq, told)
        outcomes[named(outcome.party), outcome.ref] = known
    with connection.cursor() as cursor:
        loaded = load_state(cursor, room.id, rules_version=room.auction.rules_version)
    row = Auction.objects.values("phase", "due", "closed_at", "head_seq", "attempts_seq")
    return Result(
        entries=chained(chain.LEDGER),
        attempts=chained(chain.ATTEMPTS),
        outcomes=outcomes,
        state=state_from_text(named(state_to_text(loaded.state))),
        row=row.get(pk=room.id),
    )


def play(
    room: Room, clock: GivenClock, groups: list[Group], count: int, chance: random.Random
) -> tuple[Result, int]:
    """Bring everything in and let the auction end; what came of it, and how much came early."""
    with processes(clock, count) as started:
        conduct = Conduct(room, clock, started, chance)
        for group in groups:
            conduct.bring(group)
        conduct.settle()
        clock.move(clock.now + FOR_EVER)
        for each in started:
            each.publish()
        ticking = AuctionClock(now_decided=lambda _: None)
        while due_of(room.id) is not None:
            assert room.id in ticking.decide_due().decided
        ticking.close()
    return result_of(room), conduct.early


@settings(
    max_examples=min(settings().max_examples, 25),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes a second
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(all_terms(), scripts, choices, st.randoms(use_true_random=False))
def test_process_batch_and_arrival_do_not_matter(
    clock: GivenClock,
    people: tuple[Supplier, list[Supplier]],
    terms: Terms,
    script: list[Intent],
    drawn: list[Choice],
    chance: random.Random,
) -> None:
    keys = KeyRing(django_settings.PLATFORM_KEY_DIR)
    terms = replace(
        terms,
        platform_key=keys.current().key_id,
        lots=tuple(replace(lot, reserve_commitment=None) for lot in terms.lots),
    )
    asked = what_was_asked(terms, script)

    clock.start_again(BEFORE - timedelta(minutes=1))
    alone = open_for(*people, terms)
    expected, _ = play(alone, clock, all_in_one(asked), 1, random.Random(0))
    clock.start_again(BEFORE - timedelta(minutes=1))
    shared = open_for(*people, terms)
    found, early = play(shared, clock, groups_of(asked, drawn), PROCESSES, chance)

    assert found.entries == expected.entries
    assert found.attempts == expected.attempts
    assert found.outcomes == expected.outcomes
    assert found.state == expected.state
    assert found.row == expected.row
    label(f"looked at early: {min(early, 3)}")
    label(f"lines: {min(3, sum(one.line for one in asked))}")
