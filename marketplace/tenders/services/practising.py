"""Practice of an invited supplier, before the auction of a tender begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from auctions.domain.terms import Terms, terms_from_document
from auctions.rehearsal.errors import NothingToPractise
from auctions.rehearsal.models import Practice
from auctions.rehearsal.practice import driving, opening
from auctions.rehearsal.setup import price_levels
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.tenders import auctioning
from marketplace.tenders.models import Invitation, InvitationState, Tender, TenderState
from marketplace.tenders.policies import own_invitation
from marketplace.tenders.services.rehearsing import BEFORE

STANDING = (InvitationState.INVITED, InvitationState.ACCEPTED)


def is_open_to(invitation: Invitation, phase: str) -> bool:
    """Whether the invited company may practise now: it stands, and the auction has not begun."""
    return (
        invitation.state in STANDING
        and invitation.tender.state == TenderState.PUBLISHED
        and phase in BEFORE
    )


def practisable(actor: Actor, tender_id: UUID) -> tuple[Tender, Terms]:
    """The tender the actor's company is invited to, and its terms in force.

    Raises TenderNotFound, AccessForbidden, or NothingToPractise.
    """
    actor.require(Capability.AUCTION_BID)
    invitation = own_invitation(actor, tender_id)
    tender = invitation.tender
    if not is_open_to(invitation, auctioning.row_of(tender).phase):
        raise NothingToPractise()
    return tender, terms_from_document(tender.terms)


def practice_of(actor: Actor, tender_id: UUID) -> Practice | None:
    """The company's practice for this tender, if there is one."""
    tender = own_invitation(actor, tender_id, Capability.AUCTION_BID).tender
    return driving.practice_of(actor, tender.urn)


def begin(*, actor: Actor, tender_id: UUID, typed: Mapping[str, Any]) -> Practice:
    """Open one, starting in twenty seconds."""
    tender, terms = practisable(actor, tender_id)
    return opening.begin(
        actor=actor,
        subject_urn=tender.urn,
        title=tender.title,
        link=reverse("tenders:practice", args=[tender.pk]),
        lots=map(auctioning.labelled, auctioning.lots_of(tender)),
        terms=terms,
        typed=typed,
    )


def end(*, actor: Actor, tender_id: UUID) -> None:
    """End and delete it. Raises PracticeNotFound."""
    tender = own_invitation(actor, tender_id, Capability.AUCTION_BID).tender
    driving.leave(actor=actor, subject_urn=tender.urn)


def lots_to_price(terms: Terms) -> list[int]:
    """The lots whose price level the public terms do not tell."""
    return price_levels({}, terms, {})[1]
