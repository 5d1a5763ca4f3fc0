"""Deciding in a process of its own, so that a web process reads and writes sockets meanwhile.

The gate stays where the commands come in: stamps, queues, rates, lease and watermark. Only the
transaction is done elsewhere, one connection to that process for each gate thread, a request and
its reply at a time. When the process is lost, what was under way has an unknown outcome, exactly
as when a connection breaks while committing; the next request starts another.
"""

from __future__ import annotations

import logging
import pickle
import threading
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import psycopg

from auctions.domain.commands import Command
from auctions.ledger.codec import Entry
from auctions.ledger.store import ask_lock
from auctions.realtime import logged, metrics
from auctions.realtime.answers import Abandon, Work
from auctions.realtime.deciders import CommitLost, Decided, Decider, Undecided
from auctions.realtime.deciding_process import GREETING, DecidingProcess
from auctions.realtime.party import Party
from kernel.errors import FairfallError, error_class

log = logging.getLogger(__name__)

ANSWER_WITHIN = 30.0  # seconds; far beyond the timeouts of the database

# What travels, as plain tuples: pickling a dataclass takes thrice the time.
WorkRow = tuple[Command | Abandon, Party, datetime, int | None, datetime | None]
EntryRow = tuple[str, int, datetime, str, bytes, bytes, bytes, bytes]


class DeciderApart:
    """One gate thread's decider: asks the other process."""

    def __init__(self, elsewhere: DecidingProcess, number: int) -> None:
        self._elsewhere = elsewhere
        self._number = number

    def decide(
        self, process: UUID, auction_id: UUID, batch: Sequence[Work], complete_to: datetime
    ) -> Decided:
        rows = [(w.command, w.party, w.received_at, w.epoch, w.line) for w in batch]
        reply = self._asked(pickle.dumps((process, auction_id, rows, complete_to), 5))
        lock_wait, kind, *found = reply
        if lock_wait is not None:
            metrics.LOCK_WAIT.observe(lock_wait)
        if kind == "lost":
            raise CommitLost(found[0])
        if kind == "undecided":
            raise Undecided(found[0])
        if kind == "refused":
            code, field, data = found
            cls = error_class(code)
            raise RuntimeError(code) if cls is None else cls(field=field, **data)
        if kind == "failed":
            raise RuntimeError(f"deciding failed: {found[0]}")
        marks, answers, entries, announces, per_second = found
        for work, mark in zip(batch, marks, strict=True):
            work.received_at, work.line, work.waits = mark
        return Decided(
            [(batch[index], answer) for index, answer in answers],
            [Entry(*row) for row in entries],
            announces,
            per_second,
        )

    def _asked(self, request: bytes) -> tuple[Any, ...]:
        link = self._sent(request)
        try:
            if not link.poll(ANSWER_WITHIN):
                raise TimeoutError("no answer")
            reply: tuple[Any, ...] = pickle.loads(link.recv_bytes())  # noqa: S301  (our own child)
            return reply
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._elsewhere.lost(link)
            raise CommitLost from error

    def _sent(self, request: bytes) -> Connection:
        """The connection by which the request went. It is not acted on unless it arrives whole, so
        one that could not be sent may be sent again, to another process."""
        for _ in range(2):
            try:
                link = self._elsewhere.link(self._number)
            except OSError as error:
                raise Undecided("no process to decide") from error
            try:
                link.send_bytes(request)
                return link
            except OSError:
                self._elsewhere.lost(link)
        raise Undecided("the process that decides takes nothing")

    def close(self) -> None:
        """Nothing of one's own: the process is closed for all threads together."""


# In the other process -------------------------------------------------------------------------


def serve(descriptors: Sequence[int]) -> None:
    """Decide for the connections at those file descriptors until all are closed."""
    threads = [
        threading.Thread(target=_serve, args=(Connection(fd), number), name=f"decider-{number}")
        for number, fd in enumerate(descriptors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _serve(link: Connection, number: int) -> None:
    waits: list[float] = []  # for the lock; the parent keeps the figures
    decider = Decider(name=f"gate-{number}", lock=metrics.timed(ask_lock, waits.append))
    with link:
        while True:
            try:
                request = link.recv_bytes()
            except (EOFError, OSError):
                break
            reply = request
            if request != GREETING:
                waits.clear()
                ruled = _reply(decider, request)
                reply = pickle.dumps((waits[-1] if waits else None, *ruled), 5)
            try:
                link.send_bytes(reply)
            except OSError:
                break  # nobody waits for it any more
    decider.close()


def _reply(decider: Decider, request: bytes) -> tuple[Any, ...]:
    process, auction_id, rows, complete_to = pickle.loads(request)  # noqa: S301  (our own parent)
    batch = [Work(command, party, at, epoch, line=line) for command, party, at, epoch, line in rows]
    try:
        decided = decider.decide(process, auction_id, batch, complete_to)
    except CommitLost as error:
        return "lost", logged.reason(error.__cause__ or error)
    except FairfallError as error:
        return "refused", error.code, error.field, dict(error.data)
    except psycopg.Error as error:
        return "undecided", logged.reason(error)
    except Exception as error:
        log.exception("a batch of auction %s broke", auction_id)
        return "failed", f"{type(error).__name__}: {error}"
    index = {id(work): number for number, work in enumerate(batch)}
    return (
        "decided",
        [(work.received_at, work.line, work.waits) for work in batch],
        [(index[id(work)], answer) for work, answer in decided.answers],
        [_row(entry) for entry in decided.entries],
        decided.announces,
        decided.commands_per_second,
    )


def _row(entry: Entry) -> EntryRow:
    return (
        entry.auction,
        entry.seq,
        entry.recorded_at,
        entry.kind,
        entry.body_json,
        entry.salt,
        entry.leaf,
        entry.hash,
    )
