"""What runs by the calendar. Deadlines of auctions are never here: auctionclock decides those."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "clear expired sessions": {
        "task": "config.tasks.clear_expired_sessions",
        "schedule": crontab(hour="3", minute="17"),
    },
}
