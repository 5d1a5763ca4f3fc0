"""The home page's card of the operator's desk. Registered in config.slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from crm_core.access import registration
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Standing
from infra.models import DeadLetter

MOST = 8


def operator_panel(request: HttpRequest) -> Mapping[str, Any]:
    """Companies that wait for verification, longest first; undelivered messages for the admin."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    waiting = registration.companies_to_judge(actor, standing=Standing.DRAFT)
    letters = None
    if actor.can(Capability.PLATFORM_ADMIN):
        letters = DeadLetter.objects.filter(state=DeadLetter.State.WAITING).count()
    return {
        "companies": list(waiting[:MOST]),
        "companies_total": waiting.count(),
        "letters": letters,
    }
