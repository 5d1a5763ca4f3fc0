"""Reads about companies that every signed-in person may do: the directory."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm_core.companies.finding import fits
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import MANAGING_ROLES, Company, Membership


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


def left_unmanaged_by(user_id: UUID) -> QuerySet[Company]:
    """The companies in which this person leaves colleagues behind with nobody to manage them; the
    operator's company too, whose last administrator this is."""
    colleagues = _colleagues_of(user_id)
    managed = Membership.objects.filter(user_id=user_id, active=True, role__in=MANAGING_ROLES)
    return Company.objects.filter(
        Q(operates=True) | Exists(colleagues),
        ~Exists(colleagues.filter(role__in=MANAGING_ROLES)),
        pk__in=managed.values("company_id"),
    ).order_by("legal_name", "id")


def left_empty_by(user_id: UUID) -> QuerySet[Company]:
    """The companies for which nobody else acts."""
    colleagues = _colleagues_of(user_id)
    own = Membership.objects.filter(user_id=user_id, active=True)
    return Company.objects.filter(~Exists(colleagues), pk__in=own.values("company_id")).order_by(
        "legal_name", "id"
    )


def _colleagues_of(user_id: UUID) -> QuerySet[Membership]:
    """Who else acts for the company of the query around."""
    return Membership.objects.filter(
        company=OuterRef("pk"), active=True, user__is_active=True
    ).exclude(user_id=user_id)


def memberships_of(user_id: UUID) -> QuerySet[Membership]:
    """Companies a person acts for, earliest first."""
    return (
        Membership.objects.filter(user_id=user_id, active=True)
        .select_related("company")
        .order_by("joined_at", "id")
    )
