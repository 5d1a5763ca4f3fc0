"""Every entry of a real ledger is tampered with, one after the other: refused, and named."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.events import event_from
from auctions.domain.machine import genesis
from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Finding, Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.ledger.blame import Named, named_in
from tests.ledger.blame import failures as failures_of
from tests.ledger.case import ALPHA, BRAVO, FULL, START, Table, case_terms, play, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
OF_ALPHA = Viewer(Scope.PARTICIPANT, ALPHA)
PUBLIC = Viewer(Scope.PUBLIC)
every_export = pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])
CHAINS = (("entries", "ledger", "Entry"), ("attempts", "attempts", "Attempt"))
Document = dict[str, Any]


@cache
def table() -> Table:
    return play()


def exported(viewer: Viewer = FULL) -> Document:
    """Without checkpoints, whose signatures take time: the chain alone must tell."""
    document: Document = json.loads(table().export(viewer))
    return document | {"checkpoints": []}


def whole(viewer: Viewer) -> Document:
    document: Document = json.loads(table().export(viewer))
    return document


def failures(document: Document, receipts: Sequence[Any] = ()) -> list[Finding]:
    return failures_of(canonical(document) + b"\n", receipts=receipts)


def failing(raw: bytes) -> list[Named]:
    return named_in(failures_of(raw))


def places(viewer: Viewer = FULL) -> Iterator[tuple[str, str, str, int]]:
    document = exported(viewer)
    for name, which, word in CHAINS:
        for place in range(len(document[name])):
            yield name, which, word, place


def one_other(text: str, seed: int) -> str:
    """The text with one character changed, another at each place."""
    at = seed % len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def change(entry: dict[str, Any], part: str, place: int) -> None:
    """Another value of the same form: another microsecond, another character."""
    if part == "recorded_at":
        entry[part] = entry[part][:-2] + ("1Z" if entry[part][-2] != "1" else "2Z")
    else:
        entry[part] = one_other(entry[part], place)


@every_export
@pytest.mark.parametrize("part", ["salt", "leaf", "hash", "kind", "recorded_at"])
def test_each_part_of_each_entry_changed_names_it(viewer: Viewer, part: str) -> None:
    for name, which, word, place in places(viewer):
        document = exported(viewer)
        entry = document[name][place]
        if part not in entry:
            continue  # of a closed entry there is the leaf and the hash
        change(entry, part, place)
        found = failures(document)
        assert found, (name, place)
        assert (found[0].chain, found[0].seq) == (which, place + 1)
        assert found[0].text.startswith(f"{word} {place + 1}")


@every_export
def test_a_moment_put_a_year_later_names_its_entry_and_not_the_one_behind(viewer: Viewer) -> None:
    for name, which, _word, place in places(viewer):
        document = exported(viewer)
        entry = document[name][place]
        if "recorded_at" in entry:
            entry["recorded_at"] = "2027" + entry["recorded_at"][4:]
            assert named_in(failures(document)) == [(which, place + 1)]


def test_of_two_entries_spoilt_the_first_is_named_though_the_second_breaks_the_file() -> None:
    document = exported()
    for number in (2, 5):
        document["entries"][number]["seq"] += 1
    raw = canonical(document)
    at = raw.index(b'"seq":7}', raw.index(b'"entries":['))
    found = failures_of(raw[: at + 4] + b"_" + raw[at + 5 :])
    assert [(each.chain, each.seq) for each in found] == [("ledger", 3)]


def test_each_value_of_each_body_changed_names_it() -> None:
    for name, which, _word, place in places():
        body = exported()[name][place]["body"]
        for field in body:
            document = exported()
            changed = document[name][place]["body"]
            changed[field] = "other" if changed[field] != "other" else "another"
            found = failures(document)
            assert (found[0].chain, found[0].seq) == (which, place + 1), (name, place, field)


@every_export
def test_each_entry_removed_is_named(viewer: Viewer) -> None:
    """Also the last: the platform signed how many there are."""
    for name, which, _word, place in places(viewer):
        document = exported(viewer)
        del document[name][place]
        found = failures(document)
        assert (found[0].chain, found[0].seq) == (which, place + 1)
        assert named_in(found) == [(which, place + 1)]


@every_export
def test_of_an_end_cut_off_the_first_entry_missing_is_named(viewer: Viewer) -> None:
    for name, which, _word, place in places(viewer):
        document = whole(viewer)
        del document[name][place:]
        assert named_in(failures(document)) == [(which, place + 1)]


@every_export
def test_an_entry_added_at_the_end_is_named(viewer: Viewer) -> None:
    """Linked to the last as it should be: only the platform's word on where it ends tells."""
    for name, which, _word in CHAINS:
        document = exported(viewer)
        entries = document[name]
        leaf = bytes.fromhex(entries[-1]["leaf"])
        link = hashlib.sha256(bytes.fromhex(entries[-1]["hash"]) + leaf).hexdigest()
        entries.append({"seq": len(entries) + 1, "leaf": leaf.hex(), "hash": link})
        assert named_in(failures(document)) == [(which, len(entries))]


