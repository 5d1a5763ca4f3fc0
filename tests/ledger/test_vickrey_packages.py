"""The verifier derives the payments of a Vickrey auction with packages, and names a forged one."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Finding, Level
from auctions.ledger.verify import verify
from tests.domain.packages_room import PackedRoom, second_price
from tests.domain.room import minutes
from tests.domain.test_sealed import LATER
from tests.ledger.case import FULL, Table, signer
from tests.ledger.test_verify import relinked, resealed

Body = dict[str, Any]


@cache
def table(disclosure: Disclosure, awarded: tuple[str, ...] = ()) -> Table:
    """A package of lots 1 and 2 beats the offers for each; a discount holds on lot 3. ``awarded``:
    who gets lots 1, 2 and so on."""
    terms = second_price(platform_key=signer().key_id, disclosure=disclosure)
    room = PackedRoom(terms)
    for number, price in ((1, "50"), (2, "60"), (3, "70")):
        room.offer("a", price, lot=number)
    room.offer("c", "75", lot=3)
    room.package("b", {1: "55", 2: "45"})
    room.discount("a", percent="1", lots=[3])
    room.results()
    for number, seat in enumerate(awarded, 1):
        lot = room.state.lots[number]
        price = lot.price if seat == lot.winner else Decimal("60.00")
        room.do(cmd.RecordAward(number, seat, price, "", f"w{number}"), LATER + minutes(1))
    made = Table(signer())
    made.now = LATER + minutes(2)
    made.happen(room.events)
    made.check(made.now)
    return made


def failures(raw: bytes) -> list[Finding]:
    report = verify(raw, public_key=signer().public_key)
    return [each for each in report.findings if each.level is Level.FAILED]


@pytest.mark.parametrize("disclosure", Disclosure)
def test_every_export_is_verified(disclosure: Disclosure) -> None:
    made = table(disclosure)
    prices = [(lot.winner, lot.price) for lot in made.state.lots.values()]
    assert prices == [("b", Decimal("59.42")), ("b", Decimal("49.47")), ("a", Decimal("75.00"))]
    public = [Viewer(Scope.PUBLIC)] if disclosure is Disclosure.PUBLIC else []
    for viewer in (FULL, *public, *(Viewer(Scope.PARTICIPANT, seat) for seat in "abc")):
        raw = made.export(viewer)
        assert failures(raw) == []
        told = viewer is FULL or disclosure is Disclosure.PUBLIC
        assert (b'"payments"' in raw) is told


def lower_payment(body: Body) -> None:
    body["payments"][0]["paid"] = "1050"


def no_payments(body: Body) -> None:
    del body["payments"]


def first_price(body: Body) -> None:
    """Everybody is paid what it asked: an entry as that of another format."""
    del body["payments"], body["paid"]
    for each in body["lots"]:
        del each["paid"]


def shared_otherwise(body: Body) -> None:
    """The sum is right, the unit prices are not."""
    body["lots"][0]["paid"], body["lots"][1]["paid"] = "58.42", "50.47"


def other_asked(body: Body) -> None:
    body["lots"][0]["amount"] = "54.00"


def other_total(body: Body) -> None:
    body["paid"] = "1.00"


@pytest.mark.parametrize(
    "forge", [lower_payment, no_payments, first_price, shared_otherwise, other_asked, other_total]
)
def test_a_forged_payment_is_named_though_all_is_signed_anew(forge: Callable[[Body], None]) -> None:
    place, document = _entry("lots_allocated")
    forge(document["entries"][place]["body"])
    found = failures(resealed(relinked(document)))
    assert found
    assert found[0].seq == place + 1


def test_a_lot_closed_at_another_price_than_paid_is_named() -> None:
    place, document = _entry("lot_closed")
    document["entries"][place]["body"]["amount"] = "55.00"  # as asked
    found = failures(resealed(relinked(document)))
    assert found
    assert found[0].seq == place + 1


def _entry(kind: str) -> tuple[int, Any]:
    """The first entry of a kind, in a whole export without checkpoints."""
    document = json.loads(table(Disclosure.BUYER).export()) | {"checkpoints": []}
    kinds = [entry["kind"] for entry in document["entries"]]
    return kinds.index(kind), document


def test_a_lot_paid_together_with_one_that_went_elsewhere_needs_a_reason() -> None:
    assert failures(table(Disclosure.BUYER, ("b", "b", "a")).export()) == []
    found = failures(table(Disclosure.BUYER, ("a", "b", "a")).export())
    assert [each.text.split(":")[1].strip()[:19] for each in found] == [
        "the award of lot 1 ", "the award of lot 2 ",
    ]  # fmt: skip
