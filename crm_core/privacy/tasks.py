"""Erasures whose day has come."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="privacy.erase_due")
def erase_due() -> int:
    """Carry out what is due; how many people were erased. Repeated calls change nothing more."""
    from crm_core.privacy import erasing

    return erasing.erase_due()
