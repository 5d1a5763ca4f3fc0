"""The operator's setting: from which score on something is a hit, and how old a list may be."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening.errors import PolicyInvalid, ScreeningNotFound, ScreeningReasonMissing
from crm_core.screening.models import ListSource, ScreeningPolicy, ScreeningRun
from crm_core.screening.services.runs import begin

OLDEST = 3650


@dataclass(frozen=True, slots=True)
class Policy:
    """The setting in force: a score of 50 to 100, an age in days."""

    threshold: int = 80
    max_age_days: int = 30


def in_force() -> Policy:
    """The latest setting, or the one the platform begins with."""
    kept = ScreeningPolicy.objects.first()
    return Policy(kept.threshold, kept.max_age_days) if kept is not None else Policy()


def set_policy(*, actor: Actor, threshold: int, max_age_days: int, reason: str) -> ScreeningPolicy:
    """Change the setting from now on; with another threshold everybody is screened anew.

    Raises PolicyInvalid, ScreeningReasonMissing.
    """
    actor.require(Capability.SCREENING_POLICY)
    if not 50 <= threshold <= 100:
        raise PolicyInvalid(field="threshold")
    if not 1 <= max_age_days <= OLDEST:
        raise PolicyInvalid(field="max_age_days")
    if not reason.strip():
        raise ScreeningReasonMissing(field="reason")
    with transaction.atomic():
        before = in_force()
        kept = ScreeningPolicy.objects.create(
            threshold=threshold,
            max_age_days=max_age_days,
            reason=reason.strip()[:1000],
            decided_by_id=actor.user_id,
        )
        if threshold != before.threshold:
            begin(cause=ScreeningRun.Cause.POLICY, user_id=actor.user_id)
    return kept


def set_list_age(*, actor: Actor, source_id: int, max_age_days: int | None) -> ListSource:
    """Let one list be older or younger than the setting says; None for what the setting says."""
    actor.require(Capability.SCREENING_POLICY)
    if max_age_days is not None and not 1 <= max_age_days <= OLDEST:
        raise PolicyInvalid(field="max_age_days")
    with transaction.atomic():
        source = ListSource.objects.select_for_update(of=("self",)).filter(pk=source_id).first()
        if source is None:
            raise ScreeningNotFound()
        source.max_age_days = max_age_days
        source.save(update_fields=["max_age_days"])
    return source
