"""Ledgers of sealed rounds with packages: each entry is derived anew, and a forged one is named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.formats import sealed
from auctions.domain.machine import genesis
from auctions.domain.rules import packages
from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Finding, Level
from auctions.ledger.verify import verify
from kernel import sealing
from tests.domain.packed_rounds_room import only, packed_rounds
from tests.domain.rounds_room import AUDITOR, LENGTH, OFFICE, PAUSE
from tests.ledger.case import ALPHA, BRAVO, FULL, START, Table, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
SECOND = timedelta(seconds=1)
Document = dict[str, Any]


class Rounds(Table):
    """Three rounds; ``at`` is a moment of the one under way."""

    def __init__(self, disclosure: Disclosure) -> None:
        super().__init__(signer())
        terms = packed_rounds(
            only(), starts_at=START, platform_key=signer().key_id, disclosure=disclosure
        )
        self.happen([genesis("T-2026-31", "Rebar", terms)])
        for seat in (ALPHA, BRAVO):
            self.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
            self.ask(cmd.AcceptTerms(seat, 1, terms.digest(), "t"), START - timedelta(minutes=8))
        for holder, secrets in zip(cmd.KeyHolder, (AUDITOR, OFFICE), strict=True):
            public = tuple(sealing.public_key_of(secret).hex() for secret in secrets[:3])
            self.ask(cmd.SetRoundKeys(holder, public), START - timedelta(minutes=7))
        self.at = START

    @property
    def round(self) -> int:
        assert self.state.sealing is not None
        return self.state.sealing.round

    def seal(self, purpose: bytes, content: Any, size: int) -> str:
        keys = (sealing.public_key_of(each[self.round - 1]) for each in (AUDITOR, OFFICE))
        return sealing.seal(*keys, purpose, json.dumps(content).encode(), size).hex()

    def offer(self, seat: str, lot: int, amount: str) -> None:
        content = {"amount": amount}
        made = self.seal(sealed.purpose(seat, lot), content, sealing.TEXT_BYTES)
        at = self.later()
        self.ask(cmd.PlaceSealedOffer(seat, lot, made, f"o{at}", self.round), at)

    def package(self, seat: str, number: int, content: Any) -> None:
        made = self.seal(packages.purpose(seat, number), content, sealing.LONG_TEXT_BYTES)
        at = self.later()
        self.ask(cmd.PlaceSealedPackage(seat, number, made, f"p{at}", self.round), at)

    def prices(self, seat: str, number: int, **prices: str) -> None:
        told = {name.removeprefix("lot"): price for name, price in prices.items()}
        self.package(seat, number, {"prices": told})

    def later(self) -> datetime:
        self.at += SECOND
        self.until(self.at)
        return self.at

    def over(self) -> None:
        """The opening of the round, and the start of the next one."""
        begins = self.state.lots[1].starts_at
        assert begins is not None
        at = begins + LENGTH + PAUSE
        number = self.round - 1
        self.ask(cmd.HandOverKey(cmd.KeyMeans.PERSON), at)
        keys = AUDITOR[number].hex(), OFFICE[number].hex()
        self.ask(cmd.OpenOffers(*keys, cmd.KeyMeans.PLATFORM), at + SECOND)
        self.at = self.state.lots[1].starts_at or at
        self.until(self.at + SECOND)


@cache
def played(disclosure: Disclosure = Disclosure.BUYER) -> Rounds:
    table = Rounds(disclosure)
    for number in (1, 2, 3):
        table.offer(ALPHA, number, "600")
    table.prices(BRAVO, 1, lot1="500", lot2="500")
    table.package(BRAVO, 0, {"percent": "5", "count": 2})
    table.over()
    table.prices(BRAVO, 1, lot1="499.99", lot2="500")
    table.prices(BRAVO, 2, lot2="700", lot3="700")
    table.prices(ALPHA, 1, lot1="550", lot3="550")
    at = table.later()
    table.ask(cmd.WithdrawPackage(ALPHA, 1, "w1", table.round), at)
    table.ask(cmd.WithdrawPackage(ALPHA, 1, "w2", table.round), at + SECOND)  # refused
    table.ask(cmd.WithdrawPackage(BRAVO, 2, "w3", 1), at + SECOND)  # refused: of round 1
    table.over()
    table.prices(BRAVO, 1, lot1="450", lot2="450")
    table.package(BRAVO, 0, {"percent": "10", "count": 2})
    table.over()
    assert not table.state.phase.is_open
    return table


@cache
def exported(viewer: Viewer = FULL) -> str:
    return played().export(viewer).decode()


def failures(raw: bytes) -> list[Finding]:
    report = verify(raw, public_key=KEY)
    return [each for each in report.findings if each.level is Level.FAILED]


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_every_export_is_sound_with_its_receipts(disclosure: Disclosure) -> None:
    table = played(disclosure)
    viewers = [FULL, Viewer(Scope.PARTICIPANT, ALPHA), Viewer(Scope.PARTICIPANT, BRAVO)]
    if disclosure is Disclosure.PUBLIC:
        viewers.append(Viewer(Scope.PUBLIC))
    for viewer in viewers:
        kept = table.receipts[viewer.seat] if viewer.seat else []
        report = verify(table.export(viewer), public_key=KEY, receipts=kept)
        assert report.passed, (viewer, report.findings)
    assert [lot.winner for lot in table.state.lots.values()] == [BRAVO, BRAVO, ALPHA]
    assert table.state.lots[1].price == Decimal("405.00")


def test_rivals_packages_and_the_choice_are_closed_where_the_buyer_alone_is_told() -> None:
    found = json.loads(exported(Viewer(Scope.PARTICIPANT, ALPHA)))
    opened = [each for each in found["entries"] if "body" in each]
    kinds = {each["kind"] for each in opened}
    assert not kinds & {"choice_found", "lots_allocated", "rounds_stopped"}
    assert {each["body"]["seat"] for each in opened if "package" in each["kind"]} == {ALPHA}


KINDS = (
    "package_opened", "package_rejected", "discount_opened", "choice_found", "lots_allocated",
    "rounds_stopped", "sealed_round_scheduled", "sealed_round_ended", "lot_closed", "offer_opened",
)  # fmt: skip


def other(value: Any) -> Any:
    """Another value of the same form."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if value in (ALPHA, BRAVO):
            return ALPHA if value == BRAVO else BRAVO
        case str() if value.replace(".", "").isdigit():
            return format(Decimal(value) + 1, "f")
        case str() if value.endswith("Z"):
            return value.replace("T", "T", 1)[:-2] + ("1Z" if value[-2] != "1" else "2Z")
        case str():
            return value + "x"
        case list() if value:
            return value[:-1]
        case list():
            return [ALPHA]
    return 1


