"""Ledgers of every format as somebody forges them who holds the platform's key, and so can make
every leaf, link and signature anew: what a rule cannot tell is refused, and its entry named."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from auctions.domain.terms import Disclosure, Format
from auctions.ledger.codec import opening_from
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.proofs import party_of
from auctions.ledger.report import Derived, Level
from auctions.ledger.verify import verify
from tests.ledger.case import FULL
from tests.ledger.tables import table_of
from tests.ledger.test_claims import closed
from tests.ledger.test_formats import KEY, document_of, failures, names, places
from tests.ledger.test_verify import relinked, resealed

Document = dict[str, Any]
SCOPES = ("full", "participant", "participant of a public one")
every_forgery = pytest.mark.parametrize(("name", "whose"), [(n, w) for n in Format for w in SCOPES])


def seen_by(name: Format, whose: str) -> tuple[Document, Viewer, Disclosure]:
    disclosure = Disclosure.PUBLIC if whose.endswith("public one") else Disclosure.BUYER
    played = table_of(name, disclosure)
    winner = played.state.lots[1].winner
    viewer = FULL if whose == "full" else Viewer(Scope.PARTICIPANT, winner)
    document = copy.deepcopy(document_of(name, viewer, disclosure))
    return document, viewer, disclosure


def opened(document: Document) -> Iterator[int]:
    """The first and last opened entry of each kind."""
    yield from (at for at in places(document) if "body" in document["entries"][at])


def forged(document: Document) -> bytes:
    return resealed(relinked(document))


@every_forgery
def test_a_moment_after_the_record_names_its_entry(name: Format, whose: str) -> None:
    whole, _viewer, _disclosure = seen_by(name, whose)
    tried = 0
    for place in opened(whole):
        for field in {"at", "received_at"} & whole["entries"][place]["body"].keys():
            document = copy.deepcopy(whole)
            body = document["entries"][place]["body"]
            body[field] = "2030" + body[field][4:]
            found = failures(forged(document))
            assert names(found, place), (place, field, found)
            tried += 1
    assert tried > 3


@every_forgery
def test_a_reference_used_twice_names_the_second(name: Format, whose: str) -> None:
    whole, _viewer, _disclosure = seen_by(name, whose)
    first: dict[str, str] = {}
    tried = 0
    for place, entry in enumerate(whole["entries"]):
        party = party_of(opening_from(entry)) if entry.get("body", {}).get("ref") else None
        if party is None:
            continue
        if party in first:
            document = copy.deepcopy(whole)
            document["entries"][place]["body"]["ref"] = first[party]
            found = failures(forged(document))
            assert names(found, place), (place, found)
            tried += 1
        first.setdefault(party, entry["body"]["ref"])
    assert tried


@every_forgery
def test_another_version_of_the_rules_names_the_first_entry(name: Format, whose: str) -> None:
    whole, _viewer, _disclosure = seen_by(name, whose)
    for version in (0, 2, "1", True):
        assert names(failures(resealed(whole | {"rules_version": version})), 0)


@every_forgery
def test_an_entry_left_closed_is_named_or_leaves_no_result_derived_anew(
    name: Format, whose: str
) -> None:
    """Of a participant's own what its receipts are about is named; of a full export all."""
    whole, viewer, disclosure = seen_by(name, whose)
    kept = table_of(name, disclosure).receipts
    for place in opened(whole):
        document = copy.deepcopy(whole)
        entry = document["entries"][place]
        mine = [each for each in kept.get(viewer.seat or "", []) if each["leaf"] == entry["leaf"]]
        closed(entry)
        report = verify(forged(document), public_key=KEY, receipts=mine)
        assert report.derived is not Derived.ANEW, place
        if viewer is FULL or place == 0 or mine:
            found = [each for each in report.findings if each.level is Level.FAILED]
            assert names(found, place), (place, found)
