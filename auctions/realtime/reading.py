"""What the hub reads, on threads of its own with a connection each."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from auctions.domain import machine
from auctions.domain.events import AutomaticBidPlaced, Event
from auctions.domain.state import EMPTY, AuctionState
from auctions.ledger.checkpoints import read_checkpoints
from auctions.ledger.codec import Entry
from auctions.ledger.store import Cursor, read_after
from auctions.realtime import database, messages
from auctions.realtime.steps import Step, at_once, steps_from
from kernel.clock import moment_to_wire

THREADS = 4
REFUSED_KEPT = 50
T = TypeVar("T")

_HEADS = """
SELECT a.id, a.head_seq,
  COALESCE((SELECT max(number) FROM auctions_checkpoint c WHERE c.auction_id = a.id), 0)
FROM auctions_auction a WHERE a.id = ANY(%s)
"""
_REFUSED = """
SELECT o.ref, o.received_at, o.answer::text, e.body
FROM auctions_commandoutcome o
JOIN auctions_attemptentry e ON e.auction_id = o.auction_id AND e.seq = o.seq
WHERE o.auction_id = %s AND o.party = %s AND o.kind = 'refused'
ORDER BY o.received_at DESC LIMIT %s
"""


class Reader:
    """A small pool of threads that read the ledger. Bids never queue behind it."""

    def __init__(self) -> None:
        self._local = threading.local()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hub-reader")
        self._connections: set[psycopg.Connection[Any]] = set()

    def close(self) -> None:
        """End the threads and their connections."""
        self.pool.shutdown(wait=True)
        for connection in self._connections:
            connection.close()

    def _read(self, ask: Callable[[psycopg.Cursor[Any]], T]) -> T:
        connection = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = database.connect(name="hub", autocommit=True)
            self._local.connection = connection
            self._connections.add(connection)
        try:
            with connection.cursor() as cursor:
                return ask(cursor)
        except psycopg.Error:
            connection.close()
            self._connections.discard(connection)
            raise

    def steps(self, auction_id: UUID, state: AuctionState) -> list[Step]:
        """Every entry after ``state``, and what each changed."""
        return self._read(lambda cursor: steps_after(cursor, auction_id, state))

    def checkpoints(self, auction_id: UUID, after: int) -> list[dict[str, Any]]:
        """The signed checkpoints numbered above ``after``."""
        found = self._read(lambda cursor: read_checkpoints(cursor, auction_id, after))
        return [signed for _, signed in found]

    def heads(self, auctions: Sequence[UUID]) -> list[tuple[UUID, int, int]]:
        """Each auction's last entry and last checkpoint."""

        def ask(cursor: psycopg.Cursor[Any]) -> list[tuple[UUID, int, int]]:
            cursor.execute(_HEADS, (list(auctions),))
            return [tuple(row) for row in cursor.fetchall()]

        return self._read(ask)

    def refused_bids(self, auction_id: UUID, seat: str) -> list[messages.OwnBid]:
        """A seat's latest refused bids, with the reasons it was given."""
        return self._read(lambda cursor: refused_bids(cursor, auction_id, seat))


def steps_after(cursor: Cursor, auction_id: UUID, state: AuctionState) -> list[Step]:
    """Every entry after ``state``, and what each changed."""
    found: list[Entry] = []
    # All pages first: a bid and the automatic ones that answer it are one change wherever they lie.
    while entries := read_after(cursor, auction_id, found[-1].seq if found else state.seq):
        found += entries
    return steps_from(state, found)


def refused_bids(cursor: Cursor, auction_id: UUID, seat: str) -> list[messages.OwnBid]:
    """A seat's latest refused bids, with the reasons it was given."""
    cursor.execute(_REFUSED, (auction_id, seat, REFUSED_KEPT))
    found = []
    for ref, received_at, answer_text, body_text in cursor.fetchall():
        command = json.loads(body_text)["command"]
        if command is None or command["name"] not in ("place_bid", "accept_level"):
            continue
        answer = json.loads(answer_text)
        found.append(
            messages.OwnBid(
                ref=ref,
                lot=command["fields"]["lot"],
                amount=command["fields"].get("amount", ""),
                level=command["fields"].get("level"),
                lines=command["fields"].get("lines"),
                at=moment_to_wire(received_at),
                state="refused",
                code=answer["code"],
                message=answer["message"],
                leaf=answer["leaf"],
            )
        )
    return found


def replayed(history: Sequence[tuple[Entry, Event]]) -> Iterator[Step]:
    """Entries with the states between them, made anew from the beginning."""
    steps = _one_by_one(history)
    if any(isinstance(event, AutomaticBidPlaced) for _, event in history):
        return iter(at_once(list(steps)))
    return steps


def _one_by_one(history: Sequence[tuple[Entry, Event]]) -> Iterator[Step]:
    state = EMPTY
    for entry, event in history:
        before, state = state, machine.evolve(state, event, entry.seq)
        yield Step(entry, event, before, state)
