"""What screening does about facts of other rooms (registered in config.subscriptions)."""

from __future__ import annotations

from uuid import UUID

from crm_core.screening.services.subjects import company_changed
from infra.relay import Event

TYPES = frozenset({"company.created", "company.changed"})


def on_company(event: Event) -> None:
    """Screen a new company, and one whose names, country or number changed."""
    company_changed(UUID(str(event.payload["company_id"])))
