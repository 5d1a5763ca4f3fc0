"""Figures of the plumbing for operators: requests, problems, the relay, the database.

Nothing here names a person, a company or an address as it was asked for: labels are names of our
own addresses, methods, statuses and codes, of which there are few.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from infra.relay import Switchboard, switchboard

log = logging.getLogger(__name__)

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

REQUESTS = Counter("fairfall_http_requests", "Requests answered.", ["view", "method", "status"])
REQUEST_TIME = Histogram(
    "fairfall_http_request_seconds",
    "Time to answer a request.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class RequestMetricsMiddleware:
    """Counts requests and their time by the name of their address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = "none" if match is None else match.view_name or "unnamed"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(view, method, f"{response.status_code // 100}xx").inc()
        REQUEST_TIME.labels(view).observe(time.perf_counter() - began)
        return response


class DatabaseFigures(Collector):
    """Figures that stand in PostgreSQL, read when they are asked for.

    They are the installation's, so every process tells the same: of several, take the greatest.
    Without a database only ``fairfall_database_up 0`` is told.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
        figures: Iterable[Callable[[Any], Iterator[Metric]]],
    ) -> None:
        self._connect = connect
        self._figures = tuple(figures)

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        up = 1
        try:
            with self._connect() as connection, connection.cursor() as cursor:
                for figures in self._figures:
                    found += figures(cursor)
        except psycopg.Error as error:
            log.warning("no figures from the database: %s", type(error).__name__)
            found, up = [], 0
        yield GaugeMetricFamily("fairfall_database_up", "1 when the database answered.", up)
        yield from found


_BEHIND = """
SELECT behind.name, sum(behind.head - behind.next + 1)::float8,
    max(EXTRACT(EPOCH FROM clock_timestamp() - ({moment})))::float8,
    count(*) FILTER (WHERE behind.attempts > 0)
FROM (
    SELECT wanted.name, heads.subject, heads.head, COALESCE(kept.seq, 0) + 1 AS next,
        COALESCE(kept.attempts, 0) AS attempts
    FROM ({heads}) AS heads
    CROSS JOIN unnest(%s::text[]) AS wanted(name)
    LEFT JOIN infra_relayoffset AS kept
           ON kept.handler = wanted.name AND kept.source = %s AND kept.subject = heads.subject
    WHERE heads.head > COALESCE(kept.seq, 0)
) AS behind
GROUP BY behind.name
"""
_DEAD = "SELECT handler, count(*) FROM infra_deadletter WHERE state = 'waiting' GROUP BY handler"


def relay_figures(cursor: Any, board: Switchboard = switchboard) -> Iterator[Metric]:
    """How far each handler has come, and what was set aside."""
    handlers = sorted(board.subscriptions)
    behind = dict.fromkeys(handlers, (0.0, 0.0, 0))
    for source in board.sources.values():
        names = [name for name in handlers if board.subscriptions[name].source == source.name]
        if names:
            query = _BEHIND.format(moment=source.moment_sql, heads=source.heads_sql)
            cursor.execute(query, [names, source.name])
            for name, facts, seconds, retrying in cursor.fetchall():
                behind[name] = (facts, max(0.0, seconds or 0.0), retrying)
    cursor.execute(_DEAD)
    dead = {**dict.fromkeys(handlers, 0), **dict(cursor.fetchall())}

    backlog = GaugeMetricFamily(
        "fairfall_relay_backlog", "Facts a handler has not been given yet.", labels=["handler"]
    )
    lag = GaugeMetricFamily(
        "fairfall_relay_lag_seconds",
        "Age of the oldest fact a handler has not been given yet.",
        labels=["handler"],
    )
    retries = GaugeMetricFamily(
        "fairfall_relay_retrying",
        "Subjects in which a handler has failed and tries again.",
        labels=["handler"],
    )
    for name, (facts, seconds, retrying) in behind.items():
        backlog.add_metric([name], facts)
        lag.add_metric([name], seconds)
        retries.add_metric([name], retrying)
    letters = GaugeMetricFamily(
        "fairfall_dead_letters", "Facts set aside that wait for a decision.", labels=["handler"]
    )
    for name, number in dead.items():
        letters.add_metric([name], number)
    yield from (backlog, lag, retries, letters)
