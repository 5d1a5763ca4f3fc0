"""The ledger of an ended auction as one viewer may open it, and the verifier's word on it.

What the site says of itself proves nothing to who distrusts it: the same verifier runs anywhere.
Here it runs as for an uploaded file, within the same limits (auctions.services.checking).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from auctions.domain.visibility import Role, all_closed
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exports import export_ledger
from auctions.ledger.receipts import ACCEPTED, RECEIPT, REFUSED
from auctions.ledger.report import Report
from auctions.models import CommandOutcome, HeadStamp
from auctions.selectors import load
from auctions.services.anchoring import ClosingHead, find_closing_head, stamp_of
from auctions.services.checking import check_own
from auctions.services.policies import Place
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from infra.keys import key_ring

# The page shall answer soon; the verifier at home takes any number.
RECEIPTS = 300


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verifier found in the export of ``scope``, with so many of the viewer's receipts."""

    report: Report
    left_out: int  # further findings
    scope: Scope
    key_id: str
    entries: int
    head: str  # hex
    receipts: int
    closing: ClosingHead | None  # None of an auction that ended before there were such
    stamp: HeadStamp | None


def export_for(actor: Actor, place: Place) -> bytes:
    """The sealed export as this place may open it. Raises LedgerNotClosed before the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        return export_ledger(cursor, key_ring(), place.auction.pk, _reader(actor, place))


def verification_for(actor: Actor, place: Place) -> Verification:
    """Export as :func:`export_for` and look at everything, with the latest receipts of the place.

    Raises LedgerNotClosed before the end, and what the limits of a check raise
    (:func:`auctions.services.checking.check_own`).
    """
    content = export_for(actor, place)
    auction = place.auction
    auction.refresh_from_db(fields=["head_seq", "head_hash"])
    key_id = load(auction.pk).rules.platform_key
    receipts = _receipts(place)
    report, left_out = check_own(content, key_ring().signer(key_id).public_key, receipts)
    return Verification(
        report=report,
        left_out=left_out,
        scope=_reader(actor, place).scope,
        key_id=key_id,
        entries=auction.head_seq,
        head=bytes(auction.head_hash).hex(),
        receipts=len(receipts),
        closing=find_closing_head(auction.pk),
        stamp=stamp_of(auction.pk),
    )


def receipt_document(outcome: CommandOutcome) -> dict[str, Any]:
    """A kept answer as the signed receipt that ``verify --receipts`` takes."""
    answer = outcome.answer
    return {
        "type": RECEIPT,
        "auction": str(outcome.auction_id),
        "outcome": ACCEPTED if outcome.kind == ACCEPTED else REFUSED,
        "id": answer["id"],
        "leaf": answer["leaf"],
        "party": outcome.party,
        "ref": outcome.ref,
        "payload": bytes(outcome.payload_hash).hex(),
        "received_at": answer["received_at"],
        "key_id": answer["key_id"],
        "signature": answer["signature"],
    }


def _receipts(place: Place) -> list[dict[str, Any]]:
    if place.party is None:
        return []
    kept = CommandOutcome.objects.filter(auction=place.auction, party=place.party.key)
    return [receipt_document(each) for each in kept.order_by("-received_at", "-id")[:RECEIPTS]]


def _reader(actor: Actor, place: Place) -> Viewer:
    if place.viewer.seat is not None:
        return Viewer(Scope.PARTICIPANT, place.viewer.seat)
    # A blind buyer may tender again what it cancelled: it is told what everybody is told.
    blind = place.viewer.role is Role.BUYER_BLIND and not all_closed(load(place.auction.pk))
    full = (place.role == "buyer" and not blind) or actor.can(Capability.AUDIT_READ)
    return Viewer(Scope.FULL if full else Scope.PUBLIC)
