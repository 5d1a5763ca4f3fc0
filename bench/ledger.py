"""What the ledger says of a measurement."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from bench.errors import BenchError

_LEAVES = """
SELECT encode(leaf, 'hex') FROM auctions_ledgerentry WHERE auction_id = %s AND kind = 'bid_placed'
"""
_COMMITS = """
SELECT body::jsonb ->> 'amount', EXTRACT(epoch FROM pg_xact_commit_timestamp(xmin))::float8
FROM auctions_ledgerentry
WHERE auction_id = %s AND kind = 'bid_placed' AND encode(leaf, 'hex') = ANY(%s)
"""
_CLOSINGS = """
SELECT EXTRACT(epoch FROM pg_xact_commit_timestamp(xmin))::float8
FROM auctions_ledgerentry WHERE auction_id = ANY(%s) AND kind = 'closed'
"""


def check_acknowledged(auction: UUID, leaves: Collection[str]) -> None:
    """Every acknowledged bid is in the ledger, and no other. Raises BenchError."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, (auction,))
        recorded = {leaf for (leaf,) in cursor.fetchall()}
    told = set(leaves)
    if len(told) != len(leaves) or told != recorded:
        raise BenchError(
            f"{len(leaves)} bids were acknowledged, {len(recorded)} are in the ledger, "
            f"{len(told ^ recorded)} differ"
        )


def committed_at(auction: UUID, leaves: Collection[str]) -> dict[str, float]:
    """When the bid of each amount was committed: seconds of the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_COMMITS, (auction, list(leaves)))
        return dict(cursor.fetchall())


def closings_committed_at(auctions: Collection[UUID]) -> list[float]:
    """When the closing of each auction that is closed was committed."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS, (list(auctions),))
        return [moment for (moment,) in cursor.fetchall()]
