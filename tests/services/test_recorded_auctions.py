"""Recorded auctions through the engine: they agree, and whatever is recorded otherwise is told."""

from __future__ import annotations

import codecs
import io
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


def _without_step(recording: dict[str, Any]) -> dict[str, Any]:
    """The first turn's participant offers what it had, twice, then a hundredth more."""
    recording["tender"]["minimalStep"]["amount"] = 0
    who = recording["expected"]["turn_order"][0]
    had = next(b["value"]["amount"] for b in recording["tender"]["bids"] if b["id"] == who)
    attempts = [(had, "accepted"), (had, "accepted"), (had + 0.01, "rejected: Too high value")]
    recording["attempts"] = [
        {"stage": 1, "t": t, "bidder": who, "amount": amount, "expected": answer}
        for t, (amount, answer) in enumerate(attempts)
    ]
    return recording


@pytest.mark.parametrize("place", [0, 1])
def test_a_step_of_nothing_takes_an_equal_offer(place: int) -> None:
    recording = _without_step(json.loads(FILE.read_text())["auctions"][place])
    found = recorded.check(recording).disagreements
    assert not [text for text in found if text.startswith("stage ")], found


# The worst first, of equal offers the later one; with scores, exact and as floats.
SCORE = 67474010481175339895 / 72057594037927936  # 1200.5 by 1 + 0.22 / (1 - 0.22), as floats
INITIAL = (
    [["s3", 1200.5, None], ["s1", 1200.5, "2401/2", None], ["s2", 1100.25, 1100.25, None]],
    [
        ["s2", 1100.25, "4401/4", None],
        ["s3", 1200.5, SCORE, None],
        ["s1", 1200.5, "67474010481175339895/72057594037927936", None],
    ],
)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda r: r["expected"]["schedule"][1].update(offset_s=300.9), "schedule, 1"),
        (lambda r: r.update(n_bidders=77), "participants: recorded 77, here 3"),
        (
            lambda r: r["expected"]["results_worst_to_best"][0].append("1/3"),
            "final order, 0: score recorded 1/3",
        ),
        (
            lambda r: r["expected"]["results_worst_to_best"][0].append(7.5),
            "final order, 0: score recorded 7.5",
        ),
        (lambda r: r["expected"].update(initial=[]), "initial order: recorded 0, here 3"),
        (lambda r: r["expected"]["initial"].reverse(), "initial order, 0"),
        (lambda r: r["expected"]["initial"][1].__setitem__(1, 1.5), "initial order, 1"),
        (lambda r: r["expected"]["initial"][1].__setitem__(2, "2"), "initial order, 1: score"),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_whatever_else_is_stated_is_compared(change: Any, named: str, place: int) -> None:
    recording = deepcopy(recorded.read(FILE)[place])
    recording["expected"]["initial"] = deepcopy(INITIAL[place])
    assert recorded.check(recording).disagreements == ()
    change(recording)
    found = recorded.check(recording).disagreements
    assert any(text.startswith(named) for text in found), found


@pytest.mark.parametrize("stage", [-1, "-1", "1", 1.0, True, None, []])
def test_a_stage_is_a_whole_number_from_nought(
    stage: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(FILE.read_text())["auctions"]
    content[0]["attempts"][0]["stage"] = stage
    assert _command(tmp_path, content) == 1
    told = capsys.readouterr().out
    assert "1: it cannot be read: the stage of an attempt is no whole number from 0" in told
    assert told.endswith("2 auctions, 10 attempts, 1 disagreements\n")


@pytest.mark.parametrize("content", ['{"auctions":' + "[" * 200_000, "[" * 200_000])
def test_a_file_nested_too_deeply_is_refused_in_words(content: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nested too deeply"):
        _command(tmp_path, content)


def test_what_no_terminal_can_write_is_told_as_an_escape(tmp_path: Path) -> None:
    content = json.loads(FILE.read_text())["auctions"]
    content[0]["seed"] = "\ud800"
    content[0]["expected"]["winner"] = "Ж\udfff"
    file = tmp_path / "recordings.json"
    file.write_text(json.dumps({"auctions": content}))
    raw = io.BytesIO()
    told = io.TextIOWrapper(raw, encoding="ascii", write_through=True)

    with pytest.raises(SystemExit):
        call_command("check_recorded_auctions", str(file), stdout=told)

    assert rb"1 (default \ud800): winner: recorded \u0416\udfff, here s1" in raw.getvalue()


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    file = tmp_path / "recordings.json"
    file.write_bytes(codecs.BOM_UTF8 + FILE.read_bytes())
    assert len(recorded.read(file)) == 2