@pytest.mark.parametrize("kind", KINDS)
def test_any_value_changed_is_named_though_all_is_signed_anew(kind: str) -> None:
    first: Document = json.loads(exported())
    places = [n for n, each in enumerate(first["entries"]) if each["kind"] == kind]
    assert places
    for place in {places[0], places[-1]}:
        for name in first["entries"][place]["body"]:
            document: Document = copy.deepcopy(first) | {"checkpoints": []}
            body = document["entries"][place]["body"]
            body[name] = other(body[name])
            found = failures(resealed(relinked(document)))
            assert found, (kind, place, name)
            assert (found[0].chain, found[0].seq) == ("ledger", place + 1), (kind, name, found)


def left_out(kind: str) -> Callable[[Document], int]:
    def change(document: Document) -> int:
        place = next(n for n, each in enumerate(document["entries"]) if each["kind"] == kind)
        del document["entries"][place]
        return place

    return change


@pytest.mark.parametrize(
    "change",
    [left_out(kind) for kind in ("choice_found", "lots_allocated", "package_rejected")],
)
def test_an_entry_left_out_is_noticed_where_it_stood(change: Callable[[Document], int]) -> None:
    document: Document = json.loads(exported()) | {"checkpoints": []}
    place = change(document)
    found = failures(resealed(relinked(document)))
    assert (found[0].chain, found[0].seq) == ("ledger", place + 1)


def test_a_receipt_of_a_package_names_its_round() -> None:
    """With another round than the one under way it is no receipt of the entry."""
    table = played()
    placed = [each for each in table.receipts[BRAVO] if str(each["ref"]).startswith("p")]
    assert len(placed) == 6
    report = verify(table.export(FULL), public_key=KEY, receipts=placed)
    assert report.passed
