"""A card on the company's page: which actions are open to it, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.gates import gates_of
from crm_core.companies.models import Company


def gates_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """Nothing for the operator's own company, which does not trade."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    company = Company.objects.get(pk=actor.company_id)
    if company.operates:
        return None
    return {
        "gates": gates_of(company),
        "standing": company.standing,
        "may_open": actor.can(Capability.DOCUMENT_READ),
    }
