"""What the relay and the worker told of an auction, beside what its ledger says happened."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from auctions.ledger import store
from auctions.models import Auction, Seat
from auctions.relay_source import subject_of
from crm_core.notifications.models import MailboxMessage, Notice, OutgoingMail
from crm_core.people.models import User
from crm_core.timeline.models import Interaction, Perspective
from infra.models import DeadLetter, RelayOffset
from kernel.clock import utc_now
from marketplace.tenders.models import Tender
from marketplace.tenders.models.decision import Decision, DecisionKind

TOLD_AS = {
    "terms_accepted": "accepted",
    "bid_placed": "bid",
    "level_accepted": "bid",
    "offer_opened": "offered",
    "offer_rejected": "offer_rejected",
    "bids_voided": "voided",
}
"""How the timelines call an entry that concerns one seat."""


def timelines(auction: str) -> dict[str, Any]:
    """So far as the relay has come: how often what was told of each seat, to it and to the buyer,
    beside how often it happened."""
    pk = UUID(auction)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        until = _offset("timeline.auction", pk)
        entries = [each for each in store.read_after(cursor, pk, 0, 1_000_000) if each.seq <= until]
        seats = dict(Seat.objects.filter(auction_id=pk).values_list("company_id", "code"))
        told = list(
            Interaction.objects.filter(stream=subject_of(pk), kind__in=TOLD_AS.values())
            .exclude(perspective=Perspective.OPERATOR)
            .select_related("account")
        )
    sides: dict[str, Counter[str]] = {"buyer": Counter(), "supplier": Counter()}
    for each in told:
        buyers = each.perspective == Perspective.BUYER
        company = each.account.partner_id if buyers else each.account.owner_id
        sides[each.perspective][f"{each.kind} {seats[company]}"] += each.times
    happened = Counter(
        f"{TOLD_AS[each.kind]} {each.body['seat']}" for each in entries if each.kind in TOLD_AS
    )
    return {"until": until, "happened": happened, **sides}


def notices(auction: str) -> dict[str, Any]:
    """How far the relay has come with the tender, what it gave up, what the tender took over, and
    how many notices of the close and mails about it each person has."""
    pk = UUID(auction)
    tender = Tender.objects.get(auction_id=pk)
    told = Notice.objects.filter(kind="tender.closed", data__reference=tender.reference)
    mails = MailboxMessage.objects.filter(subject__contains=f"{tender.reference} has closed")
    companies = [tender.company_id, *tender.invitations.values_list("company_id", flat=True)]
    taken_over = Decision.objects.filter(tender=tender)
    return {
        "until": _offset("tenders.auction", pk),
        "head": Auction.objects.values_list("head_seq", flat=True).get(pk=pk),
        "given_up": DeadLetter.objects.count(),
        "accepted": taken_over.filter(kind=DecisionKind.ACCEPTED).count(),
        "closed": taken_over.filter(kind=DecisionKind.CLOSED).count(),
        "people": list(
            User.objects.filter(memberships__company__in=companies).values_list("email", flat=True)
        ),
        "notices": Counter(told.values_list("recipient__email", flat=True)),
        "mails": Counter(mails.values_list("to", flat=True)),
    }


def mails_on_their_way() -> int:
    """How many mails a worker is sending."""
    queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
    return queued.filter(next_attempt_at__gt=utc_now()).count()


def _offset(handler: str, auction: UUID) -> int:
    """The last entry with which a handler of the relay is done."""
    found = RelayOffset.objects.filter(handler=handler, subject=subject_of(auction))
    return found.values_list("seq", flat=True).first() or 0
