"""Exports from the database: read, disclosed as the table says, sealed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from auctions.domain.machine import RULES_VERSION
from auctions.ledger import chain, store
from auctions.ledger.checkpoints import read_checkpoints
from auctions.ledger.codec import Entry
from auctions.ledger.disclosure import LedgerNotClosed, Viewer, build_export
from auctions.ledger.store import Cursor
from auctions.ledger.timestamps import timestamp_document
from infra.keys import KeyRing
from kernel.clock import utc_now

PAGE = 1000


def export_ledger(cursor: Cursor, keys: KeyRing, auction_id: UUID, viewer: Viewer) -> bytes:
    """The file this viewer gets; raises LedgerNotClosed, AuctionUnknown, KeyMissing.

    Who may be which viewer is settled before. Runs in a transaction of the caller: the auction's
    row is locked, so that both chains and the checkpoints are of one moment.
    """
    cursor.execute(
        "SELECT 1 FROM auctions_auction WHERE id = %s AND closed_at IS NULL", (auction_id,)
    )
    if cursor.fetchone() is not None:
        raise LedgerNotClosed()  # nobody's asking too early may hold up a running auction
    store.lock_auction(cursor, auction_id)
    loaded = store.load_state(cursor, auction_id, rules_version=RULES_VERSION)
    if loaded.state.terms is None:
        raise LedgerNotClosed()
    signer = keys.signer(loaded.state.terms.platform_key)
    return build_export(
        auction=str(auction_id),
        state=loaded.state,
        rules_version=RULES_VERSION,
        viewer=viewer,
        entries=_all(cursor, auction_id, chain.LEDGER),
        attempts=_all(cursor, auction_id, chain.ATTEMPTS),
        checkpoints=read_checkpoints(cursor, auction_id, limit=1_000_000),
        public_key=signer.public_key,
        signer=signer,
        exported_at=utc_now(),
        timestamps=_timestamps(cursor, auction_id),
    )


def _all(cursor: Cursor, auction_id: UUID, which: str) -> Iterator[Entry]:
    seq = 0
    while page := store.read_after(cursor, auction_id, seq, PAGE, which=which):
        yield from page
        seq = page[-1].seq


def _timestamps(cursor: Cursor, auction_id: UUID) -> list[dict[str, Any]]:
    cursor.execute(
        "SELECT seq, head, authority, token FROM auctions_headstamp WHERE auction_id = %s"
        " ORDER BY seq",
        (auction_id,),
    )
    return [
        timestamp_document(seq=seq, head=bytes(head), authority=authority, token=bytes(token))
        for seq, head, authority, token in cursor.fetchall()
    ]
