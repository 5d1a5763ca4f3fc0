"""Connections the gate opens for itself: one per thread, outside Django's per-request handling."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "8s"


def parameters() -> dict[str, Any]:
    """psycopg's keywords for the default database, as Django would use them."""
    database = settings.DATABASES["default"]
    options = {
        key: value
        for key, value in database.get("OPTIONS", {}).items()
        if key not in ("pool", "isolation_level", "server_side_binding", "assume_role")
    }
    found = {
        "dbname": database["NAME"],
        "user": database.get("USER") or None,
        "password": database.get("PASSWORD") or None,
        "host": database.get("HOST") or None,
        "port": database.get("PORT") or None,
        **options,
    }
    return {key: value for key, value in found.items() if value is not None}


def connect(
    *,
    name: str,
    autocommit: bool = False,
    lock_timeout: str = LOCK_TIMEOUT,
    statement_timeout: str = STATEMENT_TIMEOUT,
) -> psycopg.Connection[Any]:
    """A connection of one thread's own, READ COMMITTED, in UTC, with both timeouts set."""
    settings_of_session = (
        f"-c lock_timeout={lock_timeout} -c statement_timeout={statement_timeout} -c timezone=UTC"
        " -c idle_in_transaction_session_timeout=30s"
    )
    found = parameters()
    given = found.pop("options", "")
    return psycopg.connect(
        **found,
        options=f"{given} {settings_of_session}".strip(),
        application_name=f"fairfall {name}",
        autocommit=autocommit,
    )
