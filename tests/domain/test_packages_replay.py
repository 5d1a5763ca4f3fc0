"""Forged entries of packages and of their allocation: replay names them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import events as ev
from tests.domain.forged import assert_named
from tests.domain.packages_room import PackedRoom


@pytest.mark.parametrize(
    "forge",
    [
        lambda e: replace(e, total=e.total - 1),
        lambda e: replace(e, single_total=e.single_total + 1),
        lambda e: replace(e, discounts=("a",)),
        lambda e: replace(e, lots=e.lots[:-1]),
        lambda e: replace(e, lots=(replace(e.lots[0], seat="a"), *e.lots[1:])),
        lambda e: replace(e, lots=(replace(e.lots[0], amount=e.lots[0].amount + 1), *e.lots[1:])),
    ],
)
def test_a_forged_allocation_is_named_by_replay(forge: Any):
    room = PackedRoom()
    room.offer("a", "20", lot=1)
    room.package("b", {1: "10", 2: "10"})
    room.results()
    assert_named(room, ev.LotsAllocated, forge)


def test_a_package_opened_otherwise_than_sealed_is_named_by_both_replays():
    room = PackedRoom()
    room.package("b", {1: "10", 2: "10"})
    room.results()

    def forge(event: ev.PackageOpened) -> ev.PackageOpened:
        first, second = event.prices
        return replace(event, prices=(replace(first, amount=Decimal(9)), second))

    assert_named(room, ev.PackageOpened, forge, own="b")
