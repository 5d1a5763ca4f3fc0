"""Reads of supplier profiles. A profile is meant for buyers, so every member may read it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.access.errors import NotAMember
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import Company, Standing
from reference.selectors import ancestors_and_self
from suppliers.errors import ProfileNotFound
from suppliers.models import SupplierProfile


def own_profile(actor: Actor) -> SupplierProfile | None:
    """The profile of the actor's company; None until it is first saved."""
    return (
        SupplierProfile.objects.filter(company_id=actor.company_id)
        .prefetch_related("categories")
        .first()
    )


def profile(actor: Actor, company_id: UUID) -> SupplierProfile:
    """A verified supplier's profile. Raises ProfileNotFound."""
    if not actor:
        raise NotAMember()
    found = (
        SupplierProfile.objects.filter(company_id=company_id, company__standing=Standing.VERIFIED)
        .select_related("company")
        .prefetch_related("categories")
        .first()
    )
    if found is None:
        raise ProfileNotFound()
    return found


def suppliers_of(codes: Iterable[str], *, country: str | None = None) -> QuerySet[Company]:
    """Verified companies that sell in one of the categories, or in one above it.

    With ``country``, only those that serve it or name no countries.
    """
    found = Company.objects.filter(
        sells=True,
        standing__in=standings_for(Gate.BE_INVITED),
        supplier_profile__categories__in=ancestors_and_self(codes),
    )
    if country:
        found = found.filter(supplier_profile__regions__contains=[country]) | found.filter(
            supplier_profile__regions=[]
        )
    return found.distinct().order_by("latin_name", "id")


def invitation_contacts(company_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Name and e-mail for invitations, by company; companies without a profile are left out."""
    rows = SupplierProfile.objects.filter(company_id__in=list(company_ids))
    return {row.company_id: (row.contact_name, row.contact_email) for row in rows}
