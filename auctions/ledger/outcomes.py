"""What became of each command: one outcome for each ``(auction, party, ref)``, for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg.types.numeric import Int4

from auctions.ledger.asking import Statement, ask
from auctions.ledger.store import Cursor

_INSERT = (
    "INSERT INTO auctions_commandoutcome (auction_id, id, party, ref, kind, payload_hash,"
    " received_at, seq, answer, actor_id) SELECT %s, o.id, o.party, o.ref, o.kind, o.payload_hash,"
    " o.received_at, o.seq, o.answer::jsonb, o.actor_id FROM unnest(%b::uuid[], %b::varchar[],"
    " %b::varchar[], %b::varchar[], %b::bytea[], %b::timestamptz[], %b::int4[], %b::text[],"
    " %b::uuid[]) AS o(id, party, ref, kind, payload_hash, received_at, seq, answer, actor_id)"
)
# LATERAL with LIMIT, so that each ref is one look into the index: a planner that does not know
# how many there are would rather read all outcomes of the auction.
_FIND = (
    "SELECT o.id, o.party, o.ref, o.kind, o.payload_hash, o.received_at, o.seq, o.answer::text,"
    " o.actor_id FROM unnest(%s::varchar[], %s::varchar[]) AS asked(party, ref)"
    " CROSS JOIN LATERAL (SELECT * FROM auctions_commandoutcome found"
    " WHERE found.auction_id = %s AND found.party = asked.party AND found.ref = asked.ref"
    " LIMIT 1) o"
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


def recorded(auction_id: UUID, outcomes: Sequence[Outcome]) -> Statement:
    """The statement that writes them; a ``ref`` that has one already is a unique violation."""
    return Statement(
        _INSERT,
        (
            auction_id,
            [each.id for each in outcomes],
            [each.party for each in outcomes],
            [each.ref for each in outcomes],
            [each.kind for each in outcomes],
            [each.payload_hash for each in outcomes],
            [each.received_at for each in outcomes],
            [Int4(each.seq) for each in outcomes],
            [each.answer for each in outcomes],
            [each.actor_id for each in outcomes],
        ),
    )


def find_outcomes(
    cursor: Cursor, auction_id: UUID, refs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Outcome]:
    """The outcomes of ``(party, ref)`` pairs that have one."""
    return ask_outcomes(cursor, auction_id, refs)()


def ask_outcomes(
    cursor: Cursor, auction_id: UUID, refs: Sequence[tuple[str, str]]
) -> Callable[[], dict[tuple[str, str], Outcome]]:
    """Ask for the outcomes of ``(party, ref)`` pairs; the call returned gives those there are."""
    if not refs:
        return dict
    parties, names = [party for party, _ in refs], [ref for _, ref in refs]
    rows = ask(cursor, _FIND, (parties, names, auction_id))
    return lambda: {(row[1], row[2]): _outcome(row) for row in rows()}


def _outcome(row: tuple[Any, ...]) -> Outcome:
    return Outcome(
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
