"""Packages: all or nothing, sealed, found with the offers for one lot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import refusals
from auctions.domain.award_rule import award_rule
from auctions.domain.commands import Officer, OpenedReserve
from auctions.domain.rules import packages
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import (
    BuyerExtension,
    Format,
    PackageTerms,
    Withdrawal,
    reserve_commitment,
    terms_from_document,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_rules import TIED
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.packages_room import PackedRoom, envelope, packed
from tests.domain.room import SALT, START, US, Room, lot, minutes, terms
from tests.domain.test_currencies import USD
from tests.domain.test_sealed import END, of
from tests.domain.test_sealed import envelope as sealed_offer

OF_ONE_ROUND = sorted(TIED - {Format.SEALED_ROUNDS})  # those in test_packages_in_rounds.py


def test_a_package_wins_where_it_costs_less_than_the_offers_for_each_lot():
    room = PackedRoom()
    for number, price in ((1, "50"), (2, "60"), (3, "70")):
        room.offer("a", price, lot=number)
    room.package("b", {1: "55", 2: "50"})
    assert room.results() == {
        1: ("b", Decimal("55.00")), 2: ("b", Decimal("50.00")), 3: ("a", Decimal("70.00")),
    }  # fmt: skip
    (found,) = room.found(ev.LotsAllocated)
    assert (found.total, found.single_lots, found.single_total) == (
        Decimal("1750.00"), 3, Decimal("1800.00"),
    )  # fmt: skip
    assert [(each.lot, each.seat, each.package) for each in found.lots] == [
        (1, "b", 1), (2, "b", 1), (3, "a", None),
    ]  # fmt: skip
    assert room.state.phase is Phase.CLOSED
    room.replayed()


def test_a_package_loses_as_a_whole():
    room = PackedRoom()
    for number, price in ((1, "50"), (2, "60")):
        room.offer("a", price, lot=number)
    room.package("b", {1: "20", 2: "95"})
    assert [seat for seat, _ in room.results().values()] == ["a", "a", None]


def test_of_two_packages_of_one_number_only_the_winners_won():
    room = PackedRoom()
    room.package("a", {1: "50", 2: "50"})
    room.package("b", {1: "40", 2: "40"})
    room.discount("a", percent="10", count=1)
    room.discount("b", percent="10", count=2)
    room.results()
    assert [packages.won(room.state, seat, 1) for seat in ("a", "b")] == [False, True]
    assert [packages.won(room.state, seat, 0) for seat in ("a", "b")] == [False, True]
    assert not packages.won(room.state, "b", 2)


def test_costs_are_compared_unrounded():
    # Both lot totals round to 1: the lower price wins all the same, though sealed later.
    lots = tuple(lot(number, quantity=Decimal("0.1"), scale=0) for number in (1, 2))
    room = PackedRoom(packed(lots=lots))
    room.offer("a", "14", lot=1)
    room.offer("b", "6", lot=1)
    assert room.results()[1] == ("b", Decimal(6))


def test_a_small_discount_on_a_small_price_is_not_a_large_one():
    lots = tuple(lot(number, scale=0) for number in (1, 2))
    room = PackedRoom(packed(lots=lots))
    room.offer("a", "2", lot=1)
    room.discount("a", percent="1", count=1)
    assert room.results()[1] == ("a", Decimal(2))


def test_more_lots_come_before_less_money():
    room = PackedRoom()
    room.offer("a", "1", lot=1)
    room.package("b", {1: "900", 2: "900", 3: "900"})
    assert {seat for seat, _ in room.results().values()} == {"b"}


def test_a_lot_that_no_chosen_offer_covers_stays_without_a_winner():
    room = PackedRoom()
    room.package("a", {1: "50", 2: "50"})
    room.package("b", {2: "10", 3: "10"})
    assert room.results() == {
        1: (None, None), 2: ("b", Decimal("10.00")), 3: ("b", Decimal("10.00")),
    }  # fmt: skip
    assert room.state.lots[1].outcome is ev.LotOutcome.NO_BID
    assert room.state.outcome is ev.AuctionOutcome.CLOSED
    room.replayed()


def test_of_equal_choices_the_offer_sealed_first_on_the_first_lot_wins():
    for first, second in ("ab", "ba"):
        room = PackedRoom()
        room.package(first, {1: "50", 2: "50"})
        room.package(second, {1: "40", 2: "60"})
        assert room.results()[1][0] == first


def test_one_supplier_may_win_by_two_packages_and_an_offer():
    room = PackedRoom(packed(5))
    room.package("a", {1: "10", 2: "10"}, number=1)
    room.package("a", {3: "10", 5: "10"}, number=2)
    room.offer("a", "10", lot=4)
    assert {seat for seat, _ in room.results().values()} == {"a"}
    (found,) = room.found(ev.LotsAllocated)
    assert [each.package for each in found.lots] == [1, 1, 2, None, 2]


def test_a_package_is_replaced_withdrawn_and_sealed_again():
    room = PackedRoom()
    room.package("a", {1: "10", 2: "10"})
    room.package("a", {1: "90", 2: "90"})
    room.package("b", {2: "5", 3: "5"})
    room.take_back("b")
    assert room.results()[2] == ("a", Decimal("90.00"))
    room.replayed()


@pytest.mark.parametrize("kind", OF_ONE_ROUND)
def test_packages_alone_wait_for_their_opening_and_are_no_secret_of_the_lots(kind: Format):
    room = PackedRoom(packed(format=kind))
    room.package("a", {1: "10", 3: "10"})
    room.until(END)
    assert {each.phase for each in room.state.lots.values()} == {LotPhase.SEALED}
    view = standing(room.state, Viewer(Role.BUYER))
    assert [each.packages.sealed for each in view.lots] == [1, 1, 1]


def test_without_any_package_the_lots_close_as_in_any_sealed_auction():
    room = PackedRoom()
    room.offer("a", "10", lot=2)
    room.until(END)
    assert [each.phase for each in room.state.lots.values()] == [
        LotPhase.CLOSED, LotPhase.SEALED, LotPhase.CLOSED,
    ]  # fmt: skip
    assert room.results()[2] == ("a", Decimal("10.00"))
    room.replayed()


def test_in_time_counts_to_the_microsecond():
    room = PackedRoom()
    room.package("a", {1: "10", 2: "10"}, at=END)
    with pytest.raises(refusals.LotClosedAlready):
        room.package("b", {1: "9", 2: "9"}, at=END + US)
    with pytest.raises(refusals.LotClosedAlready):
        room.take_back("a", at=END + US)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"prices":{"1":"10"}}', "package_lots"),
        ('{"prices":{"1":"10","9":"10"}}', "package_lots"),
        ('{"prices":{"1":"10","01":"10"}}', "package_lots"),
        ('{"prices":{"1":"10","2":"10","3":"10"}}', "package_lots"),
        ('{"prices":{"1":"10","2":"10.001"}}', "auction.scale"),
        ('{"prices":{"1":"0","2":"10"}}', "auction.not_positive"),
        ('{"prices":{"1":"1000.01","2":"10"}}', "auction.above_ceiling"),
        ('{"prices":{"1":10,"2":"10"}}', "malformed"),
        ('{"prices":["1","2"]}', "malformed"),
        ('{"prices":{"1":"10","2":"10"},"total":"20"}', "malformed"),
        ("[1]", "malformed"),
        ("10", "malformed"),
        ("x", "malformed"),
    ],
)
def test_what_is_no_package_is_rejected_with_its_reason(text: str, reason: str):
    room = PackedRoom(packed(packages=PackageTerms(most_lots=2)))
    room.text("a", text)
    room.offer("b", "20", lot=1)
    assert room.results()[1][0] == "b"
    (rejected,) = room.found(ev.PackageRejected)
    assert (rejected.seat, rejected.package, rejected.reason) == ("a", 1, reason)
    room.replayed()


def test_anothers_envelope_or_that_of_another_number_is_no_package():
    room = PackedRoom()
    sealed = envelope('{"prices":{"1":"10","2":"10"}}', "a", 1)
    for seat, number in (("b", 1), ("a", 2)):
        room.do(cmd.PlaceSealedPackage(seat, number, sealed, room.ref()), START + US)
    room.results()
    assert [each.reason for each in room.found(ev.PackageRejected)] == ["cannot_decrypt"] * 2


def test_each_price_of_a_package_must_meet_its_reserve():
    numbers = (1, 2)
    reserve = reserve_commitment(bytes.fromhex(SALT), "40.00")
    room = PackedRoom(packed(lots=(lot(1, reserve_commitment=reserve), lot(2))))
    room.reserves = (OpenedReserve(1, SALT, Decimal("40.00")),)
    room.package("a", dict.fromkeys(numbers, "41"), number=1)
    room.package("b", {1: "40", 2: "50"}, number=1)
    assert room.results() == {1: ("b", Decimal("40.00")), 2: ("b", Decimal("50.00"))}
    room.replayed()


def test_numbers_forms_and_the_switch_are_kept_to():
    room = PackedRoom(packed(packages=PackageTerms(per_supplier=2)))
    for number in (-1, 0, 3):
        with pytest.raises(refusals.PackageNumber):
            room.package("a", {1: "10", 2: "10"}, number=number)
    with pytest.raises(refusals.EnvelopeMalformed):
        room.do(cmd.PlaceSealedPackage("a", 1, "00", room.ref()), START + US)
    with pytest.raises(refusals.NoPackage):
        room.take_back("a")
    plain = PackedRoom(packed(packages=None))
    for command in (cmd.PlaceSealedPackage("a", 1, "00", "x"), cmd.WithdrawPackage("a", 1, "x")):
        with pytest.raises(refusals.NotInFormat):
            plain.do(command, START + US)
        with pytest.raises(refusals.NotInFormat):
            Room(terms(), start=True).do(command, START + US)


def test_nothing_is_taken_back_where_the_terms_say_so():
    room = PackedRoom(packed(withdrawal=Withdrawal(allowed=False)))
    room.package("a", {1: "10", 2: "10"})
    with pytest.raises(refusals.WithdrawalNotAllowed):
        room.take_back("a")


def test_who_sealed_a_package_is_no_more_removed_and_terms_change_in_times_only():
    room = PackedRoom()
    room.package("a", {1: "10", 2: "10"})
    with pytest.raises(refusals.SeatHasBid):
        room.do(cmd.RemoveSeat("a", "no", True), START + US)
    room.pause(START + minutes(1))
    later = replace(room.state.rules, version=2, length=minutes(50))
    with pytest.raises(refusals.EditNotAllowed):
        room.change(replace(later, withdrawal=Withdrawal(allowed=False)), START + minutes(2))
    room.change(later, START + minutes(2))
    assert room.state.rules.packages == PackageTerms(discounts=True)


# Terms, visibility, snapshot -----------------------------------------------------------------


@pytest.mark.parametrize("name", [each for each in Format if each not in TIED])
def test_other_formats_refuse_packages(name: Format):
    found = check_terms(replace(packed(), format=name))
    assert "packages" in {problem.field for problem in found}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lots": (lot(),)}, "packages"),
        ({"lots": tuple(lot(n) for n in range(1, 12))}, "packages"),
        ({"buyer_extension": BuyerExtension(times=1)}, "buyer_extension.times"),
        ({"currencies": (USD,)}, "currencies"),
        ({"vat_rates": (Decimal(20),)}, "vat_rates"),
        ({"packages": PackageTerms(per_supplier=0)}, "packages.per_supplier"),
        ({"packages": PackageTerms(per_supplier=11)}, "packages.per_supplier"),
        ({"packages": PackageTerms(most_lots=1)}, "packages.most_lots"),
        ({"packages": PackageTerms(most_lots=13)}, "packages.most_lots"),
    ],
)
def test_terms_are_limited_so_that_the_winners_are_found_at_once(fields: Any, field: str):
    assert [problem.field for problem in check_terms(packed(**fields))] == [field]


def test_terms_with_packages_are_sound_and_others_keep_their_hash():
    twelve = tuple(lot(n) for n in range(1, 13))
    for given in (
        packed(),
        packed(packages=PackageTerms(per_supplier=0, discounts=True)),
        packed(lots=twelve, packages=PackageTerms()),
    ):
        assert check_terms(given) == []
        assert terms_from_document(given.document()) == given
    assert "packages" not in of().document()
    assert "packages" in award_rule(packed())
    assert "discounts" not in award_rule(packed(packages=PackageTerms()))


@pytest.mark.parametrize("kind", OF_ONE_ROUND)
def test_before_the_opening_others_learn_nothing_and_after_it_only_their_own(kind: Format):
    room = PackedRoom(packed(format=kind))
    quiet = PackedRoom(packed(format=kind))
    offer = sealed_offer('{"amount":"20"}', "b")
    package = envelope('{"prices":{"2":"10","3":"10"}}', "b", 1)
    for each in (room, quiet):
        each.put("b", offer)
        each.do(cmd.PlaceSealedPackage("b", 1, package, "p"), START + US)
    room.package("a", {1: "10", 2: "10"})
    seen = [standing(each.state, Viewer(Role.SUPPLIER, "b")).lots for each in (room, quiet)]
    assert seen[0] == seen[1]
    for role in (Role.BUYER, Role.NEUTRAL, Role.ADMIN, Role.OBSERVER, Role.VERIFIER):
        for each in standing(room.state, Viewer(role)).lots:
            assert each.packages.opened == each.packages.own == ()
            assert each.packages.sealed is None
    room.results()
    mine = standing(room.state, Viewer(Role.SUPPLIER, "b")).lots[0].packages
    assert {each.seat for each in mine.opened} == {"b"}
    assert (mine.total, mine.single_total) == (None, None)
    theirs = standing(room.state, Viewer(Role.BUYER)).lots[0].packages
    assert {each.seat for each in theirs.opened} == {"a", "b"}
    assert theirs.total is not None
    (found,) = room.found(ev.LotsAllocated)
    before = after = room.state
    assert event_view(before, after, found, Viewer(Role.SUPPLIER, "a")) is None
    assert event_view(before, after, found, Viewer(Role.BUYER))["lots"][0]["lot"] == 1


def test_what_is_told_of_an_opened_package_names_no_entry():
    # Its number would tell how much others did before.
    room = PackedRoom()
    room.package("b", {1: "10", 2: "10"})
    room.discount("b", percent="5", count=1)
    room.text("b", "x", number=2)
    room.results()
    for kind in (ev.PackageOpened, ev.DiscountOpened, ev.PackageRejected):
        (event,) = room.found(kind)
        view = event_view(room.state, room.state, event, Viewer(Role.SUPPLIER, "b"))
        assert view["seat"] == "b"
        assert "offer" not in view
    (found,) = room.found(ev.LotsAllocated)
    view = event_view(room.state, room.state, found, Viewer(Role.BUYER))
    assert all("offer" not in lot for lot in view["lots"])


def test_the_state_survives_a_snapshot():
    room = PackedRoom()
    room.offer("a", "20", lot=1)
    room.package("b", {1: "10", 2: "10"})
    room.discount("b", percent="10", count=2)
    room.text("c", "x")
    assert state_from_text(state_to_text(room.state)) == room.state
    room.results()
    assert state_from_text(state_to_text(room.state)) == room.state


def test_an_officer_cannot_open_a_seal_for_a_supplier():
    room = PackedRoom()
    with pytest.raises(refusals.SeatUnknown):
        room.do(cmd.PlaceSealedPackage(Officer.BUYER, 1, "00", room.ref()), START + US)
