"""What the search does by the calendar."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from marketplace.search import indexing

# Twice the time between two runs: one that comes late, or is left out once, loses nothing.
LOOK_BACK = timedelta(minutes=30)


@shared_task(name="search.follow_prices")
def follow_prices() -> int:
    """Prices begin and end by themselves: their offers are indexed again; how many."""
    return indexing.refresh_turned(since=LOOK_BACK)
