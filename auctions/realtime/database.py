"""Connections the gate opens for itself: one per thread, outside Django's per-request handling."""

from __future__ import annotations

from contextlib import ExitStack, suppress
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
    session: str = "",
) -> psycopg.Connection[Any]:
    """A connection of one thread's own, READ COMMITTED, in UTC, with both timeouts set.

    ``session`` adds options of PostgreSQL (``-c name=value``).
    """
    settings_of_session = (
        f"-c lock_timeout={lock_timeout} -c statement_timeout={statement_timeout} -c timezone=UTC"
        " -c idle_in_transaction_session_timeout=30s"
    )
    found = parameters()
    given = found.pop("options", "")
    return psycopg.connect(
        **found,
        options=f"{given} {settings_of_session} {session}".strip(),
        application_name=f"fairfall {name}",
        autocommit=autocommit,
    )


class Pipelined:
    """A connection that stays in pipeline mode: statements are sent at once and answered together.

    All statements up to a synchronisation are one transaction, which begins with the first of them
    and is committed by the synchronisation (PostgreSQL, "Pipelining"). Neither needs a statement
    of its own.
    """

    def __init__(self, *, name: str) -> None:
        # The few statements of a gate find their rows by keys: planned once is well planned.
        self._connection = connect(
            name=name, autocommit=True, session="-c plan_cache_mode=force_generic_plan"
        )
        self._mode = ExitStack()
        self._pipeline = self._mode.enter_context(self._connection.pipeline())

    @property
    def closed(self) -> bool:
        return self._connection.closed

    @property
    def broken(self) -> bool:
        return self._connection.broken

    def begin(self) -> psycopg.Cursor[Any]:
        """A cursor in a transaction of its own."""
        return self._connection.cursor()

    # Not the connection's own methods: it takes itself to be outside of any transaction, and would
    # do nothing.

    def commit(self) -> None:
        """Send what was not sent yet, commit, and wait for both."""
        self._pipeline.sync()

    def rollback(self) -> None:
        """Undo everything; what was still to be answered is lost."""
        self._connection.execute("ROLLBACK", prepare=False)  # skipped if already aborted
        with suppress(psycopg.Error):
            self._pipeline.sync()

    def close(self) -> None:
        """End it."""
        with suppress(psycopg.Error):
            self._mode.close()
        self._connection.close()
