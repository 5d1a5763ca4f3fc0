"""Who listens to whom: every fact that travels between rooms is wired here."""

from __future__ import annotations

from infra.relay import OutboxSource, switchboard


def connect() -> None:
    """Make sources and handlers known to the relay; called once at start."""
    switchboard.add_source(OutboxSource())
    switchboard.subscribe(
        name="notifications.company",
        source="outbox",
        path="crm_core.notifications.handlers.company_event",
        types={"company.member_added", "company.standing_changed"},
    )
