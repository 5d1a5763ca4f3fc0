"""Background work of screening. The tables are the queues; Celery only says when to look."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task


@shared_task(name="screening.read_version")
def read_version(version_id: str) -> bool:
    """Read a waiting import; repeated calls read it once."""
    from crm_core.screening.services import imports

    return imports.read(UUID(version_id))


@shared_task(name="screening.go_on")
def go_on(run_id: str) -> bool:
    """Screen the next subjects of a run and ask for the next call; whether some were left."""
    from crm_core.screening.services import running

    more = running.go_on(UUID(run_id))
    if more:
        go_on.delay(run_id)
    return more


@shared_task(name="screening.pick_up")
def pick_up() -> int:
    """Go on with imports and runs that nobody works on; how many were found."""
    from crm_core.screening.services import imports, runs

    versions, waiting = imports.unread(), runs.silent()
    for version_id in versions:
        read_version.delay(str(version_id))
    for run_id in waiting:
        go_on.delay(str(run_id))
    return len(versions) + len(waiting)
