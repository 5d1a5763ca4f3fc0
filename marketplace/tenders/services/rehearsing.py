"""Rehearsing a tender's own terms, as long as its auction has not begun."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from auctions.domain.state import Phase
from auctions.domain.terms import Terms, terms_from_document
from auctions.rehearsal import services
from auctions.rehearsal.errors import NothingToRehearse, RehearsalNotFound, TermsNotReady
from auctions.rehearsal.models import Rehearsal
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from kernel.clock import utc_now
from kernel.decimals import quantize
from marketplace.tenders import auctioning
from marketplace.tenders.building import build
from marketplace.tenders.models import Tender
from marketplace.tenders.policies import own_tender

BEFORE = (Phase.SCHEDULED, Phase.PREBID)


def rehearsable(actor: Actor, tender_id: UUID) -> tuple[Tender, Terms]:
    """The actor's own tender and the terms to rehearse.

    Raises TenderNotFound, NothingToRehearse once the auction has begun, or TermsNotReady.
    """
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    if tender.is_draft:
        terms = build(tender, now=utc_now()).preview
        if terms is None or not services.is_whole(terms):
            raise TermsNotReady()
        return tender, terms
    if auctioning.row_of(tender).phase not in BEFORE:
        raise NothingToRehearse()
    return tender, terms_from_document(tender.terms)


def rehearsals_of(actor: Actor, tender_id: UUID) -> QuerySet[Rehearsal]:
    """The kept rehearsals of a tender of one's own, newest first."""
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    return Rehearsal.objects.filter(
        company_id=actor.company_id, subject_urn=tender.urn
    ).select_related("asked_by")


def rehearsal_of(actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> Rehearsal:
    """One of them. Raises RehearsalNotFound."""
    found = rehearsals_of(actor, tender_id).filter(pk=rehearsal_id).first()
    if found is None:
        raise RehearsalNotFound()
    return found


def rehearse(*, actor: Actor, tender_id: UUID, typed: Mapping[str, Any]) -> Rehearsal:
    """Ask for a rehearsal of the tender as it is now."""
    tender, terms = rehearsable(actor, tender_id)
    return services.rehearse(
        actor=actor,
        subject_urn=tender.urn,
        title=f"{tender.reference} {tender.title}",
        terms=terms,
        typed=typed,
        known_prices=price_levels(tender),
    )


def again(*, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> Rehearsal:
    """The same terms, bots and seed once more."""
    rehearsal_of(actor, tender_id, rehearsal_id)
    return services.again(actor=actor, rehearsal_id=rehearsal_id)


def cancel(*, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> Rehearsal:
    """Stop one. Raises RehearsalOver."""
    rehearsal_of(actor, tender_id, rehearsal_id)
    return services.cancel(actor=actor, rehearsal_id=rehearsal_id)


def delete(*, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> None:
    """Forget an ended one. Raises RehearsalRunning."""
    rehearsal_of(actor, tender_id, rehearsal_id)
    services.delete(actor=actor, rehearsal_id=rehearsal_id)


def price_levels(tender: Tender) -> dict[int, Decimal]:
    """The buyer's own figures of lots without a ceiling: baseline, else target."""
    return {
        lot.number: rounded
        for lot in tender.lots.all()
        if (level := lot.baseline or lot.target) is not None
        and (rounded := quantize(level, lot.money_scale)) > 0
    }
