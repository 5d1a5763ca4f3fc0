"""Taking checkpoints: the platform's regular, signed word on where both chains stand."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from auctions.ledger import chain, store
from auctions.ledger.receipts import Checkpoint, Heads
from auctions.ledger.store import Cursor
from kernel.signing import Signer

INTERVAL = timedelta(seconds=60)


def take_checkpoint(
    cursor: Cursor, auction_id: UUID, signer: Signer, *, at_end: bool = False
) -> dict[str, Any] | None:
    """Record a checkpoint and return it signed, as every participant gets it.

    Returns None when another process took one less than an interval ago (by the ledger's time);
    the one ``at_end`` of an auction waits for no interval.
    Runs in a transaction of the caller: the auction's row is locked, so that an entry stands
    before the checkpoint exactly when it was recorded before it.
    """
    head = store.lock_auction(cursor, auction_id)
    cursor.execute(
        "SELECT number, at FROM auctions_checkpoint WHERE auction_id = %s"
        " ORDER BY number DESC LIMIT 1",
        (auction_id,),
    )
    last = cursor.fetchone()
    # A second's grace keeps the beat when callers wake by a clock of their own.
    if (
        not at_end
        and last is not None
        and head.recorded_at - last[1] < INTERVAL - timedelta(seconds=1)
    ):
        return None
    checkpoint = Checkpoint(
        auction=str(auction_id),
        number=1 if last is None else last[0] + 1,
        at=head.recorded_at.astimezone(UTC),
        heads=Heads(head.seq, head.hash, head.attempts_seq, head.attempts_hash),
        salt=chain.new_salt(),
    )
    signed = checkpoint.signed(signer)
    cursor.execute(
        "INSERT INTO auctions_checkpoint (auction_id, number, at, seq, head, attempts_seq,"
        " attempts_head, salt, key_id, signature) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            auction_id,
            checkpoint.number,
            checkpoint.at,
            head.seq,
            head.hash,
            head.attempts_seq,
            head.attempts_hash,
            checkpoint.salt,
            signer.key_id,
            bytes.fromhex(signed["signature"]),
        ),
    )
    cursor.execute(
        "UPDATE auctions_auction SET recorded_at = %s WHERE id = %s",
        (head.recorded_at, auction_id),
    )
    return signed


def read_checkpoints(
    cursor: Cursor, auction_id: UUID, after: int = 0, limit: int = 1000
) -> list[tuple[Checkpoint, dict[str, Any]]]:
    """Checkpoints with their opening, and each as it was signed, in order of their numbers."""
    cursor.execute(
        "SELECT number, at, seq, head, attempts_seq, attempts_head, salt, key_id, signature"
        " FROM auctions_checkpoint WHERE auction_id = %s AND number > %s"
        " ORDER BY number LIMIT %s",
        (auction_id, after, limit),
    )
    found = []
    for row in cursor.fetchall():
        checkpoint = Checkpoint(
            auction=str(auction_id),
            number=row[0],
            at=row[1].astimezone(UTC),
            heads=Heads(row[2], bytes(row[3]), row[4], bytes(row[5])),
            salt=bytes(row[6]),
        )
        signed = {
            **checkpoint.document(),
            "key_id": row[7],
            "signature": bytes(row[8]).hex(),
        }
        found.append((checkpoint, signed))
    return found
