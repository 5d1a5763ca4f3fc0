"""Receipts forged, and what the platform confirmed and did not keep: the entry is named."""

from __future__ import annotations

from typing import Any

import pytest

from auctions.ledger.disclosure import Viewer
from auctions.ledger.receipts import sign
from auctions.ledger.report import Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.ledger.blame import Named, named_in
from tests.ledger.case import ALPHA, BRAVO, CARGO, FULL, signer
from tests.ledger.test_tampering import (
    CHAINS,
    KEY,
    Document,
    every_export,
    exported,
    failures,
    places,
    table,
    whole,
)
from tests.ledger.test_verify import relinked, resealed


def answered(party: str) -> list[Document]:
    """The receipts of its own commands: those that carry a reference."""
    return [each for each in table().receipts[party] if each["ref"]]


def place_of(document: Document, leaf: str) -> Named:
    for name, which, _word in CHAINS:
        for place, entry in enumerate(document[name], 1):
            if entry["leaf"] == leaf:
                return which, place
    raise AssertionError(leaf)


@every_export
def test_a_true_receipt_of_an_entry_removed_names_it_too(viewer: Viewer) -> None:
    for name, which, _word, place in places(viewer):
        document = exported(viewer)
        leaf = document[name].pop(place)["leaf"]
        for kept in (each for every in table().receipts.values() for each in every):
            if kept["leaf"] == leaf and kept["party"] == (viewer.seat or kept["party"]):
                found = failures(document, receipts=[kept])
                assert (found[0].chain, found[0].seq) == (which, place + 1)
                (told,) = (each for each in found if each.check == "receipt")
                assert told.seq is not None
                assert told.seq <= place + 1  # by the moments of those opened: it, or behind that


FORGED: dict[str, Any] = {
    "signature": "00" * 64,
    "key_id": "0" * 16,
    "leaf": "ab" * 32,
    "payload": "cd" * 32,
    "id": "another",
    "party": CARGO,
    "ref": "another",
    "received_at": "2026-11-22T12:00:00.000000Z",
}


@every_export
@pytest.mark.parametrize("part", FORGED)
def test_a_forged_receipt_names_the_entry_it_is_about(viewer: Viewer, part: str) -> None:
    """The one of its leaf; where that is forged, the one that says its party and ref."""
    document = whole(viewer)
    count = 0
    for party in (ALPHA, BRAVO):
        if viewer.seat not in (None, party) and part == "leaf":
            continue  # others' entries are closed: none says their party and ref
        for kept in answered(party):
            found = failures(document, receipts=[{**kept, part: FORGED[part]}])
            assert [each.check for each in found] == ["receipt"]
            assert "is not signed with this platform's key" in found[0].text
            assert named_in(found) == [place_of(document, kept["leaf"])]
            count += 1
    assert count >= len(answered(ALPHA))


@every_export
def test_a_receipt_of_another_outcome_or_form_names_its_entry(viewer: Viewer) -> None:
    document = whole(viewer)
    for kept in answered(ALPHA):
        place = place_of(document, kept["leaf"])
        other = "refused" if kept["outcome"] == "accepted" else "accepted"
        plain = {name: kept[name] for name in kept if name not in ("key_id", "signature")}
        for given in (
            {**kept, "outcome": other},
            sign({**plain, "outcome": other}, signer()),
            sign({**plain, "auction": "another"}, signer()),
            {**kept, "added": ""},
        ):
            assert named_in(failures(document, receipts=[given])) == [place]


@every_export
def test_what_the_platform_confirmed_and_recorded_otherwise_names_the_entry(viewer: Viewer) -> None:
    document = whole(viewer)
    for kept in answered(ALPHA):
        plain = {name: kept[name] for name in kept if name not in ("key_id", "signature")}
        for part in ("leaf", "payload", "party", "ref", "received_at"):
            given = sign({**plain, part: FORGED[part]}, signer())
            found = failures(document, receipts=[given])
            assert named_in(found) == [place_of(document, kept["leaf"])], part


def test_a_receipt_of_what_was_left_out_lawfully_names_where_it_is_missing() -> None:
    """A refusal left out, all behind it numbered and signed anew: only its receipt tells."""
    for place, attempt in enumerate(exported()["attempts"]):
        document = exported()
        del document["attempts"][place]
        raw = resealed(relinked(document, "attempts"))
        kept = [
            each
            for each in table().receipts[attempt["body"]["party"]]
            if each["leaf"] == attempt["leaf"]
        ]
        assert verify(raw, public_key=KEY).passed
        found = [
            each
            for each in verify(raw, public_key=KEY, receipts=kept).findings
            if each.level is Level.FAILED
        ]
        assert named_in(found) == [("attempts", place + 1)]


def test_a_receipt_of_nothing_says_that_none_has_its_leaf() -> None:
    (found,) = failures(whole(FULL), receipts=[{"leaf": "ab" * 32, "ref": 5}])
    assert found.text == "Answer 1 (ref 5): what it confirms is missing from the ledger."
    (found,) = failures(whole(FULL), receipts=["nothing"])
    assert (found.chain, found.seq) == (None, None)


def test_receipts_are_not_held_against_entries_that_could_not_be_read() -> None:
    document = exported()
    kept = table().receipts[ALPHA]
    document["entries"][6]["kind"] = 7
    report = verify(canonical(document) + b"\n", public_key=KEY, receipts=kept)
    found = [each for each in report.findings if each.level is Level.FAILED]
    assert named_in(found) == [("ledger", 7)]
    assert any("receipts were not compared" in each.text for each in report.findings)
