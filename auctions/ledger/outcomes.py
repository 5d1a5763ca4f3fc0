"""What became of each command: one outcome for each ``(auction, party, ref)``, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from auctions.ledger.store import Cursor, copy_rows

_COPY = (
    "COPY auctions_commandoutcome (id, auction_id, party, ref, kind, payload_hash, received_at,"
    " seq, answer, actor_id) FROM STDIN (FORMAT BINARY)"
)
_TYPES = (
    *("uuid", "uuid", "varchar", "varchar", "varchar", "bytea"),
    *("timestamptz", "int4", "jsonb", "uuid"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command. ``answer`` is JSON text, given back when the ``ref`` is repeated.

    ``seq`` counts in the ledger for ``accepted``, in the attempts for ``refused``, ``abandoned``.
    """

    id: UUID
    party: str
    ref: str
    kind: str
    payload_hash: bytes
    received_at: datetime
    seq: int
    answer: str
    actor_id: UUID | None


def record_outcomes(cursor: Cursor, auction_id: UUID, outcomes: Sequence[Outcome]) -> None:
    """Write them in one statement; a ``ref`` that has an outcome already is a unique violation."""
    if outcomes:
        rows = (
            (
                outcome.id,
                auction_id,
                outcome.party,
                outcome.ref,
                outcome.kind,
                outcome.payload_hash,
                outcome.received_at,
                outcome.seq,
                Jsonb(outcome.answer, dumps=_as_it_is),
                outcome.actor_id,
            )
            for outcome in outcomes
        )
        copy_rows(cursor, _COPY, _TYPES, rows)


def _as_it_is(text: str) -> str:
    return text


def find_outcomes(
    cursor: Cursor, auction_id: UUID, refs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Outcome]:
    """The outcomes of ``(party, ref)`` pairs that have one."""
    if not refs:
        return {}
    cursor.execute(
        "SELECT id, party, ref, kind, payload_hash, received_at, seq, answer::text, actor_id"
        " FROM auctions_commandoutcome"
        " WHERE auction_id = %s AND (party, ref) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        (auction_id, [party for party, _ in refs], [ref for _, ref in refs]),
    )
    return {
        (row[1], row[2]): Outcome(
            id=row[0],
            party=row[1],
            ref=row[2],
            kind=row[3],
            payload_hash=bytes(row[4]),
            received_at=row[5].astimezone(UTC),
            seq=row[6],
            answer=row[7],
            actor_id=row[8],
        )
        for row in cursor.fetchall()
    }
