"""One-click sign-in for the accounts of a demonstration."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

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


def sign_in_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What the sign-in page's cards show; None outside a demonstration or before it is loaded."""
    found = list(personas()[:40]) if settings.DEMO else []
    return {"personas": found, "next": request.GET.get("next", "")} if found else None
