"""Discounts on a condition beside packages: when they hold, how they round, what is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import events as ev
from tests.domain.packages_room import PackedRoom, packed


@pytest.mark.parametrize(
    "condition", [{"lots": [1, 3]}, {"count": 2}, {"sum": "1000.00"}, {"count": 2, "lots": [3]}]
)
def test_a_discount_holds_on_its_condition(condition: dict[str, Any]):
    room = PackedRoom()
    for number in (1, 3):
        room.offer("a", "50", lot=number)
        room.offer("b", "49", lot=number)
    room.discount("a", percent="10", **condition)
    assert room.results()[1] == ("a", Decimal("45.00"))
    assert room.state.lots[3].price == Decimal("45.00")
    (found,) = room.found(ev.LotsAllocated)
    assert found.discounts == ("a",)
    room.replayed()


@pytest.mark.parametrize("condition", [{"lots": [1, 2]}, {"count": 3}, {"sum": "1000.01"}])
def test_without_its_condition_there_is_no_discount(condition: dict[str, Any]):
    room = PackedRoom()
    for number in (1, 3):
        room.offer("a", "50", lot=number)
        room.offer("b", "51", lot=number)
    room.discount("a", percent="10", **condition)
    assert room.results()[1] == ("a", Decimal("50.00"))


def test_a_dearer_offer_may_win_because_it_reaches_the_sum():
    room = PackedRoom(packed(2))
    room.package("a", {1: "40", 2: "40"})
    room.offer("a", "50", lot=1)
    room.offer("a", "50", lot=2)
    room.discount("a", percent="30", sum="1000")
    assert room.results() == {1: ("a", Decimal("35.00")), 2: ("a", Decimal("35.00"))}


def test_a_discounted_price_is_rounded_up_so_that_never_more_is_given():
    room = PackedRoom(packed(2))
    room.offer("a", "0.01", lot=1)
    room.offer("a", "9.99", lot=2)
    room.discount("a", percent="50", count=1)
    assert room.results() == {1: ("a", Decimal("0.01")), 2: ("a", Decimal("5.00"))}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"percent":"10"}', "malformed"),
        ('{"percent":"0","count":1}', "malformed"),
        ('{"percent":"100","count":1}', "malformed"),
        ('{"percent":10,"count":1}', "malformed"),
        ('{"percent":"10","count":true}', "malformed"),
        ('{"percent":"10","count":-1}', "malformed"),
        ('{"percent":"10","count":4}', "package_lots"),
        ('{"percent":"10","lots":[1,1]}', "package_lots"),
        ('{"percent":"10","lots":[7]}', "package_lots"),
        ('{"percent":"10","lots":[[]]}', "malformed"),
        ('{"percent":"10","lots":"1"}', "malformed"),
        ('{"percent":"10","sum":"-5"}', "malformed"),
        ('{"prices":{"1":"10","2":"10"}}', "malformed"),
    ],
)
def test_what_is_no_discount_is_rejected(text: str, reason: str):
    room = PackedRoom()
    room.text("a", text, number=0)
    room.offer("a", "20", lot=1)
    assert room.results()[1] == ("a", Decimal("20.00"))
    (rejected,) = room.found(ev.PackageRejected)
    assert (rejected.package, rejected.reason) == (0, reason)
    room.replayed()
