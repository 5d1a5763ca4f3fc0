"""Bots with discounts in a rehearsal: one each, on a condition that saves it so much."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

import pytest

from auctions.domain.events import DiscountOpened, PackageRejected, SealedPackagePlaced
from auctions.domain.rules.packages import DISCOUNT
from auctions.domain.terms import Format, PackageTerms
from auctions.domain.terms_check import check_terms
from auctions.domain.winner_determination import discounted
from auctions.ledger import replay
from auctions.rehearsal.play.bots import Bot, Strategy
from auctions.rehearsal.play.costs import Costs
from auctions.rehearsal.play.figures import figures_of, summary
from auctions.rehearsal.play.simulate import Played, bots_for, play
from tests.domain.rehearsed import SEALED, of_format

PRICES = {1: Decimal(1000), 2: Decimal(50), 3: Decimal("0.90"), 4: Decimal(20)}
ALONE = PackageTerms(per_supplier=0, discounts=True)
BOTH = PackageTerms(discounts=True)
SAVING = Costs(saving=Decimal(10), discount_saving=Decimal(20))


def played(
    name: Format, *, costs: Costs = SAVING, seed: str = "1", rule: PackageTerms | None = BOTH,
    count: int = 5,
) -> Played:  # fmt: skip
    of = of_format(name, PRICES, rule)
    assert not check_terms(of)
    bots = bots_for(
        of, count=count, strategies=tuple(Strategy), costs=costs, prices=PRICES, seed=seed
    )
    return play(of, bots)


def found(of: Played, kind: type[Any]) -> list[Any]:
    return [each.event for each in of.ledger if isinstance(each.event, kind)]


def by_seat(of: Played) -> dict[str, Bot]:
    return {bot.seat: bot for bot in of.bots}


@pytest.mark.parametrize("rule", [ALONE, BOTH])
@pytest.mark.parametrize("name", SEALED)
def test_each_bot_offers_its_discount_and_the_run_replays_and_comes_out_the_same(
    name: Format, rule: PackageTerms
) -> None:
    first, second = played(name, rule=rule), played(name, rule=rule)
    assert first.ledger == second.ledger
    steps = [replay.Step(each.seq, each.at, each.event) for each in first.ledger]
    assert replay.replay_all(steps, {}) == first.state
    assert first.whole
    assert first.refused == 0
    placed = [each for each in found(first, SealedPackagePlaced) if each.package == DISCOUNT]
    assert {each.seat for each in placed} == {bot.seat for bot in first.bots}
    assert len(found(first, DiscountOpened)) == len(placed)
    assert not found(first, PackageRejected)


@pytest.mark.parametrize("name", SEALED)
def test_a_discount_asks_for_what_was_drawn_and_gives_no_more_than_is_saved(name: Format) -> None:
    conditions = set()
    for seed in "123":
        of = played(name, seed=seed)
        for each in found(of, DiscountOpened):
            condition = by_seat(of)[each.seat].condition
            assert (each.lots, each.count, each.least) == (condition.lots, condition.count, 0)
            assert 0 < each.percent <= condition.saved <= SAVING.discount_saving
            assert max(len(each.lots), each.count) >= 2
            conditions.add((bool(each.lots), bool(each.count)))
    assert conditions == {(True, False), (False, True)}


@pytest.mark.parametrize("name", SEALED)
def test_no_lot_goes_below_what_it_then_costs_its_winner(name: Format) -> None:
    """Neither in what is asked after the discount, nor in what is paid; and no sealed price does,
    whatever else the bot would win."""
    below_alone = held = 0
    for number in range(6):
        of = played(name, seed=str(number))
        allocated, bots = of.state.packages.allocated, by_seat(of)
        for each in figures_of(of, with_path=False)["lots"]:
            bot = bots[each["winner"]]
            cost = bot.costs[each["lot"]]
            if each["package"]:
                cost = bot.together.costs[each["lot"]]
            if each["discount"]:
                held += 1
                cost = bot.condition.cost(cost, 2)
            assert each["discount"] is (bot.seat in allocated.discounts)
            assert Decimal(each["cost"]) == cost
            assert Decimal(each["price"]) >= cost
            below_alone += Decimal(each["price"]) < bot.costs[each["lot"]]
    assert held
    assert below_alone or name is Format.VICKREY  # there it is paid more than it asks


def test_whatever_a_bot_sealed_its_discount_leaves_at_least_the_lower_cost() -> None:
    for number in range(6):
        of = played(Format.SEALED, seed=f"leaves-{number}")
        bots = by_seat(of)
        given = {each.seat: each.percent for each in found(of, DiscountOpened)}
        for lot_state in of.state.lots.values():
            for seat, mine in lot_state.seats.items():
                if mine.best is not None and seat in given:
                    after = discounted(mine.best.amount, given[seat], 2)
                    cost = bots[seat].costs[lot_state.number]
                    assert after >= bots[seat].condition.cost(cost, 2)
        for seat, mine in of.state.packages.seats.items():
            for package in mine.opened.values() if seat in given else ():
                for at, price in package.prices.items():
                    cost = bots[seat].together.costs[at]
                    assert discounted(price, given[seat], 2) >= bots[seat].condition.cost(cost, 2)


def test_paid_the_second_price_a_bot_passes_all_of_it_on_and_paid_its_own_only_a_part() -> None:
    costs = Costs(discount_saving=Decimal(20))
    for name in (Format.VICKREY, Format.SEALED):
        of = of_format(name, PRICES, ALONE)
        bots = bots_for(
            of, count=3, strategies=[Strategy.STRAIGHT], costs=costs, prices=PRICES, seed="x"
        )
        run = play(of, bots)
        opened = found(run, DiscountOpened)
        assert len(opened) == 3
        for each in opened:
            saved = by_seat(run)[each.seat].condition.saved
            if name is Format.VICKREY:
                assert each.percent == saved.quantize(Decimal("0.01"), ROUND_FLOOR)
            else:
                assert saved / 2 < each.percent < saved * Decimal("0.8")


def test_in_rounds_a_discount_gets_better_from_round_to_round() -> None:
    several = 0
    for seed in "123":
        of = played(Format.SEALED_ROUNDS, seed=seed)
        before: dict[str, Decimal] = {}
        for each in found(of, DiscountOpened):
            several += each.seat in before
            assert each.percent > before.get(each.seat, Decimal(0))
            before[each.seat] = each.percent
        assert not found(of, PackageRejected)
    assert several


def test_a_saving_of_next_to_nothing_is_no_discount_and_none_that_is_no_better_is_sealed() -> None:
    """A discount has two places: below that nothing is given, nor sealed anew for no more."""
    for costs in (
        Costs(discount_saving=Decimal("0.009")),
        Costs(discount_saving=Decimal("0.05")),
    ):
        for seed in "12":
            of = played(Format.SEALED_ROUNDS, costs=costs, rule=ALONE, seed=seed)
            opened = found(of, DiscountOpened)
            assert not found(of, PackageRejected)
            assert not (opened and costs.discount_saving < Decimal("0.01"))


def test_the_figures_say_which_lots_were_won_with_a_discount() -> None:
    costs = Costs(saving=Decimal(10), discount_saving=Decimal(5))
    runs = [played(Format.SEALED, seed=seed, costs=costs) for seed in "345"]
    kept = [figures_of(each, with_path=True) for each in runs]
    with_one = 0
    for of, figures in zip(runs, kept, strict=True):
        holding = of.state.packages.allocated.discounts
        for each in figures["lots"]:
            assert each["discount"] is (each["winner"] in holding)
            with_one += each["discount"]
        assert figures["bids"] == 5 * (len(PRICES) + 2)
        for each, bot in zip(figures["bots"], of.bots, strict=True):
            assert Decimal(each["condition"]["saved"]) == bot.condition.saved
    assert 0 < with_one < 3 * len(PRICES)
    share = round(Decimal(with_one) * 100 / (3 * len(PRICES)), 2)
    assert Decimal(summary(kept)["with_discount"]) == share


def test_the_packages_and_offers_are_the_same_with_and_without_discounts() -> None:
    """What a bot asks for lots and packages does not change by its discount: figures that were
    kept come out the same again."""
    one = played(Format.SEALED, rule=PackageTerms())
    two = played(Format.SEALED, rule=BOTH)
    assert [(bot.costs, bot.together) for bot in one.bots] == [
        (bot.costs, bot.together) for bot in two.bots
    ]

    def opened(of: Played) -> dict[str, Any]:
        return {
            seat: {number: package.prices for number, package in mine.opened.items()}
            for seat, mine in of.state.packages.seats.items()
        }

    assert opened(one) == opened(two)


def test_without_discounts_in_the_terms_or_a_saving_nobody_offers_one() -> None:
    for of in (
        played(Format.SEALED, rule=None),
        played(Format.SEALED, rule=PackageTerms()),
        played(Format.SEALED, costs=Costs(saving=Decimal(5))),
    ):
        assert not found(of, DiscountOpened)
        assert all(bot.condition is None for bot in of.bots)
        assert not any(each["discount"] for each in figures_of(of, with_path=False)["lots"])


def test_the_same_seed_draws_the_same_conditions_and_another_others() -> None:
    drawn = [
        [bot.condition for bot in played(Format.SEALED, seed=seed).bots] for seed in ("a", "a", "b")
    ]
    assert drawn[0] == drawn[1] != drawn[2]
