"""Background work of rehearsals. The table is the queue; Celery only says when to look."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task


@shared_task(name="rehearsal.go_on")
def go_on(rehearsal_id: str) -> bool:
    """Play the next runs and ask for the next call; whether some were left."""
    from auctions.rehearsal import services

    more = services.go_on(UUID(rehearsal_id))
    if more:
        go_on.delay(rehearsal_id)
    return more


@shared_task(name="rehearsal.pick_up")
def pick_up() -> int:
    """Go on with rehearsals that nobody works on; how many were found."""
    from auctions.rehearsal import services

    waiting = services.silent()
    for rehearsal_id in waiting:
        go_on.delay(str(rehearsal_id))
    return len(waiting)
