"""The demonstration's live auction: opened for viewers, ended without them, pruned when old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from auctions.domain.refusals import AuctionEnded
from auctions.models import Auction
from auctions.models.auction import OPEN_PHASES
from config.demo.companies import BUYER
from config.demo.tenders import STEEL_LOTS, STEEL_TEXT, buyer, draft, sellers
from crm_core.notifications.models import Notice
from crm_core.timeline.services import forget
from infra.models import OutboxHead, OutboxMessage, RelayOffset
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import LotOutcome, LotResult, Tender, TenderState
from marketplace.tenders.services import ending, publishing
from marketplace.tenders.services.lots import LotInput

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


FIRST_TITLE = "Rebar B500B, first call-off (demonstration)"
FIRST_RULES = {**RULES, "length": "2", "soft_close.hard_stop": "4"}
CONFIRMED = "Confirmed by the demonstration."


def is_loaded() -> bool:
    """Whether the demonstration's people and tenders are there: at a first start they come after
    the processes."""
    return Tender.objects.filter(company__reference=BUYER.reference).exists()


def live_tender() -> Tender | None:
    """The demonstration's open auction for viewers, if there is one."""
    open_now = Auction.objects.filter(
        is_demo=True, is_practice=False, phase__in=OPEN_PHASES
    ).values("pk")
    found = Tender.objects.filter(auction_id__in=open_now).exclude(title=FIRST_TITLE)
    return found.order_by("-created_at").first()


def first_tender() -> Tender | None:
    """The short auction that a new demonstration begins with, watched or not; None when it ended.

    It is bid in and closes like every other, so that a visitor finds a finished tender whose
    record was really written. Opened once, while there is no demonstration auction at all.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fairfall demo'))")
        if not Auction.objects.filter(is_demo=True, is_practice=False).exists():
            return _open(FIRST_TITLE, STEEL_LOTS[3:], FIRST_RULES)
    return Tender.objects.filter(title=FIRST_TITLE, state=TenderState.PUBLISHED).first()


def confirm_first() -> None:
    """Award the lots of the first auction to their leaders, as the demonstration's officer."""
    officer = buyer()
    for result in LotResult.objects.filter(
        lot__tender__title=FIRST_TITLE,
        lot__tender__state=TenderState.CLOSED,
        lot__tender__company_id=officer.company_id,
        outcome=LotOutcome.WON,
        decided_at=None,
    ).select_related("lot"):
        ending.confirm_result(
            actor=officer, tender_id=result.lot.tender_id, lot=result.lot.number,
            company_id=result.leader_id, reason=CONFIRMED,
        )  # fmt: skip


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
        return _open(TITLE, STEEL_LOTS[:2], RULES)


def _open(title: str, typed: Sequence[LotInput], rules: Mapping[str, object]) -> Tender:
    officer = buyer()
    tender = draft(
        officer=officer, title=title, text=STEEL_TEXT, typed=typed,
        rules={**rules, "starts_at": moment_to_wire(utc_now() + UNTIL_START)},
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
        Auction.objects.filter(is_demo=True, is_practice=False)
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
        # First the offsets: a relay that is delivering at this moment is waited for.
        RelayOffset.objects.filter(subject__in=subjects).delete()
        Notice.objects.filter(subject__in=subjects).delete()
        forget(subjects)
        OutboxMessage.objects.filter(subject__in=subjects).delete()
        OutboxHead.objects.filter(subject__in=subjects).delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT auctions_prune_demo(%s)", [auction_id])
