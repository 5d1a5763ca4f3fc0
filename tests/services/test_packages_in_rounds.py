"""Packages in sealed rounds through the services: sealed, opened round by round, proven, told."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from auctions.domain import commands as cmd
from auctions.domain.formats import sealed
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.rules import packages as rule
from auctions.domain.state import Phase
from auctions.domain.terms import (
    Disclosure,
    Feedback,
    Format,
    PackageTerms,
    SealedRoundsTerms,
    SoftClose,
)
from auctions.pages.packages import packages_opened
from auctions.realtime.snapshots import snapshot_for
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services.own_bids import workbook
from auctions.services.own_packages import own_packages
from auctions.services.policies import place_of
from auctions.services.verifying import export_for, verification_for
from kernel import sealing
from kernel.clock import utc_now
from tests.domain.room import lot
from tests.made_up_time import decided_at
from tests.rooms import Room, Supplier, open_room
from tests.services.test_sealed_offers import decided
from tests.services.test_sealed_round_offers import AUDITOR, due_now, opened, with_keys
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
SECRET_PRICE = "743.19"


def packed_rounds_room(own: dict[str, Any] | None = None, **changes: Any) -> Room:
    """Three lots, two suppliers, three rounds of which the first one is under way."""
    rounds = {"stop_unimproved": False, "least_active": 0, **(own or {})}
    terms = {
        "lots": tuple(lot(number) for number in (1, 2, 3)),
        "packages": PackageTerms(discounts=True),
        "feedback": Feedback(rank=True),
        **changes,
    }
    room = open_room(
        2,
        format=Format.SEALED_ROUNDS,
        sealed_rounds=SealedRoundsTerms(
            length=timedelta(minutes=10), pause=timedelta(minutes=1), **rounds
        ),
        starts_at=utc_now() - timedelta(minutes=1),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        **terms,
    )
    for each in room.suppliers:
        decided(room, cmd.AcceptTerms(each.seat, 1, room.terms.digest(), room.ref()), each)
    return room


def seal(room: Room, purpose: bytes, content: dict[str, Any], size: int) -> tuple[str, int]:
    """An envelope to the keys of the round under way, and that round."""
    keys = load(room.id).sealing
    assert keys is not None
    both = bytes.fromhex(keys.auditor), bytes.fromhex(keys.office)
    return sealing.seal(*both, purpose, json.dumps(content).encode(), size).hex(), keys.round


def placed(room: Room, command: Any) -> Any:
    begins = load(room.id).lots[1].starts_at
    assert begins is not None
    # Later rounds begin in the real future; each entry follows the one before.
    after = timedelta(seconds=1, microseconds=load(room.id).seq)
    return decided_at(room.id, command, begins + after)


def offer(room: Room, by: Supplier, number: int, amount: str) -> Any:
    purpose = sealed.purpose(by.seat, number)
    made, of = seal(room, purpose, {"amount": amount}, sealing.TEXT_BYTES)
    return placed(room, cmd.PlaceSealedOffer(by.seat, number, made, room.ref(), of))


def package(room: Room, by: Supplier, prices: dict[int, str], number: int = 1) -> Any:
    content = {"prices": {str(each): price for each, price in prices.items()}}
    return sealed_text(room, by, number, content)


def sealed_text(room: Room, by: Supplier, number: int, content: dict[str, Any]) -> Any:
    purpose = rule.purpose(by.seat, number)
    made, of = seal(room, purpose, content, sealing.LONG_TEXT_BYTES)
    return placed(room, cmd.PlaceSealedPackage(by.seat, number, made, room.ref(), of))


def seen(room: Room, by: Supplier) -> Any:
    """Of packages, what the first lot tells."""
    return snapshot_for(place_of(by.actor, room.id), utc_now()).lots[0].packages


def played(room: Room, keeper: Supplier) -> None:
    """One supplier offers each lot, the other a package that it lowers in round 2."""
    one, two = room.suppliers
    for number in (1, 2, 3):
        offer(room, one, number, "600")
    package(room, two, {1: "500", 2: "500"})
    sealed_text(room, two, 0, {"percent": "5", "count": 2})
    opened(room, keeper, 1)
    due_now(room)
    package(room, two, {1: "499.99", 2: "500"})
    package(room, two, {2: "700", 3: "700"}, 2)
    sealed_text(room, two, 0, {"percent": "4", "count": 2})
    opened(room, keeper, 2)
    due_now(room)
    package(room, two, {1: "450", 2: "450"})
    opened(room, keeper, 3)


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_rounds_with_packages_are_proven_to_everybody_as_far_as_the_terms_go(
    disclosure: str,
) -> None:
    room = packed_rounds_room(disclosure=disclosure)
    played(room, with_keys(room))
    one, two = room.suppliers
    state = load(room.id)
    assert state.phase is Phase.CLOSED
    assert [state.lots[n].winner for n in (1, 2, 3)] == [two.seat, two.seat, one.seat]
    assert [state.lots[n].price for n in (1, 2, 3)] == [
        Decimal("427.50"), Decimal("427.50"), Decimal("600.00"),
    ]  # fmt: skip
    assert {each.rounds.stop for each in state.lots.values() if each.rounds} == {Stop.LAST_ROUND}
    for each in (room.buyer, one, two):
        found = verification_for(each.actor, place_of(each.actor, room.id))
        assert found.report.passed, found.report
    theirs = export_for(one.actor, place_of(one.actor, room.id)).decode()
    public = disclosure == Disclosure.PUBLIC
    for kind in ("choice_found", "lots_allocated"):
        assert (kind in theirs) is public
    assert ("499.99" in theirs) is False  # it was rejected, and is never published in clear
    assert ("450.00" in theirs) is public


def test_nothing_kept_tells_what_a_package_holds_before_the_opening_of_its_own_round() -> None:
    room = packed_rounds_room()
    keeper = with_keys(room)
    one, other = room.suppliers
    offer(room, other, 3, "600")
    opened(room, keeper, 1)
    due_now(room)
    before = {each.seat: repr(seen(room, each)) for each in (other, room.buyer) if each.seat} | {
        "buyer": repr(seen(room, room.buyer))
    }
    answer = package(room, one, {2: SECRET_PRICE, 3: "5"})
    sealed_text(room, one, 0, {"percent": "93.71", "count": 2})
    kept = everything_kept() + repr(answer)
    assert "sealed_package_placed" in kept
    assert SECRET_PRICE not in kept
    assert "93.71" not in kept
    for each in (room.buyer, *room.suppliers):
        assert SECRET_PRICE not in repr(seen(room, each))
    # That it was sealed is told to nobody but its supplier.
    assert repr(seen(room, other)) == before[other.seat]
    assert repr(seen(room, room.buyer)) == before["buyer"]
    assert len(seen(room, one).own) == 2
    due_now(room)
    assert seen(room, room.buyer).sealed == 2
    assert repr(seen(room, other)) == before[other.seat]
    assert service.progress(actor=room.buyer.actor, auction_id=room.id).offers == 2
    opened_in(room, keeper, 2)
    assert SECRET_PRICE in everything_kept()
    assert service.progress(actor=room.buyer.actor, auction_id=room.id).offers == 2
    assert repr(seen(room, other)) == before[other.seat]


def opened_in(room: Room, keeper: Supplier, number: int) -> None:
    """The opening alone, where the deadline passed already."""
    key = AUDITOR[number - 1]
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=key.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def test_after_each_opening_each_sees_its_own_and_the_buyer_all() -> None:
    room = packed_rounds_room()
    keeper = with_keys(room)
    one, two = room.suppliers
    for number in (1, 2, 3):
        offer(room, one, number, "600")
    package(room, one, {1: "599", 2: "599"})
    package(room, two, {1: "500", 2: "500"})
    package(room, two, {1: "500", 2: "500", 3: "1000.01"}, 2)
    opened(room, keeper, 1)

    mine = seen(room, two)
    assert [(each.package, each.rejected) for each in mine.rounds.read] == [
        (1, ""), (2, "auction.above_ceiling"),
    ]  # fmt: skip
    assert [(each.seat, each.package) for each in mine.rounds.chosen] == [(two.seat, 1)]
    assert [(each.package, each.most) for each in mine.rounds.most] == [(1, "9950")]
    assert (mine.rounds.lots, mine.rounds.total, mine.own) == (None, None, [])
    theirs = seen(room, one)
    assert {each.seat for each in theirs.opened} == {one.seat}
    assert theirs.rounds.chosen == []
    assert two.seat not in repr(theirs)
    buyer = seen(room, room.buyer)
    assert {each.seat for each in buyer.opened} == {one.seat, two.seat}
    assert [(each.seat, each.package) for each in buyer.rounds.chosen] == [(two.seat, 1)]
    assert (buyer.rounds.lots, buyer.rounds.total) == (3, "16000.00")
    page = packages_opened(place_of(room.buyer.actor, room.id), load(room.id))
    assert page is not None
    assert (page.choice_lots, page.choice_total) == (3, Decimal("16000.00"))
    assert sorted((row.round, row.word, row.won) for row in page.rows) == [
        (1, "in the best choice so far", True), (1, "rejected", False), (1, "stands", False),
    ]  # fmt: skip


def test_without_the_rank_nobody_is_told_whether_its_package_is_in_the_best_choice() -> None:
    room = packed_rounds_room(feedback=Feedback(rank=False, lead=False))
    keeper = with_keys(room)
    package(room, room.suppliers[1], {1: "500", 2: "500"})
    opened(room, keeper, 1)
    assert seen(room, room.suppliers[1]).rounds.chosen is None
    assert len(seen(room, room.buyer).rounds.chosen) == 1


def test_the_supplier_reads_what_became_of_each_package_in_each_round() -> None:
    room = packed_rounds_room()
    played(room, with_keys(room))
    two = room.suppliers[1]
    place = place_of(two.actor, room.id)
    found = own_packages(place)
    assert [(each.package, each.state, each.won) for each in found] == [
        (1, "accepted", False), (0, "accepted", True), (1, "refused", None),
        (2, "accepted", False), (0, "refused", None), (1, "accepted", True),
    ]  # fmt: skip
    assert [each.reason for each in found] == [
        "Replaced by your better one of a later round.",
        "The condition is met.",
        "In all it was not lower than your best for these lots by the steps of the lots.",
        "Not chosen: other offers together cost less.",
        "In some respect it was worse than your discount of an earlier round, or the same.",
        "Chosen.",
    ]
    sheet = load_workbook(BytesIO(workbook(place, ZoneInfo("UTC"))))["Packages"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        "package 1", "discount", "package 1", "package 2", "discount", "package 1",
    ]  # fmt: skip
    page = packages_opened(place_of(room.buyer.actor, room.id), load(room.id))
    assert page is not None
    assert page.choice_total is None
    assert [(row.round, row.what, row.word) for row in page.rows] == [
        (3, "package 1", "chosen"), (2, "package 1", "rejected"), (2, "package 2", "not chosen"),
        (2, "discount", "rejected"), (1, "package 1", "replaced"), (1, "discount", "holds"),
    ]  # fmt: skip
