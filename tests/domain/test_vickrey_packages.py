"""Packages in a Vickrey auction: who wins is as ever, what is paid follows from the others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import events as ev
from auctions.domain.award_rule import award_rule
from auctions.domain.codec import to_body
from auctions.domain.commands import OpenedReserve
from auctions.domain.rules.packages import bound
from auctions.domain.terms import PackageTerms, reserve_commitment
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel.clock import moment_to_wire
from tests.domain.forged import assert_named
from tests.domain.packages_room import PackedRoom, packed, second_price
from tests.domain.room import SALT, lot
from tests.domain.test_currencies import USD
from tests.domain.test_sealed import LATER

Offers = dict[str, dict[int, str]]


def room_of(singles: Offers, packages: Offers, count: int = 3, **fields: Any) -> PackedRoom:
    """Each seat's offers for single lots, and one package a seat."""
    room = PackedRoom(second_price(count, **fields))
    for seat, prices in singles.items():
        for number, price in prices.items():
            room.offer(seat, price, lot=number)
    for seat, prices in packages.items():
        room.package(seat, prices)
    return room


def allocated(room: PackedRoom) -> ev.LotsAllocated:
    (found,) = room.found(ev.LotsAllocated)
    assert isinstance(found, ev.LotsAllocated)
    return found


def test_a_package_is_paid_what_the_others_would_have_asked_for_its_lots():
    room = room_of({"a": {1: "50", 2: "60", 3: "70"}}, {"b": {1: "55", 2: "45"}})
    # Without b the two lots cost 500 + 600; it asked 550 + 450. Limits are 1000: each unit price
    # is raised by 100 of the 19000 between the price asked and the limits.
    assert room.results() == {
        1: ("b", Decimal("59.97")), 2: ("b", Decimal("50.02")), 3: ("a", Decimal("1000.00")),
    }  # fmt: skip
    found = allocated(room)
    assert [(each.amount, each.paid) for each in found.lots] == [
        (Decimal("55.00"), Decimal("59.97")),
        (Decimal("45.00"), Decimal("50.02")),
        (Decimal("70.00"), Decimal("1000.00")),
    ]
    assert found.payments == (
        ev.LotsPaid("b", (1, 2), Decimal(1000), Decimal(1100)),
        ev.LotsPaid("a", (3,), Decimal(700), Decimal(10_000)),
    )
    assert (found.total, found.paid) == (Decimal("1700.00"), Decimal("11099.90"))
    assert (found.single_lots, found.single_total) == (3, Decimal("1800.00"))
    room.replayed()


def test_lots_that_a_package_ties_are_paid_together_also_where_offers_for_one_lot_win():
    room = room_of({"a": {1: "50"}, "c": {2: "30"}}, {"b": {1: "50", 2: "50"}}, 2)
    # Without a, b serves both lots for 1000; c's part is 300. Without c, a's part is 500.
    assert room.results() == {1: ("a", Decimal("70.00")), 2: ("c", Decimal("50.00"))}
    room.replayed()


def test_where_nobody_else_serves_the_lots_the_limits_count():
    reserve = reserve_commitment(bytes.fromhex(SALT), "80.00")
    lots = (lot(1, reserve_commitment=reserve), lot(2, ceiling=Decimal(200)))
    room = room_of({"a": {1: "1"}}, {"b": {1: "70", 2: "90"}}, lots=lots)
    room.reserves = (OpenedReserve(1, SALT, Decimal("80.00")),)
    # Its package is the only choice that serves both lots, whatever it asks within the limits.
    assert room.results() == {1: ("b", Decimal("80.00")), 2: ("b", Decimal("200.00"))}
    room.replayed()


def test_a_payment_never_exceeds_the_limits_of_the_lots_won():
    room = room_of({"a": {1: "1"}, "c": {2: "1"}}, {"b": {1: "900", 2: "900"}}, 2)
    # Without a the best choice is b's package for 18000, or the buyer at 10000 beside c.
    assert room.results() == {1: ("a", Decimal("1000.00")), 2: ("c", Decimal("1000.00"))}


