"""What time does to API tokens."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="access.tell_of_ends")
def tell_of_ends() -> int:
    """Tell people of their API tokens that end within a week, and of those that ended; of how
    many.

    Runs any number of times: each is told once.
    """
    from crm_core.access.keys import tell_of_ends

    return tell_of_ends()
