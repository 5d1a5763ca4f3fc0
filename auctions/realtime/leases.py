"""Which gates are alive, and how far each has decided what it received.

A gate process keeps one row: its *watermark* says that everything it received up to that moment
is decided. A boundary is decided once the watermark of every living gate has reached it. A gate
that does not renew for two seconds is no longer waited for; what it still holds was stamped under
an old *epoch* and is refused, so a boundary can never be crossed twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from auctions.ledger.asking import ask
from auctions.ledger.store import Cursor
from auctions.realtime import database, metrics
from auctions.realtime.logged import reason
from auctions.realtime.stamps import Stamps
from kernel.ids import new_id

log = logging.getLogger(__name__)

LEASE_SECONDS = 2.0
RENEW_EVERY = 0.25
RENEW_NEAR_BOUNDARY = 0.02
NEAR = timedelta(seconds=0.5)
OVERDUE = timedelta(seconds=3)
MEASURE_EVERY = 8  # renewals
LONGEST_PAUSE = 2.0

_ACQUIRE = """
INSERT INTO auctions_gatelease (process, epoch, watermark, lease_until)
VALUES (%(process)s, %(epoch)s, %(watermark)s, clock_timestamp() + %(length)s)
ON CONFLICT (process) DO UPDATE
SET epoch = EXCLUDED.epoch, watermark = EXCLUDED.watermark, lease_until = EXCLUDED.lease_until
"""
_RENEW = """
UPDATE auctions_gatelease
SET watermark = %(watermark)s, lease_until = clock_timestamp() + %(length)s
WHERE process = %(process)s AND epoch = %(epoch)s AND lease_until > clock_timestamp()
RETURNING clock_timestamp(),
  (SELECT min(due) FROM auctions_auction WHERE due > clock_timestamp() - %(overdue)s)
"""
_FORGET = "DELETE FROM auctions_gatelease WHERE lease_until < clock_timestamp() - interval '1 hour'"
_LIVING = """
SELECT process, epoch, watermark FROM auctions_gatelease WHERE lease_until > clock_timestamp()
"""
_LATELY = """
SELECT process, lease_until > clock_timestamp() FROM auctions_gatelease
WHERE lease_until > clock_timestamp() - %(within)s
"""


@dataclass(frozen=True, slots=True)
class LivingGate:
    """Another process's promise, or one's own."""

    process: UUID
    epoch: int
    watermark: datetime


def living_gates(cursor: Cursor) -> list[LivingGate]:
    """Every gate whose lease has not lapsed by the database's clock."""
    return ask_living(cursor)()


def ask_living(cursor: Cursor) -> Callable[[], list[LivingGate]]:
    """Ask for the living gates; the call returned gives them."""
    rows = ask(cursor, _LIVING)
    return lambda: [LivingGate(*row) for row in rows()]


def lately_living(cursor: Cursor, within: timedelta) -> dict[UUID, bool]:
    """Every gate that lived ``within``, and whether it lives now."""
    return dict(ask(cursor, _LATELY, {"within": within})())


class Lease:
    """This process's place among the gates, kept by a thread of its own.

    ``watermark`` returns the moment up to which everything received is decided; it must be later
    than no stamp still to come. ``stalled`` lets a test hold the renewals back.
    """

    def __init__(
        self,
        stamps: Stamps,
        watermark: Callable[[], datetime],
        *,
        seconds: float = LEASE_SECONDS,
        renew_every: float = RENEW_EVERY,
        stalled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.process = new_id()
        self.epoch = 0
        self._stamps = stamps
        self._watermark = watermark
        self._length = timedelta(seconds=seconds)
        self._every = renew_every
        self._stalled = stalled
        self._held = threading.Event()
        self._since = 0.0
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether commands may be stamped now."""
        return self._held.is_set()

    @property
    def held_for(self) -> timedelta:
        """How long this epoch lasts by now; nothing while the lease is not held."""
        return timedelta(seconds=time.monotonic() - self._since if self.held else 0)

    def start(self) -> None:
        """Begin to acquire and renew."""
        self._thread = threading.Thread(target=self._run, name="gate-lease", daemon=True)
        self._thread.start()

    def wait_until_held(self, seconds: float) -> bool:
        """Wait for the first lease; whether it is there."""
        return self._held.wait(seconds)

    def stop(self) -> None:
        """Give the place up, so that nobody waits for this process."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(5)

    def hurry(self) -> None:
        """Publish the watermark now."""
        self._wake.set()

    def _run(self) -> None:
        connection: psycopg.Connection[Any] | None = None
        pause = self._every
        rounds = 0
        while not self._stopping:
            try:
                if connection is None:
                    connection = database.connect(
                        name="gate lease", autocommit=True,
                        lock_timeout="1s", statement_timeout="2s",
                    )  # fmt: skip
                if not self._stalled():
                    pause = self._renew(connection, rounds)
                    rounds += 1
            except psycopg.Error as error:
                log.warning("the gate's lease could not be renewed: %s", reason(error))
                if connection is not None:
                    connection.close()
                connection = None
                pause = min(LONGEST_PAUSE, pause * 2)
            self._wake.wait(pause)
            self._wake.clear()
        self._release(connection)

    def _renew(self, connection: psycopg.Connection[Any], rounds: int) -> float:
        """Renew or acquire; how long to wait until the next time."""
        if rounds % MEASURE_EVERY == 0:
            self._stamps.measure(lambda: _clock(connection))
        if not self._held.is_set():
            self._acquire(connection)
            return self._every
        row = connection.execute(
            _RENEW,
            {
                "watermark": self._watermark(),
                "length": self._length,
                "process": self.process,
                "epoch": self.epoch,
                "overdue": OVERDUE,
            },
        ).fetchone()
        if row is None:
            log.warning("the gate's lease lapsed in epoch %s", self.epoch)
            metrics.LAPSES.inc()
            self._held.clear()
            self._acquire(connection)
            return self._every
        now, due = row
        if due is None:
            return self._every
        until = (due - NEAR - now).total_seconds()
        return RENEW_NEAR_BOUNDARY if until <= 0 else min(self._every, until)

    def _acquire(self, connection: psycopg.Connection[Any]) -> None:
        """Enter a new epoch; commands stamped before it are never decided."""
        self.epoch += 1
        connection.execute(_FORGET)
        for _ in range(4):
            self._stamps.measure(lambda: _clock(connection))
        connection.execute(
            _ACQUIRE,
            {
                "process": self.process,
                "epoch": self.epoch,
                "watermark": self._stamps.now(),
                "length": self._length,
            },
        )
        # The row is visible by now: no boundary up to this moment waits for us, so no stamp may
        # lie before it.
        self._stamps.not_before(_clock(connection))
        self._since = time.monotonic()
        self._held.set()

    def _release(self, connection: psycopg.Connection[Any] | None) -> None:
        self._held.clear()
        if connection is None:
            return
        try:
            connection.execute("DELETE FROM auctions_gatelease WHERE process = %s", (self.process,))
        except psycopg.Error:
            log.info("the gate's lease is left to lapse")
        finally:
            connection.close()


def _clock(connection: psycopg.Connection[Any]) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise psycopg.OperationalError("the database did not tell the time")
    moment: datetime = row[0]
    return moment
