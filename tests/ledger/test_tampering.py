"""Every entry of a real ledger is tampered with, one after the other: refused, and named."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exported import NotAnExport
from auctions.ledger.receipts import sign
from auctions.ledger.report import Finding, Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.ledger.case import ALPHA, BRAVO, FULL, Table, play, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
OF_ALPHA = Viewer(Scope.PARTICIPANT, ALPHA)
CHAINS = (("entries", "ledger", "Entry"), ("attempts", "attempts", "Attempt"))
Document = dict[str, Any]


@cache
def table() -> Table:
    return play()


def exported(viewer: Viewer = FULL) -> Document:
    """Without checkpoints, whose signatures take time: the chain alone must tell."""
    document: Document = json.loads(table().export(viewer))
    return document | {"checkpoints": []}


def failures(document: Document) -> list[Finding]:
    report = verify(canonical(document) + b"\n", public_key=KEY)
    return [each for each in report.findings if each.level is Level.FAILED]


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


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])
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


def test_each_value_of_each_body_changed_names_it() -> None:
    for name, which, _word, place in places():
        body = exported()[name][place]["body"]
        for field in body:
            document = exported()
            changed = document[name][place]["body"]
            changed[field] = "other" if changed[field] != "other" else "another"
            found = failures(document)
            assert (found[0].chain, found[0].seq) == (which, place + 1), (name, place, field)


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])
def test_each_entry_removed_is_named(viewer: Viewer) -> None:
    for name, which, _word, place in places(viewer):
        document = exported(viewer)
        del document[name][place]
        found = failures(document)
        assert found, (name, place)
        if place < len(document[name]):  # the last one cut off: the seal tells, not the chain
            assert (found[0].chain, found[0].seq) == (which, place + 1)


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])
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
            found = failures(document)
            assert (found[0].chain, found[0].seq) == (which, place + 1)


def test_a_byte_of_the_file_in_each_entry_is_refused_and_the_entry_named() -> None:
    """Also where the file is no JSON any more."""
    raw = canonical(exported()) + b"\n"
    count = len(list(places()))
    ends = [found.end() for found in re.finditer(rb'"seq":\d+}', raw)][:count]
    starts = [raw.index(b'{"body"'), *(end + 1 for end in ends[:-1])]
    names = [f"{word} {place + 1}" for name, _which, word in (CHAINS[1], CHAINS[0])
             for place in range(len(exported()[name]))]  # fmt: skip
    for number, (start, end, name) in enumerate(zip(starts, ends, names, strict=True)):
        for part in range(3):
            digest = hashlib.sha256(f"{number}/{part}".encode()).digest()
            at = max(start, raw.index(b'{"', start)) + int.from_bytes(digest[:4], "big") % (
                end - max(start, raw.index(b'{"', start))
            )
            changed = bytearray(raw)
            changed[at] ^= 1 + digest[4] % 127
            try:
                report = verify(bytes(changed), public_key=KEY)
            except NotAnExport as error:
                told = str(error)
                assert re.search(r"(entry|attempt) \d+|twice", told), (name, told)
                continue
            failed = [each for each in report.findings if each.level is Level.FAILED]
            assert failed, (name, at)
            assert any(each.text.startswith((name, "The file is not in")) for each in failed), (
                name, at, [each.text for each in failed],
            )  # fmt: skip


def test_a_forged_receipt_of_each_answer_is_refused() -> None:
    raw = canonical(exported()) + b"\n"
    for party in (ALPHA, BRAVO):
        for kept in table().receipts[party]:
            forged = {**kept, "signature": one_other(kept["signature"], len(kept["ref"]))}
            report = verify(raw, public_key=KEY, receipts=[forged])
            texts = [each.text for each in report.findings if each.check == "receipt"]
            assert "is not signed with this platform's key" in texts[0]
    # Signed with the true key, about an entry that never was:
    plain = {name: kept[name] for name in kept if name not in ("key_id", "signature")}
    never = sign({**plain, "leaf": "ab" * 32}, signer())
    report = verify(raw, public_key=KEY, receipts=[never])
    assert "is missing" in next(each.text for each in report.findings if each.check == "receipt")


def test_another_terms_document_is_refused_and_the_entry_named() -> None:
    """As a stranger, and as the operator who can sign all of it anew."""
    for field, value in (("length", 60_000_000), ("currency", "USD"), ("ties", "equal_best")):
        document = exported()
        document["entries"][0]["body"]["terms"][field] = value
        assert (failures(document)[0].chain, failures(document)[0].seq) == ("ledger", 1)
        anew = resealed(relinked(copy.deepcopy(document)))
        found = [
            each for each in verify(anew, public_key=KEY).findings if each.level is Level.FAILED
        ]
        assert found[0].seq is not None or found[0].check == "terms", (field, found)


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