@every_export
def test_each_two_neighbours_swapped_are_named(viewer: Viewer) -> None:
    for name, which, _word, place in places(viewer):
        for renumbered in (False, True):
            document = exported(viewer)
            entries = document[name]
            if place + 1 == len(entries):
                continue
            entries[place], entries[place + 1] = entries[place + 1], entries[place]
            if renumbered:
                entries[place]["seq"], entries[place + 1]["seq"] = place + 1, place + 2
            assert named_in(failures(document)) == [(which, place + 1)]


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA, PUBLIC], ids=["full", "own", "public"])
def test_another_terms_document_names_the_entry_of_the_terms(viewer: Viewer) -> None:
    """As a stranger, and as the operator who can sign all of it anew."""
    played = play(disclosure=Disclosure.PUBLIC)
    for field, value in (("length", 1_500_000_000), ("currency", "USD"), ("ties", "equal_best")):
        document: Document = json.loads(played.export(viewer)) | {"checkpoints": []}
        body = document["entries"][0]["body"]
        body["terms"][field] = value
        assert named_in(failures(document)) == [("ledger", 1)]
        # Signed anew: beside the hash of the true ones, then each hash alone, then both.
        assert failing(resealed(relinked(copy.deepcopy(document)))) == [("ledger", 1)]
        digest = event_from("opened", body).terms.digest()
        document["terms_hash"] = digest
        assert failing(resealed(relinked(copy.deepcopy(document)))) == [("ledger", 1)]
        body["terms_hash"], document["terms_hash"] = digest, played.state.terms_hash
        assert failing(resealed(relinked(copy.deepcopy(document)))) == [("ledger", 1)]
        document["terms_hash"] = digest
        kinds = [entry.get("kind") for entry in document["entries"]]
        accepted = kinds.index("terms_accepted") + 1  # which says whose hash was accepted
        assert failing(resealed(relinked(copy.deepcopy(document)))) == [("ledger", accepted)]


def departing(reason: str) -> Table:
    """As the case, but lot 2 is left without an award that its winner had earned."""
    changed = play()
    changed.happen(list(_awarded(changed, reason)))
    return changed


def _awarded(changed: Table, reason: str) -> list[Any]:
    from auctions.domain.machine import decide

    return list(decide(changed.state, cmd.RecordAward(2, None, None, reason, "o7"), changed.now))


