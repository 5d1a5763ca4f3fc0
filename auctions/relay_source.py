"""The ledgers as a source of the relay: every entry, in order, once per handler.

The payload is ``{auction, origin, is_demo, kind, body}``, ``origin`` being the subject's URN. It
holds what the ledger holds, prices too: a handler shows nobody more than visibility would.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from auctions.ledger.store import read_after
from auctions.models import Auction
from infra.relay import Event

SOURCE_NAME = "auctions"
SUBJECT = "urn:fairfall:auction:"


def subject_of(auction_id: UUID) -> str:
    """The URN under which an auction's entries are ordered."""
    return f"{SUBJECT}{auction_id}"


class LedgerSource:
    """Subjects are auctions (no practices), numbers ``seq``: given under the row lock, in order."""

    name = SOURCE_NAME
    heads_sql = (
        "SELECT 'urn:fairfall:auction:' || id AS subject, head_seq::bigint AS head"
        " FROM auctions_auction WHERE NOT is_practice"
    )
    moment_sql = (
        "SELECT recorded_at FROM auctions_ledgerentry"  # noqa: S608
        f" WHERE auction_id = substr(behind.subject, {len(SUBJECT) + 1})::uuid"
        " AND seq = behind.next"
    )

    def read(self, subject: str, after: int, limit: int) -> Sequence[Event]:
        """The entries above ``after``; none where the auction was pruned meanwhile."""
        auction_id = UUID(subject.removeprefix(SUBJECT))
        row = (
            Auction.objects.filter(pk=auction_id, is_practice=False)
            .values_list("owner_id", "subject_urn", "is_demo")
            .first()
        )
        if row is None:
            return []
        owner, origin, is_demo = row
        with connection.cursor() as cursor:
            entries = read_after(cursor, auction_id, after, limit)
        return [
            Event(
                source=self.name,
                subject=subject,
                seq=entry.seq,
                id=entry.leaf.hex(),
                type=f"auction.{entry.kind}",
                occurred_at=entry.recorded_at,
                payload={
                    "auction": str(auction_id),
                    "origin": origin,
                    "is_demo": is_demo,
                    "kind": entry.kind,
                    "body": entry.body,
                },
                parties=[f"urn:fairfall:company:{owner}"],
            )
            for entry in entries
        ]
