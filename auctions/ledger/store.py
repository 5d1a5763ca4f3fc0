"""Writing and reading the chains in PostgreSQL, on any DB-API cursor.

The gate hands over a cursor of its own psycopg connection, everyone else one of Django's. Nothing
here commits. Rows come back as tuples: a connection with another row factory does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from psycopg.types.numeric import Int4

from auctions.domain.codec import BodyMalformed
from auctions.domain.events import Event
from auctions.domain.evolve import evolve
from auctions.domain.state import EMPTY, AuctionState
from auctions.ledger import chain
from auctions.ledger.asking import Rows, Statement, ask, together
from auctions.ledger.boundaries import Boundaries, boundaries_from_text, boundaries_to_text
from auctions.ledger.codec import Attempt, Entry, event_record, next_entry
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel.errors import FairfallError, Kind

SNAPSHOT_EVERY = 500
PAGE = 1000  # entries read at once
_LAST_SEQ = 2**31 - 1  # the greatest the column holds
_TABLES = {chain.LEDGER: "auctions_ledgerentry", chain.ATTEMPTS: "auctions_attemptentry"}
LOCK = (
    "WITH locked AS MATERIALIZED ("
    " SELECT head_seq, head_hash, attempts_seq, attempts_hash, recorded_at, rules_version,"
    " phase, due, is_demo, boundaries::text AS boundaries"
    " FROM auctions_auction WHERE id = %s FOR NO KEY UPDATE)"
    " SELECT head_seq, head_hash, attempts_seq, attempts_hash,"
    " GREATEST(recorded_at, clock_timestamp()), rules_version, phase, due, is_demo,"
    " boundaries, clock_timestamp() FROM locked"
)
# One statement for all rows, and arrays of columns: as fast as COPY, which cannot travel together
# with other statements.
_INSERT = {
    which: f"INSERT INTO {table} (auction_id, recorded_at, seq, kind, body, salt, leaf, hash)"  # noqa: S608
    " SELECT %s, %s, e.* FROM unnest(%b::int4[], %b::varchar[], %b::text[], %b::bytea[],"
    " %b::bytea[], %b::bytea[]) AS e"
    for which, table in _TABLES.items()
}
_SELECT = {
    which: f"SELECT seq, recorded_at, kind, body, salt, leaf, hash FROM {table}"  # noqa: S608
    " WHERE auction_id = %s AND seq > %s ORDER BY seq LIMIT %s"
    for which, table in _TABLES.items()
}


class Cursor(Protocol):
    """What is used of psycopg's and of Django's cursors."""

    def execute(self, query: Any, params: Any = None) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Any: ...


class AuctionUnknown(FairfallError):
    """There is no such auction."""

    code = "ledger.auction_unknown"
    kind = Kind.NOT_FOUND
    text = "There is no such auction."


class LedgerBroken(RuntimeError):
    """The stored chain does not continue as its auction's row says: nothing may be added."""


@dataclass(frozen=True, slots=True)
class Head:
    """An auction's row, read under its lock. ``recorded_at`` is what new entries get.

    ``recorded_at = max(previous recorded_at, the database's clock after the lock was got)``.
    """

    auction: UUID
    seq: int
    hash: bytes
    attempts_seq: int
    attempts_hash: bytes
    recorded_at: datetime
    rules_version: int
    phase: str
    due: datetime | None
    is_demo: bool
    boundaries: Boundaries  # announced on the row, also by gates that lapsed since
    now: datetime  # the database's clock after the lock was got


@dataclass(frozen=True, slots=True)
class Loaded:
    """A state and the place in the chain it stands for."""

    state: AuctionState
    seq: int
    hash: bytes
    evolved: int = field(default=0, compare=False)  # entries read after the snapshot


def lock_auction(cursor: Cursor, auction_id: UUID) -> Head:
    """Lock the auction's row until the transaction ends; raises AuctionUnknown."""
    return ask_lock(cursor, auction_id)()


def ask_lock(cursor: Cursor, auction_id: UUID) -> Callable[[], Head]:
    """Ask for the lock of the auction's row; the call returned waits for it.

    The clock is read after the lock was got, in the same statement.
    """
    return head_from(ask(cursor, LOCK, (auction_id,)), auction_id)


