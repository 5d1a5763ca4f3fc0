"""Ledgers of scored sealed offers: every export is verified; other values, another winner, and any
one byte are found."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.domain.terms import Disclosure
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
)
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Level
from auctions.ledger.verify import verify
from tests.domain.room import BEFORE, START, seconds
from tests.domain.test_sealed import LATER, SealedRoom, of
from tests.ledger.case import FULL, Table, signer
from tests.ledger.test_any_byte import check_any
from tests.ledger.test_lines import relinked_where_open
from tests.ledger.test_verify import resealed

KEY = signer().public_key
Document = dict[str, Any]
SCORING = ScoringTerms(
    ScoringMethod.BONUS_MALUS,
    (Criterion("quality", CriterionKind.PERCENT), Criterion("freight", CriterionKind.AMOUNT)),
)
VALUES = {"b": ("-20", "1.5"), "c": ("0", "3")}
PRICES = {"a": "85.00", "b": "100.00", "c": "80.50"}  # 85, 81.5 and 83.5: not in the order of price
PUBLIC = Viewer(Scope.PUBLIC)


@cache
def table_of(disclosure: Disclosure = Disclosure.BUYER) -> Table:
    """Played in a room and written to chains."""
    terms = of(scoring=SCORING, platform_key=signer().key_id, disclosure=disclosure)
    room = SealedRoom(terms, start=False)
    for seat, values in VALUES.items():
        given_ = tuple(map(Decimal, values))
        room.do(cmd.SetScoring(seat, 1, given_, Officer.BUYER, room.ref()), BEFORE)
    room.until(START)
    for place, (seat, price) in enumerate(PRICES.items(), 1):
        room.offer(seat, price, START + seconds(place))
    room.opened()
    table = Table(signer())
    table.now = BEFORE
    for event in room.events:
        at = getattr(event, "received_at", None) or getattr(event, "at", None) or table.now
        table.now = max(table.now, at + timedelta(milliseconds=3))
        table.happen([event])
    assert table.now > LATER
    assert table.state.lots[1].winner == "b"
    table.check(table.now)
    return table


def document_of(viewer: Viewer = FULL, disclosure: Disclosure = Disclosure.BUYER) -> Document:
    found: Document = json.loads(table_of(disclosure).export(viewer))
    return copy.deepcopy(found) | {"checkpoints": []}


def failed(raw: bytes) -> list[int | None]:
    report = verify(raw, public_key=KEY)
    return [each.seq for each in report.findings if each.level is Level.FAILED]


def places(document: Document, kind: str) -> list[int]:
    return [at for at, entry in enumerate(document["entries"]) if entry.get("kind") == kind]


def bodies(viewer: Viewer, kind: str, disclosure: Disclosure = Disclosure.BUYER) -> list[Any]:
    document = document_of(viewer, disclosure)
    return [document["entries"][at]["body"] for at in places(document, kind)]


def test_every_export_is_verified_and_opens_ones_own_values_alone() -> None:
    viewers = [FULL, *(Viewer(Scope.PARTICIPANT, seat) for seat in "abc")]
    for viewer in viewers:
        report = verify(table_of().export(viewer), public_key=KEY)
        assert report.passed, report.findings
    assert [each["seat"] for each in bodies(FULL, "scoring_set")] == ["b", "c"]
    for seat in "abc":
        own = bodies(Viewer(Scope.PARTICIPANT, seat), "scoring_set")
        assert [each["seat"] for each in own] == ([] if seat == "a" else [seat])


def test_where_all_is_public_everybody_can_work_the_scores_out() -> None:
    for viewer in (PUBLIC, Viewer(Scope.PARTICIPANT, "a")):
        assert len(bodies(viewer, "scoring_set", Disclosure.PUBLIC)) == 2
        report = verify(table_of(Disclosure.PUBLIC).export(viewer), public_key=KEY)
        assert report.passed, report.findings


@pytest.mark.parametrize(
    ("seat", "values"),
    [("b", ["0", "0"]), ("c", ["-10", "0"]), ("b", ["-100", "0"]), ("b", ["-20"]), ("b", [])],
)
def test_other_values_are_found_though_all_is_signed_anew(seat: str, values: list[str]) -> None:
    """Where another would win by them at the result; else at the values themselves."""
    document = document_of()
    place = next(
        at
        for at in places(document, "scoring_set")
        if document["entries"][at]["body"]["seat"] == seat
    )
    document["entries"][place]["body"]["values"] = values
    fits = len(values) == 2 and values[0] != "-100"
    (closed,) = places(document, "lot_closed")
    found = failed(resealed(relinked_where_open(document)))
    assert (closed + 1 if fits else place + 1) in found


@pytest.mark.parametrize("seat", ["a", "c"])
def test_another_winner_is_found_though_all_is_signed_anew(seat: str) -> None:
    document = document_of()
    (closed,) = places(document, "lot_closed")
    document["entries"][closed]["body"] |= {"seat": seat, "amount": PRICES[seat]}
    assert closed + 1 in failed(resealed(relinked_where_open(document)))


def test_values_moved_behind_the_start_are_found() -> None:
    document = document_of()
    first = places(document, "scoring_set")[0]
    (started,) = places(document, "lot_started")
    entries = document["entries"]
    entries.insert(started, moved := entries.pop(first))
    moved["recorded_at"] = entries[started - 1]["recorded_at"]
    moved["body"]["at"] = entries[started - 1]["body"]["at"]
    for seq, entry in enumerate(entries, 1):
        entry["seq"] = seq
    assert started + 1 in failed(resealed(relinked_where_open(document)))


@pytest.mark.parametrize("viewer", [FULL, Viewer(Scope.PARTICIPANT, "b")])
@settings(max_examples=120)
@given(data=st.data())
def test_a_byte_changed_names_its_entry(viewer: Viewer, data: st.DataObject) -> None:
    check_any(table_of().export(replace(viewer)), data)
