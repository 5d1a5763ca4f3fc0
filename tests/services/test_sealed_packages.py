"""Packages through the services: sealed, opened with the offers, proven, and told to whom."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.rules.packages import purpose
from auctions.domain.state import LotPhase
from auctions.domain.terms import Disclosure, Format, PackageTerms
from auctions.domain.terms_rules import TIED
from auctions.realtime.snapshots import snapshot_for
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services.policies import place_of
from auctions.services.verifying import export_for, verification_for
from kernel import sealing
from kernel.clock import utc_now
from tests.domain.room import lot
from tests.rooms import Room, Supplier
from tests.services.test_sealed_offers import (
    AUDITOR,
    decided,
    offer,
    past_the_deadline,
    sealed_room,
    with_keys,
)
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
SECRET_PRICE = "743.19"


def packed_room(**changes: Any) -> Room:
    """Three lots, two suppliers, packages and discounts."""
    lots = tuple(lot(number) for number in (1, 2, 3))
    return sealed_room(**{"lots": lots, "packages": PackageTerms(discounts=True), **changes})


def seal(room: Room, by: Supplier, content: dict[str, Any], number: int = 1) -> Any:
    keys = load(room.id).sealing
    assert keys is not None
    envelope = sealing.seal(
        bytes.fromhex(keys.auditor),
        bytes.fromhex(keys.office),
        purpose(by.seat, number),
        json.dumps(content).encode(),
        sealing.LONG_TEXT_BYTES,
    )
    return decided(room, cmd.PlaceSealedPackage(by.seat, number, envelope.hex(), room.ref()), by)


def package(room: Room, by: Supplier, prices: dict[int, str], number: int = 1) -> Any:
    return seal(room, by, {"prices": prices}, number)


def opened(room: Room, keeper: Supplier) -> None:
    past_the_deadline(room)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def seen(room: Room, by: Supplier) -> Any:
    return snapshot_for(place_of(by.actor, room.id), utc_now()).lots


@pytest.mark.parametrize("kind", sorted(TIED - {Format.SEALED_ROUNDS}))
def test_nothing_kept_tells_lots_or_prices_of_a_package_before_the_opening(kind: Format) -> None:
    room = packed_room(format=kind)
    keeper = with_keys(room)
    answer = package(room, room.suppliers[0], {2: SECRET_PRICE, 3: "5"})
    past_the_deadline(room)
    kept = everything_kept() + repr(answer)
    assert "sealed_package_placed" in kept
    assert SECRET_PRICE not in kept
    assert '"prices"' not in kept
    for each in (room.buyer, *room.suppliers):
        assert SECRET_PRICE not in repr(seen(room, each))
    assert [each.packages.own for each in seen(room, room.suppliers[1])] == [[], [], []]
    assert seen(room, room.buyer)[0].packages.sealed == 1
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    assert SECRET_PRICE in everything_kept()


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_the_allocation_is_proven_to_everybody_as_far_as_the_terms_go(disclosure: str) -> None:
    room = packed_room(disclosure=disclosure)
    keeper = with_keys(room)
    one, other = room.suppliers
    offer(room, one, "800")
    package(room, one, {2: "700", 3: "700"})
    seal(room, one, {"percent": "2.5", "count": 3}, 0)
    package(room, other, {1: "790", 2: "690"})
    opened(room, keeper)
    state = load(room.id)
    assert {each.phase for each in state.lots.values()} == {LotPhase.CLOSED}
    assert {each.winner for each in state.lots.values()} == {one.seat}
    assert state.lots[1].price == Decimal("780.00")
    for each in (room.buyer, one, other):
        found = verification_for(each.actor, place_of(each.actor, room.id))
        assert found.report.passed, found.report
    theirs = export_for(other.actor, place_of(other.actor, room.id)).decode()
    assert ("lots_allocated" in theirs) is (disclosure == Disclosure.PUBLIC)
    assert ("682.50" in theirs) is (disclosure == Disclosure.PUBLIC)


def test_after_the_opening_each_sees_its_own_and_the_buyer_all() -> None:
    room = packed_room()
    keeper = with_keys(room)
    one, other = room.suppliers
    package(room, one, {1: "10", 2: "10"})
    package(room, other, {2: "20", 3: "20"})
    offer(room, other, "50")
    opened(room, keeper)

    mine = seen(room, other)
    assert [each.packages.by_package for each in mine] == [False, True, True]
    assert [each.packages.won_by for each in mine] == [None, 1, 1]
    assert {each.seat for each in mine[0].packages.opened} == {other.seat}
    assert mine[0].packages.total is None
    theirs = seen(room, one)
    assert [each.packages.by_package for each in theirs] == [False, True, True]
    assert [each.packages.won_by for each in theirs] == [None, None, None]
    assert {each.seat for each in theirs[0].packages.opened} == {one.seat}
    buyer = seen(room, room.buyer)[0].packages
    assert {each.seat for each in buyer.opened} == {one.seat, other.seat}
    assert (buyer.total, buyer.single_lots, buyer.single_total) == ("900.00", 1, "500.00")


def test_a_package_counts_among_the_offers_of_the_opening() -> None:
    room = packed_room()
    with_keys(room)
    offer(room, room.suppliers[0], "50")
    package(room, room.suppliers[1], {1: "10", 2: "10"})
    past_the_deadline(room)
    assert service.progress(actor=room.buyer.actor, auction_id=room.id).offers == 2


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_in_a_vickrey_auction_the_winner_is_told_what_it_is_paid_and_nobody_else_what_it_asked(
    disclosure: str,
) -> None:
    room = packed_room(format=Format.VICKREY, disclosure=disclosure)
    keeper = with_keys(room)
    one, other = room.suppliers
    offer(room, one, "800")
    package(room, one, {2: "700", 3: "700"})
    package(room, other, {2: "720.77", 3: "720"})
    opened(room, keeper)
    public = disclosure == Disclosure.PUBLIC
    # 7000 + 7000 asked, 7207.70 + 7200 without; lot 1 has nobody else.
    mine = [(each.own.won, each.price, each.packages.asked) for each in seen(room, one)]
    assert mine == [
        (True, "1000.00", "800.00"), (True, "720.38", "700.00"), (True, "720.38", "700.00"),
    ]  # fmt: skip
    theirs = seen(room, other)
    assert [each.packages.asked for each in theirs] == [None, None, None]
    assert [each.price for each in theirs] == (
        ["1000.00", "720.38", "720.38"] if public else [None, None, None]
    )
    assert theirs[0].packages.paid == ("24407.60" if public else None)
    buyer = seen(room, room.buyer)
    assert (buyer[0].packages.total, buyer[0].packages.paid) == ("22000.00", "24407.60")
    assert [each.packages.asked for each in buyer] == ["800.00", "700.00", "700.00"]
    for each in (room.buyer, one, other):
        found = verification_for(each.actor, place_of(each.actor, room.id))
        assert found.report.passed, found.report


def test_in_a_vickrey_auction_without_packages_the_winner_is_told_what_it_is_paid() -> None:
    room = sealed_room(format=Format.VICKREY)
    keeper = with_keys(room)
    one, other = room.suppliers
    offer(room, one, "800")
    offer(room, other, "812.50")
    opened(room, keeper)
    (mine,), (theirs,) = seen(room, one), seen(room, other)
    assert (mine.own.won, mine.own.best, mine.price) == (True, "800.00", "812.50")
    assert (theirs.own.won, theirs.own.best, theirs.price) == (False, "812.50", None)
