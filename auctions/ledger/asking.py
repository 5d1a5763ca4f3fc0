"""Queries whose answers are taken later, so that several travel together.

On a connection in pipeline mode a query is sent and nobody waits for it; the first answer that is
taken brings those asked for before it along. On any other connection each is answered at once.
Either way the statements run one after the other, and each sees what was committed before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import pq

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters."""

    text: str
    params: tuple[Any, ...]


def together(writes: Sequence[Statement], last: Statement) -> Statement:
    """One statement that does all of them and answers as the last. Each sees what was there before
    any of them: none may need what another writes."""
    if not writes:
        return last
    named = ", ".join(f"w{number} AS ({each.text})" for number, each in enumerate(writes))
    params = (*(value for each in writes for value in each.params), *last.params)
    return Statement(f"WITH {named} {last.text}", params)


def ask(cursor: Any, query: str, params: Any = None) -> Callable[[], Rows]:
    """Send a query; the call returned gives all its rows, or raises what it failed with."""
    if in_pipeline(cursor):
        own = cursor.connection.cursor()  # a cursor holds the answer to one query only
        own.execute(query, params)
        take: Callable[[], Rows] = own.fetchall
        return take
    cursor.execute(query, params)
    rows: Rows = cursor.fetchall()
    return lambda: rows


def in_pipeline(cursor: Any) -> bool:
    """Whether the cursor's connection is in pipeline mode. Django's never is."""
    connection = getattr(cursor, "connection", None)
    status = getattr(getattr(connection, "pgconn", None), "pipeline_status", pq.PipelineStatus.OFF)
    return bool(status != pq.PipelineStatus.OFF)
