"""Housekeeping of the plumbing."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from infra.models import RememberedAnswer
from kernel.clock import utc_now

ANSWERS_KEPT = timedelta(days=2)


@shared_task(name="infra.forget_remembered_answers")
def forget_remembered_answers() -> int:
    """Remove answers to Idempotency-Keys older than two days; how many."""
    return RememberedAnswer.objects.filter(created_at__lt=utc_now() - ANSWERS_KEPT).delete()[0]
