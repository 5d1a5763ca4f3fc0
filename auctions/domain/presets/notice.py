"""The least notice of a preset: working days between the invitations and the start."""

from __future__ import annotations

from datetime import date, datetime, timedelta

SATURDAY = 5


def earliest_start(invited_at: datetime, working_days: int) -> datetime:
    """The first moment after so many whole working days have passed, in the zone handed in.

    Saturdays and Sundays do not count; public holidays are for the buyer to know. Without any day
    to pass it is the moment handed in, and not the next day's beginning.
    """
    if working_days == 0:
        return invited_at
    day: date = invited_at.date()
    passed = 0
    while passed < working_days:
        day += timedelta(days=1)
        passed += day.weekday() < SATURDAY
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), invited_at.tzinfo)