def head_from(rows: Callable[[], Rows], auction_id: UUID) -> Callable[[], Head]:
    """The answer to ``LOCK`` as a head; the call returned raises AuctionUnknown."""

    def head() -> Head:
        found = rows()
        if not found:
            raise AuctionUnknown()
        row, text = found[0], str(auction_id)
        return Head(
            auction=auction_id,
            seq=row[0],
            hash=bytes(row[1]) if row[0] else chain.origin(chain.LEDGER, text),
            attempts_seq=row[2],
            attempts_hash=bytes(row[3]) if row[2] else chain.origin(chain.ATTEMPTS, text),
            recorded_at=row[4].astimezone(UTC),
            rules_version=row[5],
            phase=row[6],
            due=None if row[7] is None else row[7].astimezone(UTC),
            is_demo=row[8],
            boundaries=boundaries_from_text(row[9]),
            now=row[10].astimezone(UTC),
        )

    return head


def chain_events(head: Head, events: Sequence[Event]) -> list[Entry]:
    """The entries that ``events`` become after ``head``; nothing is written yet."""
    return _chained(head, head.seq, head.hash, (event_record(event) for event in events))


def chain_attempts(head: Head, attempts: Sequence[Attempt]) -> list[Entry]:
    """The entries that ``attempts`` become in their own chain; nothing is written yet."""
    return _chained(
        head,
        head.attempts_seq,
        head.attempts_hash,
        ((attempt.kind, attempt.body()) for attempt in attempts),
    )


