"""Where the terms publish everything, and an entry is closed: the result is told as far as what is
open tells, since nothing shows that a bid is not what is closed."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from auctions.domain.terms import Disclosure, Format
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Derived, Level, Report
from auctions.ledger.verifier import main
from auctions.ledger.verify import verify
from tests.ledger.case import BRAVO, CARGO, FULL, Table, play
from tests.ledger.tables import table_of
from tests.ledger.test_claims import closed
from tests.ledger.test_verify import KEY, relinked, resealed

Document = dict[str, Any]
PUBLIC = Viewer(Scope.PUBLIC)
OF_BRAVO, OF_CARGO = Viewer(Scope.PARTICIPANT, BRAVO), Viewer(Scope.PARTICIPANT, CARGO)
LIMIT = "as far as what is open tells"


@cache
def table() -> Table:
    return play(disclosure=Disclosure.PUBLIC)


def hidden_bid(viewer: Viewer) -> tuple[bytes, int]:
    """The one bid on lot 2 is kept closed, and nobody is said to have bid; the number of it."""
    document = json.loads(table().export(viewer)) | {"checkpoints": []}
    place = the_place_of_open(document, "bid_placed", 2)
    end = document["entries"][the_place_of_open(document, "lot_closed", 2)]["body"]
    end |= {"seat": None, "amount": None, "outcome": "no_bid"}
    relinked(document)
    closed(document["entries"][place])
    return resealed(document), place + 1


def the_place_of_open(document: Document, kind: str, lot: int) -> int:
    entries = enumerate(document["entries"])
    return next(at for at, e in entries if e.get("kind") == kind and e["body"]["lot"] == lot)


def told(report: Report, check: str) -> str:
    return " ".join(each.text for each in report.findings if each.check == check)


@pytest.mark.parametrize("viewer", [PUBLIC, OF_BRAVO], ids=["public", "own"])
def test_a_bid_left_closed_is_never_derived_anew_around(viewer: Viewer) -> None:
    raw, seq = hidden_bid(viewer)
    report = verify(raw, public_key=KEY)
    assert report.derived is Derived.OPEN
    assert f"Lot 2: no_bid, {LIMIT}." in told(report, "result")
    assert f"{seq})" in told(report, "result") or f"{seq}," in told(report, "result")


def test_the_receipt_of_a_bid_left_closed_names_it() -> None:
    raw, seq = hidden_bid(OF_BRAVO)
    own = verify(raw, public_key=KEY, receipts=table().receipts[BRAVO])
    assert [(each.check, each.seq) for each in own.findings if each.level is Level.FAILED] == [
        ("receipt", seq)
    ]
    assert own.derived is Derived.NOTHING
    raw, seq = hidden_bid(PUBLIC)
    public = verify(raw, public_key=KEY, receipts=table().receipts[BRAVO])
    assert public.derived is Derived.OPEN
    assert f"Entry {seq}, which it confirms, is closed." in told(public, "receipt")
    # So is that of the message, which is closed by right: a receipt does not tell what was asked.
    assert told(public, "receipt").count("which it confirms, is closed.") == 2


@pytest.mark.parametrize("viewer", [PUBLIC, OF_BRAVO, FULL], ids=["public", "own", "full"])
def test_only_where_nothing_is_closed_the_result_is_derived_anew(
    viewer: Viewer, tmp_path: Any, capsys: Any
) -> None:
    """The case has one private message, BRAVO's. Without one nothing is closed to anybody."""
    raw = table().export(viewer)
    report = verify(raw, public_key=KEY)
    shown = viewer is not PUBLIC
    assert report.passed
    assert report.derived is (Derived.ANEW if shown else Derived.OPEN)
    assert (LIMIT in told(report, "result")) is not shown
    ledger = tmp_path / "ledger.json"
    ledger.write_bytes(raw)
    assert main([str(ledger), "--key", KEY.hex()]) == (0 if shown else 3)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        "The export is sound."
        if shown
        else "What is open in the export is sound, and its result as far as that tells."
    )
    assert main([str(ledger), "--key", KEY.hex(), "--json"]) == (0 if shown else 3)
    assert json.loads(capsys.readouterr().out)["derived"] == report.derived


def test_an_auction_without_private_messages_gives_the_winner_to_anybody() -> None:
    report = verify(table_of(Format.ENGLISH, Disclosure.PUBLIC).export(PUBLIC), public_key=KEY)
    assert (report.passed, report.derived) == (True, Derived.ANEW)


def test_where_no_winner_can_be_derived_nothing_is() -> None:
    for viewer in (PUBLIC, OF_BRAVO):
        report = verify(play().export(viewer), public_key=KEY)
        assert (report.passed, report.derived, report.results) == (True, Derived.NOTHING, [])
    report = verify(play().export(), public_key=KEY)
    assert (report.passed, report.derived) == (True, Derived.ANEW)
