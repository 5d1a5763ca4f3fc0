"""Runs: who is to be screened anew, in chunks, from where the last one stopped."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from crm_core.screening import tasks
from crm_core.screening.models import ListVersion, ScreeningRun, Subject
from kernel.clock import utc_now

State = ScreeningRun.State
OPEN = (State.QUEUED, State.RUNNING)
SILENT = timedelta(minutes=2)


def begin(
    *,
    cause: ScreeningRun.Cause,
    version: ListVersion | None = None,
    company_id: UUID | None = None,
    user_id: UUID | None = None,
) -> ScreeningRun:
    """Queue the screening of all subjects, or of one company's, within the caller's transaction.

    A run of all makes the unfinished ones of all needless: they are superseded.
    """
    with transaction.atomic():
        if company_id is None:
            ScreeningRun.objects.filter(company=None, state__in=OPEN).update(
                state=State.SUPERSEDED, finished_at=utc_now()
            )
        run = ScreeningRun.objects.create(
            cause=cause,
            version=version,
            company_id=company_id,
            asked_by_id=user_id,
            total=subjects_of(company_id).count(),
        )
        transaction.on_commit(lambda: tasks.go_on.delay(str(run.pk)), robust=True)
    return run


def subjects_of(company_id: UUID | None) -> QuerySet[Subject]:
    """Whom a run of this company, or of all, screens: in the order of ids."""
    found = Subject.objects.filter(ended_at=None)
    if company_id is not None:
        found = found.filter(company_id=company_id)
    return found.order_by("id")


def chunk(run_id: UUID, size: int) -> list[UUID] | None:
    """The next subjects of a run, or None when it is over. Call within a transaction.

    The run stays locked until the caller's transaction ends: of two workers one gets the chunk.
    """
    run = (
        ScreeningRun.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=run_id, state__in=OPEN)
        .first()
    )
    if run is None:
        return None
    waiting = subjects_of(run.company_id)
    if run.cursor is not None:
        waiting = waiting.filter(pk__gt=run.cursor)
    return list(waiting.values_list("pk", flat=True)[:size])


def moved(run_id: UUID, done: list[UUID], *, opened: int, failed: int) -> None:
    """Note a chunk as done; an empty one ends the run."""
    now = utc_now()
    if not done:
        ScreeningRun.objects.filter(pk=run_id, state__in=OPEN).update(
            state=State.DONE, heard_at=now, finished_at=now
        )
        return
    ScreeningRun.objects.filter(pk=run_id).update(
        state=State.RUNNING,
        heard_at=now,
        cursor=done[-1],
        done=F("done") + len(done),
        total=Greatest("total", F("done") + len(done)),  # some may have come since it began
        opened=F("opened") + opened,
        failed=F("failed") + failed,
    )


def silent() -> list[UUID]:
    """Open runs that nobody works on: queued while the broker was away, or their worker killed."""
    before = utc_now() - SILENT
    return list(
        ScreeningRun.objects.filter(Q(state__in=OPEN) & Q(heard_at__lt=before)).values_list(
            "pk", flat=True
        )
    )
