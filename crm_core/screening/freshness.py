"""Which lists are active, and whether they are young enough to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_core.screening.matching.candidates import Active
from crm_core.screening.models import ListSource, ListVersion
from crm_core.screening.services.policy import Policy


@dataclass(frozen=True, slots=True)
class ActiveList:
    """A list and its active version."""

    source: ListSource
    version: ListVersion

    def day(self) -> date:
        """The publisher's day of the version; where it gives none, that of the import."""
        return self.version.published_on or self.version.created_at.date()

    def age(self, now: datetime) -> int:
        """In days, never negative."""
        return max(0, (now.date() - self.day()).days)

    def limit(self, policy: Policy) -> int:
        """How many days old it may be."""
        return self.source.max_age_days or policy.max_age_days

    def record(self) -> dict[str, Any]:
        """As a screening keeps it."""
        published = self.version.published_on
        return {
            "source": self.source.code,
            "number": self.version.number,
            "version": str(self.version.pk),
            "sha256": self.version.sha256,
            "published_on": published.isoformat() if published else "",
        }


def active_lists() -> list[ActiveList]:
    """The lists with an active version, by code."""
    found = ListSource.objects.filter(active__isnull=False).select_related("active")
    return [ActiveList(each, each.active) for each in found if each.active is not None]


def searched(lists: Sequence[ActiveList]) -> Active:
    """What the search for candidates needs of them."""
    return Active(
        sources=tuple(each.source.pk for each in lists),
        numbers=tuple(each.version.number or 0 for each in lists),
        names=sum(each.version.names for each in lists),
    )


def wanting(lists: Sequence[ActiveList], policy: Policy, now: datetime) -> list[dict[str, Any]]:
    """Why comparing with these lists does not count: none, or some too old. Empty if it counts."""
    if not lists:
        return [{"code": "no_list"}]
    return [
        {
            "code": "list_old", "source": each.source.code,
            "days": each.age(now), "limit": each.limit(policy),
        }
        for each in lists
        if each.age(now) > each.limit(policy)
    ]  # fmt: skip
