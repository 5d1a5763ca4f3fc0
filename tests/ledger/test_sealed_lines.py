"""Ledgers of sealed offers on positions: every export is verified, what was changed is named."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain.terms import Disclosure, Format
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.domain.test_lines import lines_lot
from tests.ledger.case import FULL, Table, signer
from tests.ledger.tables import terms_of, written
from tests.ledger.test_lines import relinked_where_open
from tests.ledger.test_verify import resealed

KEY = signer().public_key
Document = dict[str, Any]
both_formats = pytest.mark.parametrize("name", [Format.SEALED, Format.SEALED_ROUNDS])


@cache
def table_of(name: Format) -> Table:
    usual = terms_of(name, Disclosure.BUYER)
    lot = lines_lot(reserve_commitment=usual.lots[0].reserve_commitment)
    return written(replace(usual, lots=(lot,)))


def document_of(name: Format, viewer: Viewer = FULL) -> Document:
    found: Document = json.loads(table_of(name).export(viewer))
    return copy.deepcopy(found) | {"checkpoints": []}


def failed_at(raw: bytes) -> list[int | None]:
    report = verify(raw, public_key=KEY)
    return [each.seq for each in report.findings if each.level is Level.FAILED]


def places(document: Document, kind: str) -> list[int]:
    return [at for at, entry in enumerate(document["entries"]) if entry.get("kind") == kind]


@both_formats
def test_every_export_is_verified_with_its_receipts_and_opens_ones_own_prices_alone(
    name: Format,
) -> None:
    table = table_of(name)
    document = document_of(name)
    assert len(places(document, "bid_lines")) == len(places(document, "offer_opened")) >= 3
    for at in places(document, "offer_opened"):
        opened, prices = (document["entries"][each]["body"] for each in (at, at + 1))
        assert (prices["bid"], prices["seat"]) == (opened["offer"], opened["seat"])
    envelopes = {
        len(document["entries"][at]["body"]["envelope"])
        for at in places(document, "sealed_offer_placed")
    }
    assert len(envelopes) == 1
    report = verify(table.export(FULL), public_key=KEY)
    assert report.passed, report.findings
    for seat in table.state.seats:
        viewer = Viewer(Scope.PARTICIPANT, seat)
        report = verify(table.export(viewer), public_key=KEY, receipts=table.receipts[seat])
        assert report.passed, report.findings
        mine = document_of(name, viewer)
        for kind in ("bid_lines", "sealed_offer_placed", "offer_opened"):
            bodies = [mine["entries"][at]["body"] for at in places(mine, kind)]
            assert {body["seat"] for body in bodies} == {seat}


@both_formats
@pytest.mark.parametrize("whose", ["full", "participant"])
def test_other_prices_are_named_though_all_is_signed_anew(name: Format, whose: str) -> None:
    seat = next(iter(table_of(name).state.seats))
    viewer = FULL if whose == "full" else Viewer(Scope.PARTICIPANT, seat)
    for place in places(document_of(name, viewer), "bid_lines"):
        document = document_of(name, viewer)
        prices = document["entries"][place]["body"]["prices"]
        # The same total: what one position loses, the other one gets (quantities 10 and 0.5).
        prices[0] = format(Decimal(prices[0]) - 1, "f")
        prices[2] = format(Decimal(prices[2]) + 20, "f")
        assert place + 1 in failed_at(resealed(relinked_where_open(document)))


@both_formats
def test_own_prices_kept_closed_are_found(name: Format) -> None:
    seat = next(iter(table_of(name).state.seats))
    document = document_of(name, Viewer(Scope.PARTICIPANT, seat))
    place = places(document, "bid_lines")[0]
    entry = document["entries"][place]
    document["entries"][place] = {each: entry[each] for each in ("seq", "leaf", "hash")}
    assert failed_at(resealed(document)) == [place + 1]


@both_formats
@pytest.mark.parametrize("whose", ["full", "participant"])
def test_prices_dropped_exchanged_or_said_twice_are_found(name: Format, whose: str) -> None:
    seat = next(iter(table_of(name).state.seats))
    viewer = FULL if whose == "full" else Viewer(Scope.PARTICIPANT, seat)
    first = places(document_of(name, viewer), "bid_lines")[0]
    dropped = document_of(name, viewer)
    del dropped["entries"][first]
    assert failed_at(canonical(dropped) + b"\n")
    for field, value in (("bid", 1), ("seat", "OTHER"), ("lot", 2), ("prices", ["1.00"])):
        document = document_of(name, viewer)
        document["entries"][first]["body"][field] = value
        assert failed_at(resealed(relinked_where_open(document))), field
