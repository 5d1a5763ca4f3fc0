"""What access does about facts of other rooms (registered in config.subscriptions)."""

from __future__ import annotations

from uuid import UUID

from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from crm_core.people.security import Kind, note
from infra.relay import Event

_KINDS = {
    "company.member_added": Kind.JOINED,
    "company.member_role_changed": Kind.ROLE_CHANGED,
    "company.member_removed": Kind.LEFT,
}
TYPES = frozenset(_KINDS)


def on_membership(event: Event) -> None:
    """The person reads in the security log what others changed about their access."""
    if not User.objects.filter(pk=event.payload["user_id"], erased_at=None).exists():
        return
    company = Company.objects.get(pk=event.payload["company_id"])
    role = Role(event.payload["role"])
    note(
        UUID(event.payload["user_id"]),
        _KINDS[event.type],
        what=f"{company.legal_name}: {role.value}",
        key=f"event:{event.id}",
    )
