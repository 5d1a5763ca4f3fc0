"""What happens by itself: due moments are decided, and checkpoints are taken.

Any number of replicas may run: each takes due auctions with SKIP LOCKED. The database's clock is
the truth, and the watermarks of the gates are waited for as everywhere, so a late, early or second
clock can neither let a late bid in nor shut a timely one out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import structlog

from auctions.due_soon import DueSoon
from auctions.ledger import checkpoints
from auctions.realtime import database, signals
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.logged import reason
from auctions.selectors import OPEN
from infra.keys import key_ring

log = structlog.get_logger(__name__)

POLL = timedelta(seconds=0.25)
SOON = timedelta(seconds=0.02)  # while gates are waited for
BATCH = 50
SET_ASIDE = timedelta(seconds=5)  # an auction that fails is tried again after this

_DUE = """
SELECT id, clock_timestamp() FROM auctions_auction
WHERE due <= clock_timestamp() AND id <> ALL(%s)
ORDER BY due LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_NEXT = "SELECT min(due) - clock_timestamp() FROM auctions_auction WHERE due > clock_timestamp()"
_CHECKPOINTS_DUE = """
SELECT a.id FROM auctions_auction a
WHERE a.phase = ANY(%s) AND a.id <> ALL(%s) AND NOT EXISTS (
    SELECT 1 FROM auctions_checkpoint c
    WHERE c.auction_id = a.id AND c.at > clock_timestamp() - %s)
LIMIT %s
"""
_PINNED = """
SELECT body::jsonb #>> '{terms,platform_key}' FROM auctions_ledgerentry
WHERE auction_id = %s AND seq = 1
"""


class _Failed(Exception):
    """One auction of many could not be moved on."""

    def __init__(self, auction_id: UUID) -> None:
        self.auction_id = auction_id


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at the clock did."""

    decided: list[UUID]
    waiting: list[UUID]  # due, but a gate has not come past the moment yet


class AuctionClock:
    """One replica. ``now_decided`` is told of each auction that moved."""

    def __init__(self, now_decided: Callable[[UUID], None] = signals.appended) -> None:
        self._now_decided = now_decided
        self._connection: psycopg.Connection[Any] | None = None
        self._aside: dict[UUID, datetime] = {}
        self._unsigned: dict[UUID, datetime] = {}  # set aside for checkpoints alone
        self._soon = DueSoon()

    def run(self, stopped: Callable[[], bool], sleep: Callable[[float], Any]) -> None:
        """Look until ``stopped``; a database that is away is waited for."""
        pause = POLL
        while not stopped():
            try:
                pause = self.look()
            except psycopg.Error as error:
                log.warning("the clock cannot reach the database", why=reason(error))
                self.close()
                pause = min(pause * 2, timedelta(seconds=2))
            sleep(pause.total_seconds())
        self.close()

    def look(self) -> timedelta:
        """Decide what is due, take the checkpoints that are; how long to sleep until the next."""
        done = self.decide_due()
        if done.waiting:
            signals.hurry()
            return SOON
        if len(done.decided) == BATCH:
            return timedelta(0)
        self.take_checkpoints()
        if self._soon.read(self._open()):
            return timedelta(0)
        with self._cursor() as cursor:
            cursor.execute(_NEXT)
            left = cursor.fetchone()[0]
        self._open().rollback()
        return POLL if left is None else max(timedelta(0), min(POLL, left))

    def decide_due(self) -> Round:
        """One transaction over at most fifty due auctions that no other replica holds.

        One auction that is broken or always times out must not keep the others from closing: it is
        set aside, and the others are decided again without it. A lost connection concerns them all.
        """
        self._aside = _still_aside(self._aside)
        while True:
            try:
                done = self._decide(self._open())
                break
            except _Failed as failed:
                self._aside[failed.auction_id] = datetime.now(UTC) + SET_ASIDE
        for auction_id in done.decided:
            self._now_decided(auction_id)
        return done

    def _decide(self, connection: psycopg.Connection[Any]) -> Round:
        decided, waiting = [], []
        # What each asks of the database travels together; all of them are committed at once.
        with connection.pipeline(), connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_DUE, (list(self._aside), BATCH))
            for auction_id, moment in cursor.fetchall():
                state = self._soon.state(auction_id)
                try:
                    ruling = decide_in_transaction(
                        cursor, auction_id, [], cached=state, ticks_until=moment
                    )
                except Exception as error:
                    if connection.closed:
                        raise
                    log.exception("an auction could not be moved on", auction_id=auction_id)
                    raise _Failed(auction_id) from error
                self._soon.keep(auction_id, ruling.cached)
                if ruling.entries:
                    decided.append(auction_id)
                if ruling.due is not None and ruling.due <= moment:
                    waiting.append(auction_id)
        return Round(decided, waiting)

    def take_checkpoints(self) -> list[UUID]:
        """Sign the heads of open auctions that have had no checkpoint for a minute."""
        self._unsigned = _still_aside(self._unsigned)
        connection = self._open()
        with connection.transaction(), connection.cursor() as cursor:
            phases = [phase.value for phase in OPEN]
            aside = list(self._unsigned)
            cursor.execute(_CHECKPOINTS_DUE, (phases, aside, checkpoints.INTERVAL, BATCH))
            found = [row[0] for row in cursor.fetchall()]
        taken = []
        for auction_id in found:
            try:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.execute(_PINNED, (auction_id,))
                    row = cursor.fetchone()
                    if row is None:
                        continue
                    signer = key_ring().signer(row[0])
                    signed = checkpoints.take_checkpoint(cursor, auction_id, signer)
            except Exception:
                if connection.closed:
                    raise
                log.exception("an auction got no checkpoint", auction_id=auction_id)
                self._unsigned[auction_id] = datetime.now(UTC) + SET_ASIDE
                continue
            if signed is not None:
                taken.append(auction_id)
        for auction_id in taken:
            self._now_decided(auction_id)
        return taken

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = database.connect(name="auction clock")
        return self._connection

    def _cursor(self) -> psycopg.Cursor[Any]:
        return self._open().cursor()


def _still_aside(aside: dict[UUID, datetime]) -> dict[UUID, datetime]:
    now = datetime.now(UTC)
    return {key: until for key, until in aside.items() if until > now}
