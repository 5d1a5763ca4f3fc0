"""Gates whose time a test gives: the database's clock, every stamp, and when a batch is cut.

With it a test decides in which order processes get on, and what each of them knew of the others,
down to the microsecond and without waiting for anything. PostgreSQL, the locks, the leases and
their threads are the real ones; only ``clock_timestamp()`` is the test's, by a function of that
name that is found first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection

from auctions.domain.commands import BUYER, EVERYONE, Command, PostMessage
from auctions.models import Auction, GateLease
from auctions.realtime import database
from auctions.realtime.answers import Answer
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.leases import LEASE_SECONDS
from auctions.realtime.party import PLATFORM, Party
from auctions.realtime.stamps import Stamps
from kernel.ids import new_id
from tests.rooms import PATIENCE

SEARCH_PATH = "given,pg_catalog,public"
PLUG = PostMessage(sender=BUYER, to=EVERYONE, text="plug", ref="plug")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_FUNCTION = """
CREATE SCHEMA given
CREATE TABLE moment (at timestamptz NOT NULL);
CREATE FUNCTION given.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql VOLATILE
AS 'BEGIN RETURN (SELECT at FROM given.moment); END';
"""


class GivenClock:
    """The one true time, for the database and for every process: it stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._own = psycopg.connect(**database.parameters(), autocommit=True)
        self._own.execute("DROP SCHEMA IF EXISTS given CASCADE")
        self._own.execute(_FUNCTION)
        self._own.execute("INSERT INTO given.moment VALUES (%s)", (now,))

    def start_again(self, now: datetime) -> None:
        """Set the time back, while no gate lives."""
        assert not GateLease.objects.exists()
        self._own.execute("UPDATE given.moment SET at = %s", (now,))
        self.now = now

    def move(self, to: datetime) -> None:
        """Go on to that moment, in which every living gate has renewed its lease in time."""
        assert to >= self.now
        with self._own.transaction():
            self._own.execute(
                "UPDATE auctions_gatelease SET lease_until = %s WHERE lease_until > %s",
                (to + timedelta(seconds=LEASE_SECONDS), self.now),
            )
            self._own.execute("UPDATE given.moment SET at = %s", (to,))
        self.now = to

    def cut_off(self, gate: Gate) -> None:
        """Have that gate's lease lapse, as when its process stood still for too long."""
        self._own.execute(
            "UPDATE auctions_gatelease SET lease_until = %s WHERE process = %s",
            (self.now, gate.lease.process),
        )

    def close(self) -> None:
        """Give the real clock back."""
        self._own.execute("DROP SCHEMA given CASCADE")
        self._own.close()


@contextmanager
def given_clock(now: datetime) -> Iterator[GivenClock]:
    """The clock for every connection opened meanwhile, and for the test's own."""
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    before = options.get("options")
    clock = GivenClock(now)
    options["options"] = f"{before or ''} -c search_path={SEARCH_PATH}".strip()
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {SEARCH_PATH}")
    try:
        yield clock
    finally:
        if before is None:
            del options["options"]
        else:
            options["options"] = before
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
        clock.close()


class _Stamps(Stamps):
    """The given clock's time, and for the test's own commands the moments it gives."""

    def __init__(self, clock: GivenClock) -> None:
        super().__init__()
        self.given: list[datetime] = []
        self._clock = clock
        self._test = threading.current_thread()

    def now(self) -> datetime:
        mine = self.given and threading.current_thread() is self._test
        return self.given.pop(0) if mine else self._clock.now


@dataclass(slots=True)
class Pending:
    """A command a process has received and not decided."""

    number: int
    received_at: datetime
    future: Future[Answer]
    line: bool


@dataclass(slots=True)
class Process:
    """One gate of a single lane, which stands still unless it is let.

    A *plug*, a command for an auction that does not exist, holds the lane; so what is received
    meanwhile is one batch, and nothing of it is decided before.
    """

    gate: Gate
    clock: GivenClock
    stamps: _Stamps
    waits: threading.Event
    plug: UUID = field(default_factory=new_id)
    held: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)
    pending: list[Pending] = field(default_factory=list)
    plugged: Future[Answer] | None = None

    def receive(
        self, command: Command, *, room: UUID, party: Party, at: datetime
    ) -> Future[Answer]:
        """Take a command in at that moment, whatever the clock shows."""
        self.stamps.given.append(at)
        return self.gate.submit(command, auction_id=room, party=party, limited=False)

    def shut(self) -> None:
        """Hold the lane; returns when it is held."""
        self.open.clear()
        self.held.clear()
        self.plugged = self.receive(PLUG, room=self.plug, party=PLATFORM, at=NEVER)
        assert self.held.wait(PATIENCE)

    def let(self) -> None:
        """Let the lane look at everything it holds, once; what waits for others goes on waiting."""
        self.waits.clear()
        self.open.set()
        until = time.monotonic() + PATIENCE
        while not self.waits.is_set() and not all(each.future.done() for each in self.pending):
            assert time.monotonic() < until, self.pending
            time.sleep(0.0005)
        self.shut()
        self.pending = [each for each in self.pending if not each.future.done()]

    def publish(self) -> None:
        """Have the others see this process's watermark as it is now."""
        wanted = self.gate.watermark()
        until = time.monotonic() + PATIENCE
        while not GateLease.objects.filter(
            process=self.gate.lease.process, watermark__gte=wanted
        ).exists():
            self.gate.lease.hurry()
            assert time.monotonic() < until
            time.sleep(0.001)

    def stop(self) -> None:
        """Decide nothing more, and leave."""
        self.open.set()
        self.gate.stop(2)


@contextmanager
def processes(
    clock: GivenClock, count: int, hooks: Sequence[Hooks] = (), **options: Any
) -> Iterator[list[Process]]:
    """So many processes under the given clock, all of them shut."""
    started: list[Process] = []
    try:
        for number in range(count):
            started.append(_process(clock, hooks[number] if hooks else Hooks(), options))
        yield started
    finally:
        for each in started:
            each.stop()


def _process(clock: GivenClock, hooks: Hooks, options: dict[str, Any]) -> Process:
    stamps, waits = _Stamps(clock), threading.Event()
    made: list[Process] = []

    def before_transaction(auction_id: UUID) -> None:
        process = made[0]
        if auction_id == process.plug:
            process.held.set()
            assert process.open.wait(PATIENCE)
        else:
            hooks.before_transaction(auction_id)

    gate = Gate(
        stamps=stamps,
        threads=1,
        hooks=Hooks(before_transaction, hooks.before_commit),
        waiting=waits.set,
        **options,
    )
    made.append(Process(gate, clock, stamps, waits))
    gate.start()
    assert gate.lease.wait_until_held(PATIENCE)
    made[0].shut()
    return made[0]


def due_of(auction_id: UUID) -> datetime | None:
    """The next due moment, as the row tells it."""
    found: datetime | None = Auction.objects.values_list("due", flat=True).get(pk=auction_id)
    return found


def until_true(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does at once."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)
