"""One process at a time on a piece of work, as long as its connection to the database lives."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from uuid import UUID

from django.db import connection


@contextlib.contextmanager
def alone(work: UUID) -> Iterator[bool]:
    """Whether this process has the work: the lock ends with its connection, however it ends."""
    key = work.int & (2**63 - 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
