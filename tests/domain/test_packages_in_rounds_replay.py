"""Forged entries of packages in sealed rounds: replay names them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import events as ev
from auctions.domain.formats.sealed_rounds import Stop
from auctions.ledger.replay import replay_all, replay_own
from tests.domain.forged import assert_named, steps_of
from tests.domain.packed_rounds_room import PackedRounds
from tests.domain.rounds_room import LATE


def played() -> PackedRounds:
    room = PackedRounds()
    room.bid("a", 500, 1)
    room.package("b", {1: 450, 2: 450})
    room.discount("b", percent="10", count=2)
    room.over()
    room.package("b", {1: 449, 2: 450})
    room.package("b", {1: 400, 3: 400}, 2)
    room.discount("b", percent="5", count=2)
    room.over()
    room.bid("a", 400, 1)
    room.over()
    return room


FORGERIES: dict[str, tuple[type[Any], int, Any]] = {
    "a package dearer than sealed": (
        ev.PackageOpened, 0,
        lambda e: replace(e, prices=(replace(e.prices[0], amount=Decimal(999)), e.prices[1])),
    ),
    "a package of a later round": (ev.PackageOpened, 1, lambda e: replace(e, total=e.total + 1)),
    "a rejection for another reason": (
        ev.PackageRejected, 0, lambda e: replace(e, reason="malformed"),
    ),
    "a discount not rejected": (
        ev.PackageRejected, 1,
        lambda e: ev.DiscountOpened(e.seat, e.offer, Decimal(5), (), 2, Decimal(0)),
    ),
    "a package not rejected": (
        ev.PackageRejected, 0,
        lambda e: ev.PackageOpened(
            e.seat, 1, e.offer,
            (ev.LotPrice(1, Decimal("449.00")), ev.LotPrice(2, Decimal("450.00"))),
            Decimal("8990.00"),
        ),
    ),
    "another choice": (ev.ChoiceFound, 0, lambda e: replace(e, total=e.total - 1)),
    "a choice that is no better": (ev.ChoiceFound, 1, lambda e: replace(e, better=not e.better)),
    "a choice without a discount": (ev.ChoiceFound, 0, lambda e: replace(e, discounts=())),
    "an earlier end": (
        ev.SealedRoundScheduled, 3,
        lambda e: ev.RoundsStopped(e.lot, e.round - 1, Stop.TOO_FEW.value),
    ),
    "another cause": (ev.RoundsStopped, 1, lambda e: replace(e, cause=Stop.UNIMPROVED.value)),
    "another allocation": (
        ev.LotsAllocated, 0,
        lambda e: replace(e, lots=(replace(e.lots[0], seat="a", package=None), *e.lots[1:])),
    ),
    "another winner": (ev.LotClosed, 0, lambda e: replace(e, seat="a")),
}  # fmt: skip
OWN = {"a package dearer than sealed", "a package of a later round",
       "a rejection for another reason", "a discount not rejected",
       "a package not rejected"}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_entry_is_named(name: str) -> None:
    kind, which, forge = FORGERIES[name]
    room = played()
    steps = steps_of(room, LATE)
    replay_all(steps, {})
    replay_own(steps, "b")
    assert_named(room, kind, forge, which, "b" if name in OWN else None, LATE)
