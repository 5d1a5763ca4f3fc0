"""Many rows at once: by COPY into a table, and from a temporary table into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def copied(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model. Their triggers and constraints hold as ever; nothing is
    read back, so a row without a key of its own does not know it afterwards."""
    if rows:
        table = rows[0]._meta
        fields = [
            each for each in table.concrete_fields if not isinstance(each, models.BigAutoField)
        ]
        _copy(table.db_table, fields, rows)


def updated(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of rows that are there."""
    if not rows:
        return
    table = rows[0]._meta
    fields = [table.pk, *(table.get_field(name) for name in names)]
    columns = [sql.Identifier(each.column) for each in fields]
    place = {
        "table": sql.Identifier(table.db_table),
        "key": columns[0],
        "columns": sql.SQL(", ").join(columns),
        "values": sql.SQL(", ").join(
            sql.SQL("{0} = fresh.{0}").format(each) for each in columns[1:]
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE exchange_fresh ON COMMIT DROP AS "
                    "SELECT {columns} FROM {table} WITH NO DATA").format(**place)
        )  # fmt: skip
        _copy("exchange_fresh", fields, rows)
        cursor.execute(
            sql.SQL("UPDATE {table} AS kept SET {values} FROM exchange_fresh AS fresh "
                    "WHERE kept.{key} = fresh.{key}").format(**place)
        )  # fmt: skip
        cursor.execute("DROP TABLE exchange_fresh")


def _copy(table: str, fields: Sequence[Any], rows: Sequence[models.Model]) -> None:
    names = [each.attname for each in fields]
    prepared = [
        each.get_db_prep_save if isinstance(each, models.JSONField) else None for each in fields
    ]
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(each.column) for each in fields),
    )
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(
                [
                    getattr(row, name) if prepare is None
                    else prepare(getattr(row, name), connection)
                    for name, prepare in zip(names, prepared, strict=True)
                ]
            )  # fmt: skip