def test_without_a_limit_and_without_another_its_own_price_is_paid():
    lots = tuple(lot(number, ceiling=None) for number in (1, 2, 3))
    room = room_of({"a": {3: "40"}, "c": {1: "90", 2: "80"}}, {"b": {1: "55", 2: "45"}}, lots=lots)
    # Nobody else offers lot 3. Lots 1 and 2 are raised by the same factor, 1700 / 1000.
    assert room.results() == {
        1: ("b", Decimal("93.50")), 2: ("b", Decimal("76.50")), 3: ("a", Decimal("40.00")),
    }  # fmt: skip
    room.replayed()


def test_beside_a_lot_without_a_limit_the_others_are_raised_to_theirs_at_most():
    lots = (lot(1, ceiling=None), lot(2, ceiling=Decimal(50)))
    room = room_of({"a": {1: "100", 2: "50"}}, {"b": {1: "50", 2: "40"}}, lots=lots)
    # 1500 for 900 asked: lot 2 would be paid 66.67 and stops at 50, the rest is lot 1's.
    assert room.results() == {1: ("b", Decimal("100.00")), 2: ("b", Decimal("50.00"))}


def test_its_own_cost_is_that_after_its_discount():
    room = room_of({"a": {1: "50", 2: "50"}, "b": {1: "52", 2: "52"}}, {}, 2)
    room.discount("b", percent="10", count=2)
    # b asks 468 + 468 after 10 percent, and is paid 500 + 500.
    assert room.results() == {1: ("b", Decimal("50.00")), 2: ("b", Decimal("50.00"))}
    found = allocated(room)
    assert found.discounts == ("b",)
    assert found.payments == (ev.LotsPaid("b", (1, 2), Decimal(936), Decimal(1000)),)
    room.replayed()


def test_a_lone_winner_without_limits_is_paid_what_it_asks_after_its_discount():
    room = room_of({"b": {1: "50"}}, {}, lots=tuple(lot(n, ceiling=None) for n in (1, 2)))
    room.discount("b", percent="10", count=1)
    assert room.results()[1] == ("b", Decimal("45.00"))
    room.replayed()


def test_equal_choices_are_paid_what_both_asked():
    room = room_of({}, {"a": {1: "50", 2: "50"}, "b": {1: "50", 2: "50"}}, 2)
    assert room.results() == {1: ("a", Decimal("50.00")), 2: ("a", Decimal("50.00"))}


def test_a_lots_price_rests_on_those_paid_together_with_it_and_on_no_other():
    room = room_of({"a": {1: "50", 2: "40", 3: "70"}}, {"b": {1: "55", 2: "45"}})
    assert {seat for seat, _ in room.results().values()} == {"a"}  # by three offers for one lot
    assert {number: bound(room.state, number) for number in (1, 2, 3)} == {
        1: {2}, 2: {1}, 3: frozenset(),
    }  # fmt: skip


@pytest.mark.parametrize(
    "forge",
    [
        lambda e: replace(e, paid=e.paid - 1),
        lambda e: replace(e, payments=None),
        lambda e: replace(e, payments=e.payments[:-1]),
        lambda e: replace(
            e, payments=(replace(e.payments[0], paid=e.payments[0].paid + 1), *e.payments[1:])
        ),
        lambda e: replace(
            e, payments=(replace(e.payments[0], asked=e.payments[0].asked - 1), *e.payments[1:])
        ),
        lambda e: replace(e, lots=(replace(e.lots[0], paid=e.lots[0].paid + 1), *e.lots[1:])),
        lambda e: replace(e, lots=(replace(e.lots[0], paid=None), *e.lots[1:])),
        lambda e: replace(e, lots=(replace(e.lots[0], amount=e.lots[0].paid), *e.lots[1:])),
    ],
)
def test_a_forged_payment_is_named_by_replay(forge: Any):
    room = room_of({"a": {1: "50", 2: "60", 3: "70"}}, {"b": {1: "55", 2: "45"}})
    room.results()
    assert_named(room, ev.LotsAllocated, forge)