def _chained(
    head: Head, seq: int, previous: bytes, records: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[Entry]:
    entries = []
    auction = str(head.auction)
    for number, (kind, body) in enumerate(records, seq + 1):
        entry = next_entry(
            auction=auction,
            previous=previous,
            seq=number,
            recorded_at=head.recorded_at,
            kind=kind,
            body=body,
            salt=chain.new_salt(),
        )
        previous = entry.hash
        entries.append(entry)
    return entries


def append(
    cursor: Cursor,
    head: Head,
    *,
    entries: Sequence[Entry] = (),
    attempts: Sequence[Entry] = (),
    phase: str | None = None,
    due: datetime | None = None,
    closed_at: datetime | None = None,
    boundaries: Boundaries | None = None,
    along: Sequence[Statement] = (),
) -> Head:
    """Write entries of both chains and move the heads, in one statement; returns the new head.

    ``head`` must have been read by :func:`lock_auction` in this transaction, and the entries made
    from it by :func:`chain_events` and :func:`chain_attempts`. ``phase`` (None: unchanged),
    ``due`` and ``closed_at`` are what the new state says; they are kept on the row, as are the
    announced ``boundaries`` (None: unchanged). ``along``: what else the same statement writes.
    """
    seq, hash_ = (entries[-1].seq, entries[-1].hash) if entries else (head.seq, head.hash)
    attempts_seq, attempts_hash = (
        (attempts[-1].seq, attempts[-1].hash)
        if attempts
        else (head.attempts_seq, head.attempts_hash)
    )
    new_phase = head.phase if phase is None else phase
    announced = head.boundaries if boundaries is None else boundaries
    move = Statement(
        "UPDATE auctions_auction SET head_seq = %s, head_hash = %s, attempts_seq = %s,"
        " attempts_hash = %s, recorded_at = %s, phase = %s, due = %s,"
        " closed_at = COALESCE(closed_at, %s), boundaries = %s::jsonb"
        " WHERE id = %s AND head_seq = %s AND attempts_seq = %s RETURNING 1",
        (
            seq,
            hash_ if seq else b"",
            attempts_seq,
            attempts_hash if attempts_seq else b"",
            head.recorded_at,
            new_phase,
            due,
            closed_at,
            boundaries_to_text(announced),
            head.auction,
            head.seq,
            head.attempts_seq,
        ),
    )
    writes = [_inserted(chain.LEDGER, entries), _inserted(chain.ATTEMPTS, attempts)]
    statement = together([each for each in writes if each is not None] + [*along], move)
    if not ask(cursor, statement.text, statement.params)():
        raise LedgerBroken(f"auction {head.auction} moved on under its lock")
    return Head(
        auction=head.auction,
        seq=seq,
        hash=hash_,
        attempts_seq=attempts_seq,
        attempts_hash=attempts_hash,
        recorded_at=head.recorded_at,
        rules_version=head.rules_version,
        phase=new_phase,
        due=due,
        is_demo=head.is_demo,
        boundaries=announced,
        now=head.now,
    )


def _inserted(which: str, entries: Sequence[Entry]) -> Statement | None:
    """The statement that writes all entries; None where there are none."""
    if not entries:
        return None
    return Statement(
        _INSERT[which],
        (
            UUID(entries[0].auction),
            entries[0].recorded_at,
            [Int4(entry.seq) for entry in entries],
            [entry.kind for entry in entries],
            [entry.body_json.decode("utf-8") for entry in entries],
            [entry.salt for entry in entries],
            [entry.leaf for entry in entries],
            [entry.hash for entry in entries],
        ),
    )


def read_after(
    cursor: Cursor, auction_id: UUID, seq: int, limit: int = 1000, *, which: str = chain.LEDGER
) -> list[Entry]:
    """The next entries after ``seq``, in order, at most ``limit``."""
    cursor.execute(_SELECT[which], (auction_id, seq, limit))
    auction = str(auction_id)
    return [
        Entry(
            auction=auction,
            seq=row[0],
            recorded_at=row[1].astimezone(UTC),
            kind=row[2],
            body_json=row[3].encode("utf-8"),
            salt=bytes(row[4]),
            leaf=bytes(row[5]),
            hash=bytes(row[6]),
        )
        for row in cursor.fetchall()
    ]


def load_state(
    cursor: Cursor,
    auction_id: UUID,
    *,
    rules_version: int,
    known: Loaded | None = None,
    until: int | None = None,
) -> Loaded:
    """The state as of the last entry this transaction sees, or as of entry ``until``.

    Starts from ``known`` (a state of the same auction held in memory, not past ``until``), else
    from the newest snapshot of this version of the rules, else from the beginning. Raises
    LedgerBroken where the stored entries do not continue what it started from.
    """
    last = _LAST_SEQ if until is None else until
    start = known or _from_snapshot(cursor, auction_id, rules_version, last)
    state, seq, head = start.state, start.seq, start.hash
    evolved = 0
    while True:
        entries = read_after(cursor, auction_id, seq, min(PAGE, last - seq))
        for entry in entries:
            if entry.seq != seq + 1 or chain.link(head, entry.leaf) != entry.hash:
                raise LedgerBroken(f"auction {auction_id}: entry {entry.seq} breaks the chain")
            state = evolve(state, entry.event(), entry.seq)
            seq, head = entry.seq, entry.hash
        evolved += len(entries)
        if len(entries) < PAGE:
            return Loaded(state, seq, head, evolved)


def _from_snapshot(cursor: Cursor, auction_id: UUID, rules_version: int, last: int) -> Loaded:
    cursor.execute(
        "SELECT s.seq, s.head_hash, s.state FROM auctions_snapshot s"
        " JOIN auctions_ledgerentry e ON e.auction_id = s.auction_id AND e.seq = s.seq"
        " AND e.hash = s.head_hash"
        " WHERE s.auction_id = %s AND s.rules_version = %s AND s.seq <= %s"
        " ORDER BY s.seq DESC LIMIT 1",
        (auction_id, rules_version, last),
    )
    row = cursor.fetchone()
    if row is not None:
        try:
            return Loaded(state_from_text(row[2]), row[0], bytes(row[1]))
        except BodyMalformed:
            pass  # written by other code under the same version: the ledger is the truth
    return Loaded(EMPTY, 0, chain.origin(chain.LEDGER, str(auction_id)))


def save_snapshot(
    cursor: Cursor, auction_id: UUID, loaded: Loaded, *, previous_seq: int, rules_version: int
) -> bool:
    """Keep the state when a multiple of 500 was passed since ``previous_seq``; tells whether."""
    if loaded.seq // SNAPSHOT_EVERY == previous_seq // SNAPSHOT_EVERY:
        return False
    ask(  # and answered at once, so that a failure is this auction's also in pipeline mode
        cursor,
        "INSERT INTO auctions_snapshot (auction_id, seq, head_hash, rules_version, state)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1",
        (auction_id, loaded.seq, loaded.hash, rules_version, state_to_text(loaded.state)),
    )()
    return True
