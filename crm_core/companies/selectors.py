"""Reads about companies that every signed-in person may do: the directory."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from crm_core.companies.finding import fits
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import Company, Membership


def directory(*, search: str = "", sells: bool | None = None) -> QuerySet[Company]:
    """Verified companies by name, reference or register number; ``sells`` narrows the side."""
    found = Company.objects.filter(standing__in=standings_for(Gate.BE_INVITED))
    if sells is not None:
        found = found.filter(sells=sells)
    for word in search.split():
        found = found.filter(fits(word))
    return found.order_by("latin_name", "id")


def companies_by_id(ids: Iterable[UUID | str]) -> dict[UUID, Company]:
    """Companies in one query, by id; unknown ids are left out."""
    return Company.objects.in_bulk(list(ids))


def members_of(company_id: UUID) -> QuerySet[Membership]:
    """Active memberships of a company with their people, by name."""
    return (
        Membership.objects.filter(company_id=company_id, active=True)
        .select_related("user")
        .order_by("user__full_name", "id")
    )


def memberships_of(user_id: UUID) -> QuerySet[Membership]:
    """Companies a person acts for, earliest first."""
    return (
        Membership.objects.filter(user_id=user_id, active=True)
        .select_related("company")
        .order_by("joined_at", "id")
    )
