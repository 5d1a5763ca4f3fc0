"""The figures: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError

Figures = Mapping[str, float]

KEYS = (
    *("hot_bids_per_s_1", "hot_bids_per_s_4", "floor_bids_per_s"),
    *("fanout_daphne", "fanout_uvicorn", "fanout_bare"),
    *("viewers_p50_ms", "viewers_p99_ms", "viewers_p99_ms_uvicorn", "viewers_delivered"),
    *("viewers_cpu_s", "close_p99_ms", "ack_p50_ms", "ack_p99_ms", "seen_p50_ms", "seen_p99_ms"),
)
"""What every run of the auctions gives. A run may give more."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure, or its ratio to a floor, should reach."""

    figure: str
    floor: str | None
    good: Callable[[float], bool]
    text: str


GOALS = (
    Goal("hot_bids_per_s_1", "floor_bids_per_s", lambda ratio: ratio >= 1.5, "≥ 1.5 ×"),
    Goal("hot_bids_per_s_4", "floor_bids_per_s", lambda ratio: ratio >= 3, "≥ 3 ×"),
    Goal("hot_bids_per_s_1_uvicorn", "floor_bids_per_s", lambda ratio: ratio >= 1.5, "≥ 1.5 ×"),
    Goal("hot_bids_per_s_4_uvicorn", "floor_bids_per_s", lambda ratio: ratio >= 3, "≥ 3 ×"),
    Goal("fanout_daphne", "fanout_bare", lambda ratio: ratio >= 0.25, "≥ 0.25 ×"),
    Goal("fanout_uvicorn", "fanout_bare", lambda ratio: ratio >= 0.5, "≥ 0.5 ×"),
    Goal("viewers_delivered", None, lambda share: share == 1, "1"),
    Goal("viewers_p99_ms", None, lambda ms: ms <= 200, "≤ 200"),
    Goal("viewers_p99_ms_uvicorn", None, lambda ms: ms <= 100, "≤ 100"),
    Goal("close_p99_ms", None, lambda ms: ms <= 1300, "≤ 1300"),
    Goal("screening_company_p99_ms", None, lambda ms: ms <= 1000, "≤ 1000"),
    Goal("screening_company_p50_ms", "floor_scan_ms", lambda ratio: ratio <= 0.5, "≤ 0.5 ×"),
    Goal("search_p95_ms", None, lambda ms: ms <= 150, "≤ 150"),
    Goal("facets_p95_ms", None, lambda ms: ms <= 300, "≤ 300"),
    Goal("screening_found", None, lambda share: share >= 0.9, "≥ 0.9"),
)


def table(figures: Figures, *, judged: bool = True) -> str:
    """One line a figure; if ``judged`` with its ratio to the floor of the same run and its goal."""
    goals = {goal.figure: goal for goal in GOALS} if judged else {}
    lines = [f"{'figure':26} {'value':>12} {'ratio':>7}  goal"]
    for name, value in figures.items():
        goal = goals.get(name)
        ratio = "" if goal is None or goal.floor is None else f"{value / figures[goal.floor]:.2f}"
        shown = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
        verdict = ""
        if goal is not None:
            judged = value if goal.floor is None else value / figures[goal.floor]
            verdict = f"{goal.text:9} {'reached' if goal.good(judged) else 'MISSED'}"
        lines.append(f"{name:26} {shown:>12} {ratio:>7}  {verdict}".rstrip())
    return "\n".join(lines)


def check(figures: Figures, keys: Collection[str] = KEYS) -> None:
    """Every promised figure is there, and all can be true. Raises BenchError."""
    missing = [key for key in keys if key not in figures]
    if missing:
        raise BenchError(f"figures are missing: {', '.join(missing)}")
    senseless = [key for key, value in figures.items() if not (math.isfinite(value) and value > 0)]
    if senseless:
        raise BenchError(f"figures that cannot be: {', '.join(senseless)}")
    for key in ("viewers_delivered", "viewers_delivered_uvicorn"):
        if (share := figures.get(key, 1.0)) != 1:
            raise BenchError(f"{key}: only {share:.1%} of the viewers got everything")


def write(figures: Figures, file: Path) -> None:
    """The figures as one JSON object."""
    file.write_text(json.dumps(dict(figures), indent=2) + "\n")
