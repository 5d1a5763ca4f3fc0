"""Which tests a worker of the whole run gets together."""

from __future__ import annotations

from pathlib import Path

from tests.plugin import LONGEST, MEASURING, MeasuringApart

ROOT = Path(__file__).resolve().parents[2]


def test_what_measures_time_is_one_workers_and_every_other_file_is_by_itself() -> None:
    scope = MeasuringApart.__new__(MeasuringApart)._split_scope
    files = [f"{folder}{path.name}" for folder in MEASURING
             for path in (ROOT / folder).glob("test_*.py")]  # fmt: skip
    others = [path.relative_to(ROOT).as_posix() for folder in ("api", "e2e")
              for path in (ROOT / "tests" / folder).glob("test_*.py")]  # fmt: skip

    assert len(files) > len(MEASURING)
    assert len({scope(f"{name}::test_it[one]") for name in files}) == 1
    assert {scope(f"{name}::test_it[one]") for name in others} == set(others)


def test_the_file_that_begins_first_is_there() -> None:
    assert (ROOT / "tests" / "e2e" / LONGEST).is_file()
