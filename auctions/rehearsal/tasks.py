"""Background work of rehearsals. The table is the queue; Celery only says when to look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

SOONEST, LATEST = 0.3, 5.0  # seconds between two steps of a practice


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
    """Go on with rehearsals and practices that nobody works on, and remove practices that are over;
    how many were found."""
    from auctions.rehearsal import services
    from auctions.rehearsal.practice import driving

    waiting, lost = services.silent(), driving.silent()
    for rehearsal_id in waiting:
        go_on.delay(str(rehearsal_id))
    for practice_id, chain in lost:
        practise.delay(str(practice_id), str(chain))
    return len(waiting) + len(lost) + driving.sweep()


@shared_task(name="rehearsal.practise", bind=True)
def practise(self: Any, practice_id: str, chain: str) -> None:
    """Let the bots of a practice look, and come again when the next is to look."""
    from auctions.rehearsal.practice import driving

    wait = driving.step(UUID(practice_id), UUID(chain))
    if wait is not None and not self.request.is_eager:  # an eager task would never end
        seconds = min(max(wait.total_seconds(), SOONEST), LATEST)
        practise.apply_async((practice_id, chain), countdown=seconds)
