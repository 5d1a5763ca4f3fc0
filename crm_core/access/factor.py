"""Who must have a second factor to act: asked where an actor is made, and by the gate's query.

A recovery code alone is none: it gets one back in, to set up another.
"""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from crm_core.access.errors import SecondFactorRequired
from crm_core.companies.models import Membership
from crm_core.companies.selectors import memberships_of
from crm_core.people.models import User

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user_id: UUID) -> bool:
    """Whether the person has an authenticator app or a security key."""
    return Authenticator.objects.filter(user_id=user_id, type__in=KINDS).exists()


def exempt(user: User) -> bool:
    """Whether the person signs in with one click, in a demonstration."""
    return bool(settings.DEMO and user.is_demo)


def with_factor(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """The same with their people, companies, and whether each person has a factor."""
    held = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=KINDS)
    return memberships.select_related("user", "company").annotate(has_factor=Exists(held))


def lacks_factor(membership: Membership) -> bool:
    """Whether the person must set one up before acting in this role."""
    if membership.role not in settings.SECOND_FACTOR_ROLES or exempt(membership.user):
        return False
    known: bool | None = getattr(membership, "has_factor", None)
    return not (has_factor(membership.user_id) if known is None else known)


def require_in_every_role(user: User) -> None:
    """For what a person has in all companies at once: raise SecondFactorRequired where one of the
    roles asks for a factor the person does not have."""
    for membership in with_factor(memberships_of(user.pk)):
        if lacks_factor(membership):
            raise SecondFactorRequired(company=membership.company.legal_name)
