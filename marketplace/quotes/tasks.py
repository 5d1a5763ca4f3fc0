"""What the calendar does with requests."""

from celery import shared_task

from marketplace.quotes.services import running


@shared_task(name="quotes.look_at_deadlines")
def look_at_deadlines() -> None:
    """Open the quotes whose deadline has passed; remind those who have not answered."""
    running.open_due()
    running.remind_due()
