"""What runs by the calendar. Deadlines of auctions are never here: auctionclock decides those."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver waiting mails": {
        "task": "notifications.deliver_waiting_mails",
        "schedule": crontab(),
    },
    "age verifications": {
        "task": "verification.age",
        "schedule": crontab(minute="7"),
    },
    "tell of API tokens that end": {
        "task": "access.tell_of_ends",
        "schedule": crontab(minute="11"),
    },
    "scan waiting documents": {
        "task": "documents.scan_waiting",
        "schedule": crontab(minute="*/10"),
    },
    "stamp ended ledgers": {
        "task": "auctions.stamp_waiting",
        "schedule": crontab(minute="*/10"),
    },
    "erase people": {
        "task": "privacy.erase_due",
        "schedule": crontab(minute="23"),
    },
    "forget sent mails": {
        "task": "notifications.forget_sent_mails",
        "schedule": crontab(hour="3", minute="47"),
    },
    "forget remembered answers": {
        "task": "infra.forget_remembered_answers",
        "schedule": crontab(hour="3", minute="37"),
    },
    "go on with imports and screenings": {
        "task": "screening.pick_up",
        "schedule": crontab(),
    },
    "go on with imports of offers": {
        "task": "exchange.pick_up",
        "schedule": crontab(),
    },
    "look at deadlines of quotes": {
        "task": "quotes.look_at_deadlines",
        "schedule": crontab(),
    },
    "go on with rehearsals": {
        "task": "rehearsal.pick_up",
        "schedule": crontab(),
    },
    "index prices that began or ended": {
        "task": "search.follow_prices",
        "schedule": crontab(minute="*/15"),
    },
    "screen ended auctions": {
        "task": "auctions.screen_ended",
        "schedule": crontab(minute="*/2"),
    },
    "forget connections": {
        "task": "auctions.forget_connections",
        "schedule": crontab(hour="3", minute="57"),
    },
    "end overdue barter proposals": {
        "task": "barter.end_overdue",
        "schedule": crontab(minute="*/10"),
    },
    "find barters": {
        "task": "barter.find_all",
        "schedule": crontab(hour="2", minute="27"),
    },
    "clear expired sessions": {
        "task": "config.tasks.clear_expired_sessions",
        "schedule": crontab(hour="3", minute="17"),
    },
}
