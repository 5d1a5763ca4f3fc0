"""Packages in sealed rounds: what stands, what replaces it, how all lots end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import refusals
from auctions.domain.award_rule import award_rule
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import (
    Count,
    Feedback,
    PackageTerms,
    Step,
    StepKind,
    Withdrawal,
    reserve_commitment,
    terms_from_document,
)
from auctions.domain.terms_check import check_terms
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.packed_rounds_room import PackedRounds, choices, only, packed_rounds
from tests.domain.room import SALT, START, US, lot, minutes
from tests.domain.rounds_room import LENGTH, STEP
from tests.domain.test_currencies import USD


def test_a_package_of_an_early_round_wins_after_the_last_one() -> None:
    room = PackedRounds()
    for number in (1, 2, 3):
        room.bid("a", 600, number)
    room.package("b", {1: 500, 2: 500})
    room.over()
    room.bid("a", 560, 1)
    room.over()
    room.bid("a", 580, 3)
    room.over()
    assert room.state.phase is Phase.CLOSED
    assert room.won == {1: "b", 2: "b", 3: "a"}
    (found,) = room.of_kind(ev.LotsAllocated)
    assert (found.total, found.single_lots, found.single_total) == (
        Decimal("15800.00"), 3, Decimal("17400.00"),
    )  # fmt: skip
    assert choices(room) == [
        (3, Decimal("16000.00"), True), (3, Decimal("16000.00"), False),
        (3, Decimal("15800.00"), True),
    ]  # fmt: skip
    assert {each.rounds.stop for each in room.state.lots.values()} == {Stop.LAST_ROUND}
    room.replayed()
    assert state_from_text(state_to_text(room.state)) == room.state


def test_offers_for_single_lots_still_undercut_their_own_best_alone() -> None:
    room = PackedRounds()
    room.bid("a", 600)
    room.package("a", {1: 100, 2: 100})
    room.over()
    room.bid("a", 590)  # a step below its offer for the lot; its package is no measure
    room.over()
    assert room.state.lots[1].seats["a"].best.amount == Decimal("590.00")


# What is sealed again ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ({1: 490, 2: 490}, ""),  # exactly the step of 10 on each lot
        ({1: 500, 2: 480}, ""),  # the same in all
        ({1: "490.01", 2: 490}, "package_not_lower"),
        ({1: 500, 2: 500}, "package_not_lower"),
        ({1: 501, 2: 400}, "package_price_rises"),
        ({1: 300, 3: 300}, "package_other_lots"),
        ({1: 300, 2: 300, 3: 300}, "package_other_lots"),
        ({1: 300}, "package_lots"),
        ({1: 300, 2: "x"}, "malformed"),
    ],
)
def test_a_package_replaces_its_own_former_one_only_by_costing_less(
    prices: Any, reason: str
) -> None:
    room = PackedRounds()
    room.package("a", {1: 500, 2: 500})
    room.over()
    room.package("a", prices)
    room.over()
    former = {1: Decimal("500.00"), 2: Decimal("500.00")}
    stands = room.state.packages.seats["a"].opened[1]
    if reason:
        assert room.rejected == [("a", 1, reason)]
        assert stands.prices == former
    else:
        assert room.rejected == []
        assert stands.prices == {number: Decimal(price) for number, price in prices.items()}
        assert stands.total == Decimal("9800.00")
    room.replayed()


def test_the_same_lots_under_another_number_undercut_the_best_of_both() -> None:
    room = PackedRounds()
    room.package("a", {1: 500, 2: 500}, 1)
    room.package("a", {1: 490, 2: 505}, 2)  # opened in one round: neither is measured by the other
    room.over()
    assert room.rejected == []
    room.package("a", {1: 510, 2: 470}, 3)  # dearer on lot 1, which replaces nothing
    room.package("a", {1: 500, 2: 486}, 1)  # a step below its own, not below the best of both
    room.over()
    assert room.rejected == [("a", 3, "package_not_lower"), ("a", 1, "package_not_lower")]
    room.package("a", {1: 520, 2: 455}, 3)
    room.over()
    assert room.rejected[2:] == []
    assert len(room.state.packages.seats["a"].opened) == 3
    room.replayed()


def test_other_lots_under_a_free_number_are_measured_by_the_ceiling_alone() -> None:
    room = PackedRounds()
    room.package("a", {1: 10, 2: 10}, 1)
    room.over()
    room.package("a", {2: 1000, 3: 1000}, 2)
    room.package("a", {1: 10, 2: 1001}, 3)
    room.over()
    assert room.rejected == [("a", 3, "auction.above_ceiling")]


@pytest.mark.parametrize(
    ("step", "most"),
    [
        (Step(StepKind.PERCENT, None, Decimal(3)), "9700.00"),
        (Step(StepKind.SMALLER, Decimal(20), Decimal(3)), "9700.00"),
        (Step(StepKind.SMALLER, Decimal(2), Decimal(3)), "9960.00"),
    ],
)
def test_the_step_in_all_is_the_sum_of_the_steps_of_its_lots(step: Step, most: str) -> None:
    lots = tuple(lot(number, step=step) for number in (1, 2))
    room = PackedRounds(packed_rounds(lots=lots))
    room.package("a", {1: 400, 2: 600})
    room.over()
    least = (Decimal(most) - 6000) / 10
    room.package("a", {1: least + Decimal("0.01"), 2: 600})
    room.over()
    assert room.rejected == [("a", 1, "package_not_lower")]
    room.package("a", {1: least, 2: 600})
    room.over()
    assert room.state.packages.seats["a"].opened[1].total == Decimal(most)


def test_where_no_lower_package_is_possible_none_is_taken() -> None:
    room = PackedRounds()
    room.package("a", {1: 10, 2: 10})
    room.over()
    room.package("a", {1: "0.01", 2: "0.01"})
    room.over()
    assert room.rejected == [("a", 1, "package_not_lower")]


def test_what_was_opened_is_never_taken_back_and_what_is_sealed_is_unread() -> None:
    room = PackedRounds()
    room.package("a", {1: 500, 2: 500})
    room.over()
    with pytest.raises(refusals.NoPackage):
        room.take_package_back("a")
    room.package("a", {1: 400, 2: 400})
    room.take_package_back("a")
    room.over()
    assert room.state.packages.seats["a"].opened[1].total == Decimal("10000.00")
    room.replayed()


def test_what_was_meant_for_an_earlier_round_and_comes_late_touches_nothing() -> None:
    room = PackedRounds()
    late = room.packed("a", b'{"prices":{"1":"400","2":"400"}}', 1)
    room.package("a", {1: 500, 2: 500})
    room.over()
    room.package("a", {1: 450, 2: 450})
    for named in (1, None, 3):
        command = cmd.PlaceSealedPackage("a", 1, late, room.ref(), named)
        with pytest.raises(refusals.RoundDiffers):
            room.do(command, room.later())
        with pytest.raises(refusals.RoundDiffers):
            room.do(cmd.WithdrawPackage("a", 1, room.ref(), named), room.later())
    room.put_package("a", late)  # an envelope of round 1 that names round 2
    room.over()
    assert room.rejected == [("a", 1, "cannot_decrypt")]
    assert room.state.packages.seats["a"].opened[1].total == Decimal("10000.00")


def test_packages_are_taken_to_the_microsecond_of_the_deadline_and_between_rounds_not_at_all() -> (
    None
):
    room = PackedRounds()
    room.package("a", {1: 500, 2: 500}, at=START + LENGTH)
    with pytest.raises(refusals.LotClosedAlready):
        room.package("b", {1: 500, 2: 500}, at=START + LENGTH + US)
    room.hand_over(START + LENGTH + minutes(1))
    room.open(START + LENGTH + minutes(2))
    with pytest.raises(refusals.NotOpenYet):
        room.put_package(
            "b", room.packed("b", b"x", 1, of=2), at=START + LENGTH + minutes(3), named=2
        )


def test_numbers_and_the_switch_to_withdraw_are_kept_to() -> None:
    given = packed_rounds(
        packages=PackageTerms(per_supplier=2), withdrawal=Withdrawal(allowed=False)
    )
    room = PackedRounds(given)
    for number in (0, 3):
        with pytest.raises(refusals.PackageNumber):
            room.package("a", {1: 5, 2: 5}, number)
    room.package("a", {1: 5, 2: 5})
    with pytest.raises(refusals.WithdrawalNotAllowed):
        room.take_package_back("a")


# The end -------------------------------------------------------------------------------------


def test_all_lots_end_together_when_the_choice_gets_no_better() -> None:
    room = PackedRounds(packed_rounds(only(rounds=5, stop_unimproved=True)))
    room.bid("a", 500, 1)
    room.package("b", {2: 500, 3: 500})
    room.over()
    room.bid("c", 400, 1)  # lot 1 alone improves: lots 2 and 3 go on with it
    room.over()
    assert {each.phase for each in room.state.lots.values()} == {LotPhase.RUNNING}
    room.bid("a", 450, 1)  # lower than its own best, and the choice stays what it was
    room.package("c", {2: 510, 3: 510})
    room.over()
    assert [(e.lot, e.round, e.cause) for e in room.of_kind(ev.RoundsStopped)] == [
        (number, 3, Stop.UNIMPROVED) for number in (1, 2, 3)
    ]
    assert room.won == {1: "c", 2: "b", 3: "b"}
    room.replayed()


def test_a_lot_more_is_better_though_it_costs_more() -> None:
    room = PackedRounds(packed_rounds(only(rounds=4, stop_unimproved=True)))
    room.bid("a", 500, 1)
    room.over()
    room.bid("b", 900, 2)
    room.over()
    assert choices(room) == [(1, Decimal("5000.00"), True), (2, Decimal("14000.00"), True)]
    assert room.state.phase is Phase.RUNNING


def test_too_few_counts_suppliers_over_all_lots_and_packages() -> None:
    room = PackedRounds(packed_rounds(only(rounds=5, least_active=2)))
    room.bid("a", 500, 1)
    room.package("b", {2: 500, 3: 500})
    room.over()
    room.bid("a", 480, 1)
    room.discount("b", percent="5", count=1)
    room.over()
    assert room.state.phase is Phase.RUNNING
    room.bid("a", 470, 1)
    room.package("b", {2: 500, 3: 500})  # rejected: not active by that
    room.over()
    assert {e.cause for e in room.of_kind(ev.RoundsStopped)} == {Stop.TOO_FEW}
    room.replayed()


def test_a_round_with_nothing_sealed_ends_at_its_deadline_unopened() -> None:
    room = PackedRounds(packed_rounds(only(stop_unimproved=True)))
    room.package("a", {1: 500, 2: 500})
    room.over()
    room.until(room.begins + LENGTH)
    assert room.state.phase is Phase.CLOSED
    assert room.won == {1: "a", 2: "a", 3: None}
    assert len(room.of_kind(ev.OffersOpened)) == 1
    assert room.state.lots[3].outcome is ev.LotOutcome.NO_BID
    room.replayed()


def test_a_package_alone_makes_every_lot_wait_for_the_opening() -> None:
    room = PackedRounds()
    room.package("a", {1: 500, 2: 500})
    room.until(START + LENGTH)
    assert {each.phase for each in room.state.lots.values()} == {LotPhase.SEALED}


def reserved(*amounts: str) -> tuple[tuple[Any, ...], tuple[cmd.OpenedReserve, ...]]:
    salt = bytes.fromhex(SALT)
    made = tuple(
        lot(n, step=STEP, reserve_commitment=reserve_commitment(salt, amount) if amount else None)
        for n, amount in enumerate(amounts, start=1)
    )
    told = tuple(
        cmd.OpenedReserve(n, SALT, Decimal(amount))
        for n, amount in enumerate(amounts, start=1)
        if amount
    )
    return made, told


def test_reserves_end_the_rounds_once_the_best_choice_meets_all_of_them() -> None:
    lots, told = reserved("400.00", "400.00")
    own = only(rounds=5, stop_at_reserve=True)
    room = PackedRounds(packed_rounds(own, lots=lots, feedback=Feedback(reserve_met=True)))
    room.reserves = told
    room.bid("a", 390, 1)
    room.package("b", {1: 300, 2: 401})
    room.over()
    assert room.state.phase is Phase.RUNNING
    room.package("b", {1: 300, 2: 380})
    room.over()
    assert {e.cause for e in room.of_kind(ev.RoundsStopped)} == {Stop.RESERVE_MET}
    assert room.won == {1: "b", 2: "b"}
    room.replayed()


def test_a_lot_without_a_reserve_keeps_the_rounds_going() -> None:
    lots, told = reserved("400.00", "")
    own = only(rounds=2, stop_at_reserve=True)
    room = PackedRounds(packed_rounds(own, lots=lots, feedback=Feedback(reserve_met=True)))
    room.reserves = told
    room.package("b", {1: 300, 2: 390})
    room.over()
    assert room.state.phase is Phase.RUNNING


def test_a_package_above_a_reserve_takes_no_part_at_the_end_and_still_replays_called_off() -> None:
    lots, told = reserved("400.00", "400.00")
    room = PackedRounds(packed_rounds(only(rounds=2), lots=lots))
    room.reserves = told
    room.package("b", {1: 300, 2: 401})
    room.bid("a", 400, 1)
    room.over()
    assert choices(room)[0] == (2, Decimal("7010.00"), True)  # whatever the reserves
    room.over()
    assert room.won == {1: "a", 2: None}
    room.replayed()
    other = PackedRounds(packed_rounds(only(stop_at_reserve=True, rounds=3), lots=lots,
                                       feedback=Feedback(reserve_met=True)))  # fmt: skip
    other.reserves = told
    other.package("b", {1: 300, 2: 401})
    other.over()
    other.do(cmd.Cancel("no need", cmd.Officer.BUYER, other.ref()), other.later())
    other.replayed()


# Terms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lots": (lot(),)}, "packages"),
        ({"lots": tuple(lot(n) for n in range(1, 12))}, "packages"),
        ({"currencies": (USD,)}, "currencies"),
        ({"packages": PackageTerms(per_supplier=11)}, "packages.per_supplier"),
        ({"sealed_rounds": only(least_active=3)}, "sealed_rounds.least_active"),
    ],
)
def test_terms_are_refused_that_packages_in_rounds_do_not_take(fields: Any, field: str) -> None:
    given = packed_rounds()
    found = [problem.field for problem in check_terms(replace(given, **fields))]
    assert field in found


def test_more_than_two_active_suppliers_are_not_asked_even_where_the_count_is_shown() -> None:
    told = Feedback(rank=True, count=Count.SHOWN)
    with_packages = packed_rounds(only(least_active=3), feedback=told)
    assert [p.code for p in check_terms(with_packages)] == ["terms.active_not_told"]
    assert check_terms(replace(with_packages, packages=None)) == []


def test_terms_are_sound_and_those_without_packages_keep_their_form() -> None:
    given = packed_rounds()
    assert check_terms(given) == []
    assert terms_from_document(given.document()) == given
    assert "packages" not in replace(given, packages=None).document()
    assert "together serve the most lots" in award_rule(given)
