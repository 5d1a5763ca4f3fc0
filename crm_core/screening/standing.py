"""How a company stands with screening: for other rooms, which decide what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from crm_core.screening.freshness import ActiveList, active_lists, wanting
from crm_core.screening.models import Hit, Screening, Subject
from crm_core.screening.services import policy
from kernel.clock import utc_now


class Standing(StrEnum):
    """The worst that holds for the company or somebody it names."""

    NOT_SCREENED = "not_screened"
    TRUE_MATCH = "true_match"
    OPEN_HITS = "open_hits"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class CompanyStanding:
    """As of now; ``reasons`` as in ``Screening.reasons``, ``screenings`` the snapshots it is
    made of."""

    standing: Standing
    reasons: tuple[dict[str, Any], ...]
    open_hits: int
    true_hits: int
    screenings: tuple[UUID, ...]


def company_standing(company_id: UUID) -> CompanyStanding:
    """Computed when asked: a list grows old without anything happening."""
    subjects = list(
        Subject.objects.filter(company_id=company_id, ended_at=None).select_related("latest")
    )
    lists = active_lists()
    reasons = why_not(subjects, lists)
    states = list(Hit.objects.filter(subject__in=subjects).values_list("state", flat=True))
    still_open, true = states.count(Hit.State.OPEN), states.count(Hit.State.TRUE)
    if true:
        standing = Standing.TRUE_MATCH
    elif reasons:
        standing = Standing.NOT_SCREENED
    else:
        standing = Standing.OPEN_HITS if still_open else Standing.CLEAR
    return CompanyStanding(
        standing=standing,
        reasons=tuple(reasons),
        open_hits=still_open,
        true_hits=true,
        screenings=tuple(each.latest_id for each in subjects if each.latest_id is not None),
    )


def why_not(subjects: Sequence[Subject], lists: Sequence[ActiveList]) -> list[dict[str, Any]]:
    """Why these do not count as screened now; empty if they do."""
    reasons = wanting(lists, policy.in_force(), utc_now())
    current = {str(each.version.pk) for each in lists}
    codes = dict.fromkeys(_of_one(each, current) for each in subjects)
    if not subjects:
        codes = {"never": None}
    return [*reasons, *({"code": code} for code in codes if code)]


def _of_one(subject: Subject, current: set[str]) -> str:
    latest: Screening | None = subject.latest
    if latest is None:
        return "never"
    if latest.compared != subject.compared:
        return "changed"
    if {each["version"] for each in latest.lists} != current:
        return "lists_changed"
    return ""
