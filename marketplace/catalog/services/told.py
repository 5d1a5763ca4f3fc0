"""What others are told of: which offers changed, for whoever keeps something made from them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.outbox import emit
from marketplace.catalog.models import Offer

MOST_IN_ONE = 1000


def offers_changed(company_id: UUID, offers: Sequence[UUID]) -> None:
    """Tell, in the caller's transaction, that buyers may see something else of these offers of a
    company. Call it near the end: the company's facts are numbered one writer at a time."""
    for first in range(0, len(offers), MOST_IN_ONE):
        emit(
            type="catalog.offers_changed",
            subject=f"urn:fairfall:catalog:{company_id}",
            payload={
                "company_id": company_id,
                "offers": list(offers[first : first + MOST_IN_ONE]),
            },
        )


def offer_changed(offer: Offer) -> None:
    """The same of one offer."""
    offers_changed(offer.company_id, [offer.pk])