def test_an_award_that_departs_needs_a_reason() -> None:
    sound = verify(departing("The need is gone.").export(), public_key=KEY)
    told = [each for each in sound.findings if each.check == "award"]
    assert sound.passed
    assert [each.level for each in told] == [Level.OK, Level.NOTE, Level.OK]
    assert "departs from the auction's result. The reason given: The need is gone." in told[1].text
    assert "The rule for the award, hashed with the terms: Each lot goes to" in told[2].text
    refused = verify(departing(" ").export(), public_key=KEY)
    failed = [each for each in refused.findings if each.level is Level.FAILED]
    assert failed[0].seq == len(table().chains["ledger"]) + 1
    assert "departs without a reason" in failed[0].text


# The rule for the award ----------------------------------------------------------------------


def edited() -> Table:
    """Paused before any bid, the terms changed twice as the rules let, consented to, bid on."""
    made = Table(signer())
    terms = case_terms(signer().key_id)
    minute = timedelta(minutes=1)
    made.happen([genesis("T-2026-18", "Cement", replace(terms, prebid_opens_at=None))])
    for seat in (ALPHA, BRAVO):
        made.ask(cmd.AdmitSeat(seat), START - 40 * minute)
        made.ask(cmd.AcceptTerms(seat, 1, made.state.terms_hash, "terms"), START - 30 * minute)
    for version, length, start in ((2, 40, 1), (3, 45, 6)):
        at = START + start * minute
        made.ask(cmd.Pause("a slip", cmd.Officer.BUYER, f"o{version}"), at)
        new = replace(made.state.rules, version=version, length=length * minute)
        made.ask(cmd.ChangeTerms(new, cmd.Officer.BUYER, f"p{version}"), at + minute)
        for seat in (ALPHA, BRAVO):
            asked = cmd.AcceptTerms(seat, version, new.digest(), f"again{version}")
            made.ask(asked, at + 2 * minute)
        made.until(at + 3 * minute)
    made.ask(cmd.PlaceBid(ALPHA, 1, Decimal("94.00"), "a1", Decimal("94.00")), START + 12 * minute)
    made.until(START + 120 * minute)
    assert made.state.lots[1].winner == ALPHA
    return made


@every_export
def test_a_rule_for_the_award_that_changed_names_the_entry_that_changed_it(viewer: Viewer) -> None:
    """Signed anew by the operator. What the rules let change is named by none; whom a lot goes to
    they let nobody change, and where others' bids are closed the rule itself is compared."""
    played = edited()
    raw = played.export(viewer)
    assert failures_of(raw) == []
    told = [each for each in verify(raw, public_key=KEY).findings if each.check == "award"]
    assert [each.level for each in told] == [Level.OK]
    document = json.loads(raw) | {"checkpoints": []}
    kinds = [entry.get("kind") for entry in document["entries"]]
    place = kinds.index("terms_changed")
    body = document["entries"][place]["body"]
    body["terms"]["lots"][1]["reserve_commitment"] = "ab" * 32
    assert failing(resealed(relinked(copy.deepcopy(document)))) == [("ledger", place + 1)]
    digest = event_from("terms_changed", body).terms.digest()
    body["terms_hash"] = digest
    for entry in document["entries"][place:]:
        if entry.get("kind") == "terms_accepted" and entry["body"]["version"] == 2:
            entry["body"]["terms_hash"] = digest
    found = failures_of(resealed(relinked(document)))
    assert named_in(found) == [("ledger", place + 1)]
    if viewer.seat is None:
        assert found[0].text == f"Entry {place + 1}: the rules refuse it: auction.edit_not_allowed."
    else:
        assert [each.check for each in found] == ["award"]
        assert found[0].text == f"Entry {place + 1}: the rule for the award was changed."


@every_export
def test_another_document_of_an_earlier_edit_names_that_edit(viewer: Viewer) -> None:
    document = json.loads(edited().export(viewer)) | {"checkpoints": []}
    place = [entry.get("kind") for entry in document["entries"]].index("terms_changed")
    document["entries"][place]["body"]["terms"]["length"] = 2_500_000_000
    assert named_in(failures(document)) == [("ledger", place + 1)]
    assert failing(resealed(relinked(document))) == [("ledger", place + 1)]
