"""Figures of the auctions for operators that are looked up when they are asked for.

Some are of this process, some stand in the database, where every process sees the same ones: a
clock or a gate that is dead reports nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from auctions.domain.visibility import Role
from auctions.realtime.hub import running_hubs
from auctions.realtime.process import running_gate
from auctions.selectors import OPEN

_GATES = """
SELECT count(*), COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(watermark)), 0)::float8
FROM auctions_gatelease WHERE lease_until > clock_timestamp()
"""
_OVERDUE = """
SELECT count(*), COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(due)), 0)::float8
FROM auctions_auction WHERE due <= clock_timestamp()
"""
_UNSIGNED = """
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(signed.at)), 0)::float8
FROM (
    SELECT COALESCE(
        (SELECT c.at FROM auctions_checkpoint c WHERE c.auction_id = a.id
         ORDER BY c.number DESC LIMIT 1),
        a.created_at) AS at
    FROM auctions_auction a WHERE a.phase = ANY(%s)
) AS signed
"""


class ProcessFigures(Collector):
    """What this process does now. Starts neither gate nor hub."""

    def collect(self) -> Iterator[Metric]:
        gate = running_gate()
        held, queued, lag = 0.0, 0, 0.0
        if gate is not None:
            held, queued = float(gate.lease.held), gate.waiting()
            lag = max(0.0, (gate.stamps.now() - gate.watermark()).total_seconds())
        yield GaugeMetricFamily(
            "fairfall_gate_lease_held", "1 while this process may take commands.", held
        )
        yield GaugeMetricFamily(
            "fairfall_gate_queued_commands", "Commands this process has to decide.", queued
        )
        yield GaugeMetricFamily(
            "fairfall_gate_watermark_lag_seconds",
            "How long ago the oldest command was received that this process has not decided.",
            lag,
        )
        counts = dict.fromkeys(Role, 0)
        for each in running_hubs():
            for role, number in each.sockets().items():
                counts[role] += number
        sockets = GaugeMetricFamily(
            "fairfall_sockets", "Sockets that follow an auction here.", labels=["audience"]
        )
        for role, number in counts.items():
            sockets.add_metric([role.value], number)
        yield sockets


def database_figures(cursor: Any) -> Iterator[Metric]:
    """How far the gates and the clocks of the whole installation have come."""
    cursor.execute(_GATES)
    gates, lag = cursor.fetchone()
    yield GaugeMetricFamily("fairfall_gates", "Web processes that hold a lease.", gates)
    yield GaugeMetricFamily(
        "fairfall_watermark_lag_seconds",
        "Age of the oldest published watermark among the living gates.",
        max(0.0, lag),
    )
    cursor.execute(_OVERDUE)
    overdue, late = cursor.fetchone()
    yield GaugeMetricFamily(
        "fairfall_auctions_overdue", "Auctions whose due moment has passed.", overdue
    )
    yield GaugeMetricFamily(
        "fairfall_clock_lateness_seconds",
        "How long ago the oldest moment was due that is not decided.",
        late,
    )
    cursor.execute(_UNSIGNED, ([phase.value for phase in OPEN],))
    yield GaugeMetricFamily(
        "fairfall_checkpoint_age_seconds",
        "Age of the last checkpoint, of the open auction that has waited longest.",
        max(0.0, cursor.fetchone()[0]),
    )
