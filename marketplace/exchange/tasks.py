"""Background work of the exchange. The tables are the queues; Celery only says when to look."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task


@shared_task(name="exchange.go_on")
def go_on(run_id: str) -> bool:
    """Do what an import waits for; repeated calls do it once."""
    from marketplace.exchange.services import working

    return working.go_on(UUID(run_id))


@shared_task(name="exchange.pick_up")
def pick_up() -> int:
    """Go on with imports that nobody works on, and with those whose moment has come."""
    from marketplace.exchange.services import working

    found = working.waiting()
    for run_id in found:
        go_on.delay(str(run_id))
    return len(found)
