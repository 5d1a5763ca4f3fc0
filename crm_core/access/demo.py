"""One-click sign-in for the accounts of a demonstration."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from crm_core.access.errors import DemoAccountNotFound
from crm_core.companies.models import Membership
from crm_core.people.models import User


def personas() -> QuerySet[Membership]:
    """The demonstration's accounts with the company each acts for: buyer, operator, sellers."""
    return (
        Membership.objects.filter(active=True, user__is_demo=True, user__is_active=True)
        .select_related("user", "company")
        .order_by("-company__buys", "-company__operates", "joined_at", "id")
    )


def persona_user(membership_id: UUID) -> User:
    """The account behind a card. Raises DemoAccountNotFound for anybody else's membership."""
    membership = personas().filter(pk=membership_id).first()
    if membership is None:
        raise DemoAccountNotFound()
    return membership.user
