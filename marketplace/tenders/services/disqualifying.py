"""Disqualifying a supplier and taking it back, with a reason that the supplier reads."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.tenders import auctioning, following
from marketplace.tenders.errors import (
    InvitationNotFound,
    ReasonRequired,
    ResultDecided,
    TenderNotOpen,
)
from marketplace.tenders.models import Invitation, LotResult, TenderState
from marketplace.tenders.models.decision import DecisionKind
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services.record import remember, tell


def disqualify(*, actor: Actor, tender_id: UUID, company_id: UUID, reason: str) -> Invitation:
    """The supplier's bids count no more; on closed lots the next in order stands first."""
    return _decide(actor, tender_id, company_id, reason, undo=False)


def requalify(*, actor: Actor, tender_id: UUID, company_id: UUID, reason: str) -> Invitation:
    """The supplier's bids count again, in the order they had."""
    return _decide(actor, tender_id, company_id, reason, undo=True)


def _decide(
    actor: Actor, tender_id: UUID, company_id: UUID, reason: str, *, undo: bool
) -> Invitation:
    reason = reason.strip()[:1000]
    if not reason:
        raise ReasonRequired(field="reason")
    with transaction.atomic():
        tender = own_tender(actor, tender_id, Capability.TENDER_PUBLISH, lock=True)
        if tender.state not in (TenderState.PUBLISHED, TenderState.CLOSED):
            raise TenderNotOpen()
        invitation = tender.invitations.select_related("company").filter(company=company_id).first()
        if invitation is None or company_id not in auctioning.seats(tender):
            raise InvitationNotFound()
        if LotResult.objects.filter(lot__tender=tender, awarded_to_id=company_id).exists():
            raise ResultDecided()
        before = auctioning.state_of(tender)
        auctioning.disqualify(
            actor=actor, tender=tender, company_id=company_id, reason=reason, undo=undo
        )
        following.take_over_winners(tender, before)
        remember(
            tender=tender,
            kind=DecisionKind.REQUALIFIED if undo else DecisionKind.DISQUALIFIED,
            actor=actor, reason=reason, company=invitation.company.legal_name,
            company_id=str(company_id),
        )  # fmt: skip
        tell(
            tender=tender, type="tender.requalified" if undo else "tender.disqualified",
            actor=actor, companies=[company_id], reason=reason,
        )  # fmt: skip
    return invitation
