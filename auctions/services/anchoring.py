"""The end of a ledger in many hands: its closing checkpoint, and a time stamp of its head.

The closing checkpoint is an ordinary one, taken as soon as the end is known: it stands in the
export with its opening, and ``verify --checkpoints`` takes it. Whoever keeps the head that the
closing notice tells can show that the ledger was not rewritten since.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from auctions import tasks
from auctions.domain.events import Annulled, Cancelled, Closed
from auctions.ledger import chain, store
from auctions.ledger.checkpoints import read_checkpoints, take_checkpoint
from auctions.ledger.receipts import Checkpoint
from auctions.ledger.tokens import TokenBad, check_signature, token_info
from auctions.models import Auction, HeadStamp, LedgerEntry
from auctions.realtime import signals
from auctions.selectors import load
from infra import timestamping
from infra.keys import key_ring
from kernel.clock import utc_now

log = logging.getLogger(__name__)
ENDS = (Closed.kind, Cancelled.kind, Annulled.kind)
TRIED_FOR = timedelta(days=30)
AT_ONCE = 20
AWAY_AFTER = 3  # failures in a row: then the authority is away, not one answer at odds


@dataclass(frozen=True, slots=True)
class ClosingHead:
    """The checkpoint that holds the end, opened, and as it was signed."""

    checkpoint: Checkpoint
    signed: dict[str, Any]

    @property
    def seq(self) -> int:
        return self.checkpoint.heads.seq

    @property
    def head(self) -> str:
        return self.checkpoint.heads.head.hex()

    def told(self) -> dict[str, str]:
        """What a notice says of it."""
        return {
            "entries": str(self.seq),
            "head": self.head,
            "checkpoint": str(self.checkpoint.number),
            "signature": self.signed["signature"],
        }


def closing_head(auction_id: UUID) -> ClosingHead:
    """The first checkpoint after the end of an ended auction; taken now, if there is none.

    In the caller's transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        store.lock_auction(cursor, auction_id)
        found = find_closing_head(auction_id)
        if found is None:
            signer = key_ring().signer(load(auction_id).rules.platform_key)
            take_checkpoint(cursor, auction_id, signer, at_end=True)
            transaction.on_commit(lambda: signals.appended(auction_id), robust=True)
            if settings.TSA_URL:
                transaction.on_commit(lambda: tasks.stamp_head.delay(str(auction_id)), robust=True)
            found = find_closing_head(auction_id)
    assert found is not None
    return found


def find_closing_head(auction_id: UUID) -> ClosingHead | None:
    """The same where it was taken; None while the auction is open."""
    ends = LedgerEntry.objects.filter(auction_id=auction_id, kind__in=ENDS)
    seq = ends.order_by("seq").values_list("seq", flat=True).last()
    if seq is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM auctions_checkpoint WHERE auction_id = %s AND seq >= %s"
            " ORDER BY number LIMIT 1",
            (auction_id, seq),
        )
        row = cursor.fetchone()
        if row is None:
            return None
        ((checkpoint, signed),) = read_checkpoints(cursor, auction_id, row[0] - 1, 1)
    return ClosingHead(checkpoint, signed)


def stamp(auction_id: UUID) -> HeadStamp | None:
    """Have an ended auction's closing head stamped; None where there is none, or no authority.

    Raises timestamping.AuthorityAway, TokenBad. What the authority answers is checked before it
    is kept: that it is about this head, and signed by the authority named, where its CA is.
    """
    if not settings.TSA_URL or Auction.objects.filter(pk=auction_id, is_demo=True).exists():
        return None
    closing = find_closing_head(auction_id)
    if closing is None:
        return None
    found = HeadStamp.objects.filter(auction_id=auction_id, seq=closing.seq).first()
    if found is not None:
        return found
    entry = LedgerEntry.objects.get(auction_id=auction_id, seq=closing.seq)
    head = bytes(entry.hash)
    linked = _before(auction_id, entry.seq) + bytes(entry.leaf)
    assert hashlib.sha256(linked).digest() == head
    token = timestamping.ask(linked, url=settings.TSA_URL)
    info = token_info(token)
    if info.imprint != head:
        raise TokenBad("the authority stamped something else")
    if settings.TSA_CA_FILE:
        check_signature(token, head, Path(settings.TSA_CA_FILE))
    made, _created = HeadStamp.objects.get_or_create(
        auction_id=auction_id, seq=closing.seq,
        defaults={
            "head": head, "token": token, "authority": settings.TSA_URL, "stamped_at": info.at,
        },
    )  # fmt: skip
    return made


def stamp_waiting() -> int:
    """Stamp what ended while the authority was away; how many were stamped.

    Each time in another order: what fails again and again keeps nothing else waiting.
    """
    if not settings.TSA_URL:
        return 0
    done = away = 0
    for auction_id in _waiting():
        try:
            done += stamp(auction_id) is not None
            away = 0
        except timestamping.AuthorityAway as error:
            log.warning("auction %s has no time stamp yet: %s", auction_id, error)
            away += 1
            if away == AWAY_AFTER:
                break
        except TokenBad as error:
            log.warning("the time stamp of auction %s is not kept: %s", auction_id, error)
        except Exception:
            log.exception("auction %s cannot be stamped", auction_id)
    return done


def _waiting() -> list[UUID]:
    """Some of the auctions of whose latest end no stamp is kept: a closed one may have been
    annulled after its stamp."""
    ends = LedgerEntry.objects.filter(auction=OuterRef("pk"), kind__in=ENDS).order_by("-seq")
    stamps = HeadStamp.objects.filter(auction=OuterRef("pk"), seq__gte=OuterRef("end"))
    since = utc_now() - TRIED_FOR
    waiting = (
        Auction.objects.filter(closed_at__isnull=False, recorded_at__gt=since, is_demo=False)
        .annotate(end=Subquery(ends.values("seq")[:1]))
        .annotate(ended=Subquery(ends.values("recorded_at")[:1]))
        .filter(~Exists(stamps), ended__gt=since)
    )
    return list(waiting.order_by("?").values_list("pk", flat=True)[:AT_ONCE])


def stamp_of(auction_id: UUID) -> HeadStamp | None:
    """The time stamp of an auction's head, where one was got."""
    return HeadStamp.objects.filter(auction_id=auction_id).order_by("seq").last()


def _before(auction_id: UUID, seq: int) -> bytes:
    if seq == 1:
        return chain.origin(chain.LEDGER, str(auction_id))
    return bytes(LedgerEntry.objects.get(auction_id=auction_id, seq=seq - 1).hash)
