"""The test database emptied after a test that committed, in a tenth of the time of a flush.

Django's flush truncates every table, which makes some hundred new files whether or not a table held
anything, and then writes the content types and permissions again. Here only what holds rows is
emptied; content types and permissions, which no test writes, stay while they are as they were.
"""

from __future__ import annotations

from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import DeadlockDetected

TRIES = 5
STAYING = ("django_content_type", "auth_permission")
MANY_BYTES = 4 * 2**20
"""Deleted rows leave their space behind; above this much Django's flush is cheaper."""


def staying_rows() -> str:
    """A digest of the content types and permissions."""
    with connection.cursor() as cursor:
        return "".join(_digest(cursor, table) for table in STAYING)


def _digest(cursor: CursorWrapper, table: str) -> str:
    cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY id), '')) FROM {table} t")
    return str(cursor.fetchone()[0])


def emptied(expected: str) -> bool:
    """Whether every table was emptied but STAYING; ``expected`` is what ``staying_rows`` said.

    False, and nothing is done, where only a flush will do. As TRUNCATE does, this waits for
    whoever is still writing, so that nothing is committed behind its back. Who still reads, and
    took its tables in another order, may meet it in a deadlock: then once more.
    """
    for _ in range(TRIES - 1):
        try:
            return _emptied(expected)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    return _emptied(expected)


def _emptied(expected: str) -> bool:
    names = connection.introspection.django_table_names(only_existing=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, names))} IN ACCESS EXCLUSIVE MODE")
        if staying_rows() != expected:
            return False
        full = _holding_rows(cursor, [name for name in names if name not in STAYING])
        if not full:
            return True
        cursor.execute(
            "SELECT sum(pg_relation_size(x::regclass)) FROM unnest(%s::text[]) x", [full]
        )
        if cursor.fetchone()[0] > MANY_BYTES:
            return False
        refusing = _refusing_deletion(cursor, full)
        for table, trigger in refusing:
            cursor.execute(f"ALTER TABLE {_quoted(table)} DISABLE TRIGGER {_quoted(trigger)}")
        for name in full:
            cursor.execute(f"DELETE FROM {_quoted(name)}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger in refusing:
            cursor.execute(f"ALTER TABLE {_quoted(table)} ENABLE TRIGGER {_quoted(trigger)}")
    return True


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _holding_rows(cursor: CursorWrapper, names: list[str]) -> list[str]:
    cursor.execute(
        " UNION ALL ".join(f"(SELECT '{name}' FROM {_quoted(name)} LIMIT 1)" for name in names)
    )
    return [row[0] for row in cursor.fetchall()]


def _refusing_deletion(cursor: CursorWrapper, names: list[str]) -> list[tuple[Any, ...]]:
    """The enabled triggers of these tables that are asked before a row is deleted."""
    cursor.execute(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & 1 = 1 AND tgtype & 8 = 8 "
        "AND tgrelid = ANY (SELECT x::regclass FROM unnest(%s::text[]) x)",
        [names],
    )
    return list(cursor.fetchall())
