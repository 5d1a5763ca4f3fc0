"""Reads that carry their authorisation: what a company may see of tenders."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from auctions.domain.terms import terms_from_document
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.finding import fits
from crm_core.companies.models import Company
from kernel.clock import utc_now
from marketplace.tenders.models import (
    Invitation,
    InvitationState,
    LotResult,
    Tender,
    TenderState,
)
from marketplace.tenders.models.invitation import ENDED_STATES, VISIBLE_STATES


def own_tenders(actor: Actor, *, state: str = "", search: str = "") -> QuerySet[Tender]:
    """Tenders of the actor's company, newest first, with how many lots and suppliers they have."""
    actor.require(Capability.TENDER_READ)
    found = Tender.objects.filter(company_id=actor.company_id).annotate(
        lot_count=Count("lots", distinct=True),
        invited_count=Count(
            "invitations",
            filter=~Q(invitations__state=InvitationState.UNINVITED),
            distinct=True,
        ),
        accepted_count=Count(
            "invitations",
            filter=Q(invitations__state=InvitationState.ACCEPTED),
            distinct=True,
        ),
    )
    return _narrow(found, state, search).order_by("-created_at", "id")


def invitations_of(actor: Actor, *, state: str = "", search: str = "") -> QuerySet[Invitation]:
    """Invitations the actor's company can see, by start, with their tenders and buyers."""
    actor.require(Capability.TENDER_READ)
    found = (
        Invitation.objects.filter(company_id=actor.company_id, state__in=VISIBLE_STATES)
        .exclude(tender__state=TenderState.DRAFT)
        .select_related("tender", "tender__company")
    )
    if state in TenderState.values:
        found = found.filter(tender__state=state)
    for word in search.split():
        found = found.filter(
            Q(tender__reference__icontains=word)
            | Q(tender__title__icontains=word)
            | fits(word, "tender__company__")
        )
    return found.order_by("-tender__starts_at", "id")


def visible_tenders(actor: Actor, *, state: str = "", search: str = "") -> QuerySet[Tender]:
    """Own tenders and those the company is invited to: the list of the API, newest first."""
    actor.require(Capability.TENDER_READ)
    invited = Invitation.objects.filter(
        tender=OuterRef("pk"), company_id=actor.company_id, state__in=VISIBLE_STATES
    )
    found = Tender.objects.filter(
        Q(company_id=actor.company_id) | (Exists(invited) & ~Q(state=TenderState.DRAFT))
    ).select_related("company")
    return _narrow(found, state, search).order_by("-created_at", "id")


def history(tender: Tender) -> QuerySet:
    """The tender's decisions, newest first. For the buyer's side only."""
    return tender.decisions.order_by("-id")


def candidates(
    actor: Actor, tender: Tender, *, search: str = "", ids: list[UUID] | None = None
) -> QuerySet[Company]:
    """Verified sellers that may be added to the tender; ``ids`` narrows to a list's.

    To a published tender also those whose invitation ended: they may be invited again.
    """
    actor.require(Capability.TENDER_EDIT)
    from crm_core.companies.selectors import directory

    standing = tender.invitations.exclude(state__in=ENDED_STATES)
    found = (
        directory(search=search, sells=True)
        .exclude(pk=actor.company_id)
        .exclude(pk__in=standing.values("company_id"))
    )
    return found if ids is None else found.filter(pk__in=ids)


def buyer_desk(actor: Actor) -> dict[str, list[Tender]]:
    """What needs the buyer now: auctions open or soon, results to confirm, drafts."""
    actor.require(Capability.TENDER_READ)
    mine = own_tenders(actor)
    soon = utc_now() + timedelta(days=1)
    return {
        "open": list(
            mine.filter(state=TenderState.PUBLISHED, starts_at__lte=soon).order_by("starts_at")[:10]
        ),
        "later": list(
            mine.filter(state=TenderState.PUBLISHED, starts_at__gt=soon).order_by("starts_at")[:5]
        ),
        "to_confirm": list(mine.filter(state=TenderState.CLOSED).order_by("-ended_at")[:10]),
        "drafts": list(mine.filter(state=TenderState.DRAFT).order_by("-updated_at")[:10]),
    }


def buyer_figures(actor: Actor) -> dict[str, int]:
    """How many own tenders are open for bids, to be confirmed and in draft, and how many suppliers
    have not answered an invitation to what is still to start. Two queries."""
    actor.require(Capability.TENDER_READ)
    now = utc_now()
    published = Q(state=TenderState.PUBLISHED)
    figures: dict[str, int] = Tender.objects.filter(company_id=actor.company_id).aggregate(
        running=Count("pk", filter=published & Q(starts_at__lte=now)),
        to_confirm=Count("pk", filter=Q(state=TenderState.CLOSED)),
        drafts=Count("pk", filter=Q(state=TenderState.DRAFT)),
    )
    figures["unanswered"] = Invitation.objects.filter(
        tender__company_id=actor.company_id,
        tender__state=TenderState.PUBLISHED,
        tender__starts_at__gt=now,
        state=InvitationState.INVITED,
    ).count()
    return figures


def supplier_desk(actor: Actor) -> dict[str, list[Invitation]]:
    """What a supplier can win now: invitations to answer, auctions to bid in, results."""
    mine = invitations_of(actor)
    published = mine.filter(tender__state=TenderState.PUBLISHED).order_by("tender__starts_at")
    return {
        "to_answer": list(published.filter(state=InvitationState.INVITED)[:10]),
        "accepted": list(published.filter(state=InvitationState.ACCEPTED)[:10]),
        "ended": list(
            mine.exclude(tender__state=TenderState.PUBLISHED).order_by("-tender__ended_at")[:5]
        ),
    }


def results_of(tender: Tender) -> QuerySet[LotResult]:
    """How the lots of one's own tender closed, with names.

    Where the terms make the buyer blind there are none before the last lot closed: whoever won
    one lot still bids under its alias on the others.
    """
    found = LotResult.objects.filter(lot__tender=tender)
    if tender.state == TenderState.PUBLISHED and terms_from_document(tender.terms).blind:
        found = found.none()
    return found.select_related("lot").order_by("lot__number")


def _narrow(found: QuerySet[Tender], state: str, search: str) -> QuerySet[Tender]:
    if state in TenderState.values:
        found = found.filter(state=state)
    for word in search.split():
        found = found.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    return found
