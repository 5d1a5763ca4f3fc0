"""How the log looks: one JSON object a line, or plain lines for a person.

Lines say who did what where by ids (``request_id``, ``user_id``, ``company_id``, ``auction_id``,
``ref`` …), which :mod:`structlog.contextvars` keeps for the length of a request, a socket, a task.
They hold no amount, no secret, no name and no address: whoever reads the log of a running auction
would otherwise know more than its participants.
"""

import re
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

import structlog

# The loggers of our rooms; those of packages say at DEBUG what passes through them.
OURS = ("auctions", "buyers", "config", "crm_core", "django_structlog", "infra", "marketplace",
        "reference", "suppliers", "ui")  # fmt: skip

# Secrets that travel in addresses and headers, and e-mail addresses (with the passwords of URLs).
_SECRET = re.compile(
    r"(?<=/auctions/observe/)[\w-]+|(?<=/invitations/)[\w:-]{40,}"
    r"|(?<=/confirm-email/)[^/\s]+|(?<=/reset/key/)[^/\s]+"
    r"|(?<=[?&]observer=)[^&\s\"']+|(?<=[?&]ticket=)[^&\s\"']+"
    r"|\bff_[\w-]{8,}|(?i:(?<=bearer )[^\s\"']+)"
    r"|[^\s\"'<>(),:;/@]{1,64}@[\w-]+(?:\.[\w-]+)+"
)
# What PostgreSQL adds to its errors holds the row itself.
_ROW = re.compile(r"(?ms)^(?:DETAIL|CONTEXT|LINE \d+):.*?(?=\n\n|\n[A-Z]+: |\Z)")


def without_secrets(
    logger: Any, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: no token, link, ticket, e-mail address or database row in any line."""
    for key, value in event.items():
        event[key] = _cleaned(value)
    return event


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET.sub("…", _ROW.sub("…", value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, BaseException):
        return _cleaned(f"{type(value).__name__}: {value}")
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    return value


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def formatter(*, plain: bool) -> structlog.stdlib.ProcessorFormatter:
    """What writes a line of any logger, ours or a package's."""
    last: Any = (
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
        if plain
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # before the cleaning: a traceback ends in words
            without_secrets,
            last,
        ],
        foreign_pre_chain=_SHARED,
    )


def configure(*, plain: bool, level: str) -> dict[str, Any]:
    """Set up structlog and return Django's LOGGING: everything goes to standard error.

    ``level`` is that of our own loggers; packages say nothing below INFO.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    others = "INFO" if level == "DEBUG" else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "plain": plain}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": others},
        "loggers": {
            **{name: {"level": level} for name in OURS},
            "django": {"handlers": [], "level": others, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "daphne.http_protocol": {"level": "WARNING"},
            # django-structlog tells the same, with the task's id as a field.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
