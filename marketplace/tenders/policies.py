"""Who may do what with a tender, and the fetching that goes with it.

Every function both authorises and fetches: what an actor may not see does not exist for it.
"""

from __future__ import annotations

from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.tenders.errors import InvitationEnded, TenderNotDraft, TenderNotFound
from marketplace.tenders.models import Invitation, InvitationState, Tender
from marketplace.tenders.models.invitation import VISIBLE_STATES


def own_tender(
    actor: Actor,
    tender_id: UUID,
    capability: Capability = Capability.TENDER_READ,
    *,
    lock: bool = False,
) -> Tender:
    """A tender of the actor's company. Raises TenderNotFound, or what ``require`` raises.

    With ``lock`` the row stays locked until the transaction ends; what it held before the lock is
    not used.
    """
    actor.require(capability)
    tenders = Tender.objects.filter(pk=tender_id, company_id=actor.company_id)
    if lock:
        tenders = tenders.select_for_update()
    tender = tenders.first()
    if tender is None:
        raise TenderNotFound()
    return tender


def own_draft(actor: Actor, tender_id: UUID) -> Tender:
    """A draft of the actor's company, locked. Raises TenderNotDraft once it is published."""
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT, lock=True)
    if not tender.is_draft:
        raise TenderNotDraft()
    return tender


def own_invitation(
    actor: Actor,
    tender_id: UUID,
    capability: Capability = Capability.TENDER_READ,
    *,
    lock: bool = False,
) -> Invitation:
    """The actor's company's invitation to a published tender, with the tender.

    Raises TenderNotFound when there is none or it is still planned: an uninvited company cannot
    tell whether the tender exists.
    """
    actor.require(capability)
    invitations = Invitation.objects.filter(
        tender_id=tender_id, company_id=actor.company_id, state__in=VISIBLE_STATES
    ).select_related("tender", "tender__company")
    if lock:
        invitations = invitations.select_for_update(of=("self",))
    invitation = invitations.first()
    if invitation is None or invitation.tender.is_draft:
        raise TenderNotFound()
    return invitation


def answerable_invitation(actor: Actor, tender_id: UUID) -> Invitation:
    """The invitation, locked, while it can still be answered. Raises InvitationEnded."""
    invitation = own_invitation(actor, tender_id, Capability.TENDER_ANSWER, lock=True)
    if invitation.state == InvitationState.DECLINED:
        raise InvitationEnded()
    return invitation


def is_buyer(actor: Actor, tender: Tender) -> bool:
    """Whether the actor stands on the buyer's side of this tender."""
    return tender.company_id == actor.company_id


def readable_tender(actor: Actor, tender_id: UUID) -> Tender:
    """The tender, for its buyer or a supplier invited to it. Raises TenderNotFound."""
    if Tender.objects.filter(pk=tender_id, company_id=actor.company_id).exists():
        return own_tender(actor, tender_id)
    return own_invitation(actor, tender_id).tender
