"""The security log of a person: noted where things happen, read by that person alone."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from crm_core.people.models import SecurityEvent
from crm_core.people.origin import NOWHERE, Origin

Kind = SecurityEvent.Kind


def note(
    user_id: UUID, kind: str, *, origin: Origin = NOWHERE, what: str = "", key: str | None = None
) -> None:
    """Write one line; with a ``key`` only once."""
    values = {"user_id": user_id, "kind": kind, "ip": origin.ip, "what": what[:300],
              "user_agent": origin.user_agent}  # fmt: skip
    if key is None:
        SecurityEvent.objects.create(**values)
    else:
        SecurityEvent.objects.get_or_create(key=key, defaults=values)


def events(user_id: UUID, *, kind: str = "") -> QuerySet[SecurityEvent]:
    """The lines of one person, latest first; ``kind`` narrows."""
    found = SecurityEvent.objects.filter(user_id=user_id)
    return found.filter(kind=kind) if kind in Kind.values else found
