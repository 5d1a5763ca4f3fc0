"""The demonstration's live auction: opened for viewers, ended without them, pruned when old."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from auctions.domain.refusals import AuctionEnded
from auctions.models import Auction
from auctions.models.auction import OPEN_PHASES
from config.demo.tenders import STEEL_LOTS, STEEL_TEXT, buyer, draft, sellers
from crm_core.notifications.models import Notice
from crm_core.timeline.services import forget
from infra.models import OutboxHead, OutboxMessage, RelayOffset
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Tender, TenderState
from marketplace.tenders.services import ending, publishing

TITLE = "Steel coil and sheet, spot supply (demonstration)"
KEPT = 10  # ended ones
NOBODY = "Nobody watched the demonstration any more."
UNTIL_START = timedelta(seconds=40)
RULES = {
    "length": "5", "soft_close.window": "1", "soft_close.reset": "1",
    "soft_close.hard_stop": "8", "feedback.lead": True, "feedback.after_first_bid": False,
    "step.percent": "0.2", "lot_order": "parallel", "buyer_extension.times": "1",
    "buyer_extension.length": "2", "consent_time": "2", "resume_notice": "15",
}  # fmt: skip


def live_tender() -> Tender | None:
    """The demonstration's open auction, if there is one."""
    open_now = Auction.objects.filter(is_demo=True, phase__in=OPEN_PHASES).values("pk")
    return Tender.objects.filter(auction_id__in=open_now).order_by("-created_at").first()


def ensure_live_demo() -> Tender:
    """The open demonstration auction; a new one, starting in 40 seconds, when there is none.

    Safe to call from several processes at once.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fairfall demo'))")
        running = live_tender()
        if running is not None:
            return running
        prune_demo(keep=KEPT - 1)
        officer = buyer()
        tender = draft(
            officer=officer, title=TITLE, text=STEEL_TEXT, typed=STEEL_LOTS[:2],
            rules={**RULES, "starts_at": moment_to_wire(utc_now() + UNTIL_START)},
            companies=[actor.company_id for actor in sellers().values()],
        )  # fmt: skip
        return publishing.publish(actor=officer, tender_id=tender.pk, is_demo=True)


def stop_unwatched() -> None:
    """Cancel the open demonstration auction."""
    tender = live_tender()
    if tender is not None and tender.state == TenderState.PUBLISHED:
        # It may close by itself at this very moment.
        with suppress(AuctionEnded):
            ending.cancel(actor=buyer(), tender_id=tender.pk, reason=NOBODY)


def prune_demo(*, keep: int = KEPT) -> int:
    """Remove ended demonstration auctions but the newest, with their tenders; how many went."""
    old = list(
        Auction.objects.filter(is_demo=True)
        .exclude(phase__in=OPEN_PHASES)
        .order_by("-created_at")
        .values_list("pk", flat=True)[keep:]
    )
    for auction_id in old:
        _remove(auction_id)
    return len(old)


def _remove(auction_id: UUID) -> None:
    with transaction.atomic():
        subjects = [f"urn:fairfall:auction:{auction_id}"]
        for tender in Tender.objects.filter(auction_id=auction_id):
            subjects.append(tender.urn)
            tender.delete()
        Notice.objects.filter(subject__in=subjects).delete()
        forget(subjects)
        RelayOffset.objects.filter(subject__in=subjects).delete()
        OutboxMessage.objects.filter(subject__in=subjects).delete()
        OutboxHead.objects.filter(subject__in=subjects).delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT auctions_prune_demo(%s)", [auction_id])
