"""The figures of the benchmark keep their names, and those that make no sense are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.catalog import KEYS as CATALOG_KEYS
from bench.errors import BenchError
from bench.names import Names
from bench.percentiles import percentile
from bench.report import GOALS, KEYS, check, table, write
from bench.screening import KEYS as SCREENING_KEYS

PROMISED = (
    "hot_bids_per_s_1",
    "hot_bids_per_s_4",
    "floor_bids_per_s",
    "fanout_daphne",
    "fanout_uvicorn",
    "fanout_bare",
    "viewers_p50_ms",
    "viewers_p99_ms",
    "viewers_p99_ms_uvicorn",
    "viewers_delivered",
    "viewers_cpu_s",
    "close_p99_ms",
    "ack_p50_ms",
    "ack_p99_ms",
    "seen_p50_ms",
    "seen_p99_ms",
)


def figures(**changes: float) -> dict[str, float]:
    return {**dict.fromkeys(PROMISED, 5.0), "viewers_delivered": 1.0, **changes}


def test_the_json_has_the_promised_keys(tmp_path: Path) -> None:
    assert sorted(KEYS) == sorted(PROMISED)
    file = tmp_path / "figures.json"

    write(figures(), file)

    assert json.loads(file.read_text()).keys() == set(PROMISED)


@pytest.mark.parametrize("key", PROMISED)
def test_a_missing_or_impossible_figure_is_refused(key: str) -> None:
    check(figures())
    without = figures()
    del without[key]
    for wrong in (without, figures(**{key: float("nan")}), figures(**{key: 0.0})):
        with pytest.raises(BenchError, match=key):
            check(wrong)


def test_one_viewer_that_missed_something_is_enough_to_refuse() -> None:
    with pytest.raises(BenchError, match="99"):
        check(figures(viewers_delivered=0.999))


def test_the_table_judges_by_the_ratio_to_the_floor() -> None:
    good = figures(floor_bids_per_s=1000.0, hot_bids_per_s_1=1500.0)
    bad = figures(floor_bids_per_s=1000.0, hot_bids_per_s_1=1499.0)

    assert "reached" in line(table(good), "hot_bids_per_s_1")
    assert "MISSED" in line(table(bad), "hot_bids_per_s_1")
    named = {goal.figure for goal in GOALS if "uvicorn" not in goal.figure}
    assert named <= {*PROMISED, *SCREENING_KEYS, *CATALOG_KEYS}


def line(text: str, name: str) -> str:
    return next(each for each in text.splitlines() if each.split()[0] == name)


def test_percentiles_are_measured_values() -> None:
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile(range(1, 101), 0.5) == 50
    assert percentile([7.0], 0.99) == 7
    with pytest.raises(BenchError):
        percentile([], 0.5)


def test_made_up_names_are_the_same_for_the_same_seed() -> None:
    first, again = (list(Names(7).entities(500)) for _ in range(2))

    assert first == again
    assert sum(len(each.names) for each in first) == 500
    assert first != list(Names(8).entities(500))


def test_every_figure_of_screening_is_asked_for() -> None:
    whole = dict.fromkeys(SCREENING_KEYS, 1.0)
    check(whole, SCREENING_KEYS)
    for key in SCREENING_KEYS:
        with pytest.raises(BenchError, match=key):
            check({name: value for name, value in whole.items() if name != key}, SCREENING_KEYS)


def test_every_figure_of_the_catalog_is_asked_for() -> None:
    assert set(CATALOG_KEYS) == {
        "products", "offers", "search_p50_ms", "search_p95_ms", "search_sql_p95_ms",
        "facets_p95_ms",
    }  # fmt: skip
    whole = dict.fromkeys(CATALOG_KEYS, 1.0)
    check(whole, CATALOG_KEYS)
    for key in CATALOG_KEYS:
        with pytest.raises(BenchError, match=key):
            check({name: value for name, value in whole.items() if name != key}, CATALOG_KEYS)
