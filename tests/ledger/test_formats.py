"""Ledgers of every format: each export is verified, what was changed is refused and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.terms import Disclosure, Format
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Finding, Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.ledger import blame
from tests.ledger.case import FULL, signer
from tests.ledger.tables import table_of
from tests.ledger.test_tampering import change, one_other
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
Document = dict[str, Any]
every_format = pytest.mark.parametrize("name", Format)


def viewers(name: Format, disclosure: Disclosure) -> list[Viewer]:
    seats = table_of(name, disclosure).state.seats
    public = [Viewer(Scope.PUBLIC)] if disclosure is Disclosure.PUBLIC else []
    return [FULL, *public, *(Viewer(Scope.PARTICIPANT, seat) for seat in seats)]


def document_of(
    name: Format, viewer: Viewer = FULL, disclosure: Disclosure = Disclosure.BUYER
) -> Document:
    """Without checkpoints, whose signatures take time: the chain alone must tell."""
    document: Document = json.loads(table_of(name, disclosure).export(viewer))
    return document | {"checkpoints": []}


def failures(raw: bytes) -> list[Finding]:
    report = verify(raw, public_key=KEY)
    return [each for each in report.findings if each.level is Level.FAILED]


def changed(document: Document) -> list[Finding]:
    return failures(canonical(document) + b"\n")


def places(document: Document) -> Iterator[int]:
    """The first and the last entry of each kind that is open, and the first closed one."""
    kinds = [entry.get("kind", "") for entry in document["entries"]]
    for kind in dict.fromkeys(kinds):
        last = len(kinds) - 1 - kinds[::-1].index(kind)
        yield from sorted({kinds.index(kind), last})


def names(found: list[Finding], place: int) -> bool:
    """Whether the first finding names that entry, and no other names another."""
    first = bool(found) and (found[0].chain, found[0].seq) == ("ledger", place + 1)
    return first and blame.named_in(found) == [("ledger", place + 1)]


@every_format
@pytest.mark.parametrize("disclosure", Disclosure)
def test_every_export_is_verified_with_its_receipts(name: Format, disclosure: Disclosure) -> None:
    table = table_of(name, disclosure)
    for viewer in viewers(name, disclosure):
        kept = table.receipts[viewer.seat] if viewer.seat else []
        report = verify(table.export(viewer), public_key=KEY, receipts=kept)
        assert report.passed, (viewer, [each for each in report.findings if each.seq])
    lot = table.state.lots[1]
    assert lot.winner is not None
    assert lot.price is not None


@every_format
@pytest.mark.parametrize("field", ["seat", "amount"])
def test_another_winner_or_price_is_refused_though_all_is_signed_anew(
    name: Format, field: str
) -> None:
    document = document_of(name)
    (place,) = (at for at, entry in enumerate(document["entries"]) if entry["kind"] == "lot_closed")
    body = document["entries"][place]["body"]
    if field == "seat":
        body["seat"] = next(seat for seat in table_of(name).state.seats if seat != body["seat"])
    else:
        body["amount"] = format(Decimal(body["amount"]) + 1, "f")
    found = failures(resealed(relinked(document)))
    assert names(found, place), (found, place)


@every_format
@pytest.mark.parametrize("part", ["salt", "leaf", "hash", "kind", "recorded_at"])
@pytest.mark.parametrize("whose", ["full", "participant"])
def test_each_part_of_an_entry_changed_names_it(name: Format, part: str, whose: str) -> None:
    viewer = FULL if whose == "full" else viewers(name, Disclosure.BUYER)[-1]
    for place in places(document_of(name, viewer)):
        document = document_of(name, viewer)
        entry = document["entries"][place]
        if part not in entry:
            continue  # of a closed entry there is the leaf and the hash
        change(entry, part, place)
        assert names(changed(document), place), (place, entry)


@every_format
def test_each_value_of_a_body_changed_names_it(name: Format) -> None:
    for place in places(document_of(name)):
        for field in document_of(name)["entries"][place]["body"]:
            document = document_of(name)
            body = document["entries"][place]["body"]
            body[field] = "other" if body[field] != "other" else "another"
            assert names(changed(document), place), (place, field)


@every_format
@pytest.mark.parametrize("whose", ["full", "participant"])
def test_entries_removed_or_swapped_are_named(name: Format, whose: str) -> None:
    viewer = FULL if whose == "full" else viewers(name, Disclosure.BUYER)[-1]
    count = len(document_of(name, viewer)["entries"])
    for place in places(document_of(name, viewer)):
        document = document_of(name, viewer)
        del document["entries"][place]
        assert names(changed(document), place)  # of the last the seal tells, not the chain
        for other in {place + 1, (place + count // 2) % count} - {place, count}:
            document = document_of(name, viewer)
            entries = document["entries"]
            entries[place], entries[other] = entries[other], entries[place]
            for at in (place, other):
                entries[at]["seq"] = at + 1
            assert names(changed(document), min(place, other)), (place, other)


@every_format
@pytest.mark.parametrize("whose", ["full", "participant"])
def test_a_forged_receipt_names_the_entry_it_is_about(name: Format, whose: str) -> None:
    table = table_of(name)
    viewer = FULL if whose == "full" else viewers(name, Disclosure.BUYER)[-1]
    raw = table.export(viewer)
    leaves = [entry["leaf"] for entry in json.loads(raw)["entries"]]
    for seat in table.state.seats if viewer.seat is None else [viewer.seat]:
        for kept in (table.receipts[seat][0], table.receipts[seat][-1]):
            signature = one_other(kept["signature"], len(kept["ref"]))
            for forged in ({"signature": signature}, {"leaf": "ab" * 32}):
                found = blame.failures(raw, receipts=[kept | forged])
                assert [each.check for each in found] == ["receipt"]
                assert "is not signed with this platform's key" in found[0].text
                assert blame.named_in(found) == [("ledger", leaves.index(kept["leaf"]) + 1)]


@every_format
@pytest.mark.parametrize("whose", ["full", "participant"])
def test_another_terms_document_names_entry_1_though_all_is_signed_anew(
    name: Format, whose: str
) -> None:
    viewer = FULL if whose == "full" else viewers(name, Disclosure.BUYER)[-1]
    document = document_of(name, viewer)
    document["entries"][0]["body"]["terms"]["currency"] = "USD"
    assert names(changed(document), 0)
    assert blame.named_in(failures(resealed(relinked(document)))) == [("ledger", 1)]
