"""In which time zone a person reads moments."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_core.people.models import User


def zone_of(user: User) -> ZoneInfo:
    """The person's time zone; UTC where it is unknown."""
    return _zone(user.time_zone)


def zone_of_id(user_id: UUID) -> ZoneInfo:
    """The same of a person who was not fetched."""
    return _zone(User.objects.values_list("time_zone", flat=True).get(pk=user_id))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
