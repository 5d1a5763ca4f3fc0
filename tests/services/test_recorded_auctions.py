"""Recorded auctions through the engine: they agree, and whatever is recorded otherwise is told."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from auctions import recorded

FILE = Path(__file__).parents[1] / "data" / "recorded" / "three_rounds.json"


@pytest.mark.parametrize("place", [0, 1])
def test_what_was_recorded_comes_out_of_the_engine(place: int) -> None:
    found = recorded.check(recorded.read(FILE)[place])
    assert found.disagreements == ()
    assert found.attempts >= 10


def test_the_command_counts_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_recorded_auctions", str(FILE))
    assert capsys.readouterr().out == "2 auctions, 23 attempts, 0 disagreements\n"


def _otherwise(change: Any) -> tuple[str, ...]:
    recording = deepcopy(recorded.read(FILE)[0])
    change(recording)
    return recorded.check(recording).disagreements


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda r: r["attempts"][0].update(expected="accepted"), "stage 1"),
        (lambda r: r["attempts"][0].update(expected="rejected: Not valid bidder"), "stage 1"),
        (lambda r: r["expected"]["schedule"][1].update(offset_s=301), "schedule"),
        (lambda r: r["expected"]["turn_order"].reverse(), "order of turns"),
        (lambda r: r["expected"]["stage_amounts"].reverse(), "amounts per turn"),
        (lambda r: r["expected"]["results_worst_to_best"].reverse(), "final order"),
        (lambda r: r["expected"].update(winner="s3x"), "winner"),
        (lambda r: r["tender"]["minimalStep"].update(amount=900), "stage"),
    ],
)
def test_a_disagreement_is_told_where_it_is(change: Any, named: str) -> None:
    found = _otherwise(change)
    assert any(text.startswith(named) for text in found), found


def test_the_command_fails_and_names_the_auction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(FILE.read_text())
    content["auctions"][1]["expected"]["winner"] = "nobody"
    content["auctions"].append({"kind": "default"})
    file = tmp_path / "other.json"
    file.write_text(json.dumps(content))

    with pytest.raises(SystemExit) as left:
        call_command("check_recorded_auctions", str(file))

    assert left.value.code == 1
    told = capsys.readouterr().out
    assert "2 (meat 1): winner: recorded nobody" in told
    assert "3: it cannot be read" in told
    assert told.endswith("3 auctions, 23 attempts, 2 disagreements\n")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"auctions": 5}'])
def test_a_file_of_something_else_is_refused_in_words(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    with pytest.raises(CommandError, match="not a file of recorded auctions"):
        call_command("check_recorded_auctions", str(file))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("check_recorded_auctions", str(tmp_path / "none.json"))


def _command(tmp_path: Path, content: Any) -> int:
    """The exit code of the command for recordings of this content."""
    file = tmp_path / "recordings.json"
    file.write_text(content if isinstance(content, str) else json.dumps({"auctions": content}))
    try:
        call_command("check_recorded_auctions", str(file))
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda bids: bids[0]["value"].update(amount=0), "s1 is not taken: auction.not_positive"),
        (lambda bids: bids[1]["value"].update(amount=-4), "s2 is not taken: auction.not_positive"),
        (lambda bids: bids[0]["value"].update(amount=10**15), "auction.above_ceiling"),
        (lambda bids: bids[0]["value"].update(amount=1e-300), "auction.scale"),
        (lambda bids: bids.append(bids[0]), "s1 is not taken: auction.seat_taken"),
    ],
)
def test_an_initial_offer_that_is_not_taken_is_that_auctions_alone(
    change: Any, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.loads(FILE.read_text())["auctions"][0]
    odd = deepcopy(good)
    change(odd["tender"]["bids"])

    assert _command(tmp_path, [odd, good]) == 1

    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("1: it cannot be read: the initial offer of ")
    assert first.endswith(told)
    attempts = len(good["attempts"])
    assert last == f"2 auctions, {attempts} attempts, 1 disagreements"
