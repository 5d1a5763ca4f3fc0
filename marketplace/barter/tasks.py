"""What runs by the calendar: overdue proposals end, and every night swaps are looked for."""

from __future__ import annotations

from celery import shared_task

from marketplace.barter.services import ending, finding


@shared_task(name="barter.end_overdue")
def end_overdue() -> int:
    """End proposals whose time is over; how many."""
    return ending.end_overdue()


@shared_task(name="barter.find_all")
def find_all() -> int:
    """Propose what can be found among all listings; how many."""
    ending.end_overdue()
    return finding.find_all()
