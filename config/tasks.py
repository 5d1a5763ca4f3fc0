"""Housekeeping that belongs to no room."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="config.tasks.clear_expired_sessions")
def clear_expired_sessions() -> None:
    """Remove sessions past their expiry date."""
    call_command("clearsessions")