def test_a_lot_closed_at_the_price_asked_is_named_by_replay():
    room = room_of({"a": {1: "50", 2: "60", 3: "70"}}, {"b": {1: "55", 2: "45"}})
    room.results()
    assert_named(room, ev.LotClosed, lambda e: replace(e, amount=Decimal("55.00")))


def test_what_is_paid_is_told_to_whom_the_allocation_is():
    room = room_of({"a": {1: "50", 2: "60"}}, {"b": {1: "55", 2: "45"}}, 2)
    room.results()
    found = allocated(room)
    assert event_view(room.state, room.state, found, Viewer(Role.SUPPLIER, "a")) is None
    body = event_view(room.state, room.state, found, Viewer(Role.BUYER))
    assert body["payments"][0] == {"seat": "b", "lots": [1, 2], "asked": "1000", "paid": "1100"}
    part = standing(room.state, Viewer(Role.BUYER)).lots[0].packages
    assert (part.total, part.paid) == (Decimal("1000.00"), Decimal("1099.90"))
    assert part.asked == Decimal("55.00")
    mine = standing(room.state, Viewer(Role.SUPPLIER, "b")).lots[0]
    assert (mine.packages.asked, mine.price) == (Decimal("55.00"), Decimal("59.97"))
    assert (mine.packages.total, mine.packages.paid) == (None, None)
    theirs = standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0]
    assert (theirs.packages.asked, theirs.price) == (None, None)


def test_the_entry_of_a_first_price_auction_is_what_it_was():
    room = PackedRoom()
    room.package("b", {1: "55", 2: "45"})
    room.results()
    body = to_body(allocated(room))
    assert body == {
        "at": moment_to_wire(LATER),
        "discounts": [],
        "lots": [
            {"lot": 1, "seat": "b", "amount": "55.00", "offer": 13, "package": 1},
            {"lot": 2, "seat": "b", "amount": "45.00", "offer": 13, "package": 1},
        ],
        "single_lots": 0,
        "single_total": "0",
        "total": "1000.00",
    }
    assert bound(room.state, 1) == {2}


def test_the_state_survives_a_snapshot():
    room = room_of({"a": {1: "50", 2: "60"}}, {"b": {1: "55", 2: "45"}}, 2)
    room.results()
    assert state_from_text(state_to_text(room.state)) == room.state


def test_terms_are_sound_up_to_the_lots_for_which_payments_are_found_at_once():
    for count, discounts, field in ((12, False, ""), (8, True, ""), (9, True, "packages")):
        given = second_price(count, packages=PackageTerms(discounts=discounts))
        assert [problem.field for problem in check_terms(given)] == ([field] if field else [])
    assert [each.field for each in check_terms(second_price(currencies=(USD,)))] == ["currencies"]
    assert [each.field for each in check_terms(second_price(vat_rates=(Decimal(20),)))] == [
        "vat_rates"
    ]


def test_the_rule_for_the_award_names_the_payment_and_that_of_first_price_stays():
    assert "is paid in all what the best choice costs with the buyer" in award_rule(second_price())
    assert "others' offers in the choice cost, after discounts;" in award_rule(second_price())
    plain = second_price(packages=PackageTerms())
    assert "discounts" not in award_rule(plain)
    assert award_rule(packed(packages=PackageTerms())) == (
        "Lots go to those offers and packages, no two for one lot, that together serve the most"
        " lots; of such choices the one that costs the least; of equal ones the one with the"
        " earlier entry on lot 1, then on lot 2 and so on; each winner pays its own price."
    )
