"""Bots with packages in a rehearsal: one each, at what its lots cost together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.events import PackageOpened, PackageRejected, SealedPackagePlaced
from auctions.domain.terms import Format, PackageTerms
from auctions.domain.terms_check import check_terms
from auctions.ledger import replay
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.costs import Costs
from auctions.rehearsal.play.figures import figures_of, summary
from auctions.rehearsal.play.simulate import Played, bots_for, play
from tests.domain.rehearsed import SEALED, of_format

PRICES = {1: Decimal(1000), 2: Decimal(50), 3: Decimal(20)}
FIVE = PackageTerms()
SAVING = Costs(saving=Decimal(20))


def played(
    name: Format, *, costs: Costs = SAVING, seed: str = "1",
    rule: PackageTerms | None = FIVE, strategies: tuple[Strategy, ...] = tuple(Strategy),
) -> Played:  # fmt: skip
    of = of_format(name, PRICES, rule)
    assert not check_terms(of)
    return play(
        of, bots_for(of, count=5, strategies=strategies, costs=costs, prices=PRICES, seed=seed)
    )


def found(of: Played, kind: type[Any]) -> list[Any]:
    return [each.event for each in of.ledger if isinstance(each.event, kind)]


@pytest.mark.parametrize("name", SEALED)
def test_each_bot_offers_one_package_and_the_run_replays_and_comes_out_the_same(
    name: Format,
) -> None:
    first, second = played(name), played(name)
    assert first.ledger == second.ledger
    steps = [replay.Step(each.seq, each.at, each.event) for each in first.ledger]
    assert replay.replay_all(steps, {}) == first.state
    assert first.whole
    assert first.refused == 0
    placed = found(first, SealedPackagePlaced)
    assert {(each.seat, each.package) for each in placed} == {(bot.seat, 1) for bot in first.bots}
    rounds = 1 if name is not Format.SEALED_ROUNDS else first.state.lots[1].rounds.round
    assert len(placed) == 5 * rounds
    assert len(found(first, PackageOpened)) >= 5


@pytest.mark.parametrize("name", SEALED)
def test_a_package_holds_the_lots_it_was_drawn_for_and_no_price_below_their_cost_together(
    name: Format,
) -> None:
    saved = False
    for seed in "123":
        of = played(name, seed=seed)
        bots = {bot.seat: bot for bot in of.bots}
        for each in found(of, PackageOpened):
            bot = bots[each.seat]
            together = bot.together.costs
            assert [price.lot for price in each.prices] == bot.together.lots
            assert all(price.amount >= together[price.lot] for price in each.prices)
            assert all(together[number] <= bot.costs[number] for number in together)
            saved |= any(price.amount < bot.costs[price.lot] for price in each.prices)
    assert saved  # a package may be offered below what its lots cost alone


def test_where_nothing_is_saved_a_package_costs_what_its_lots_do() -> None:
    of = played(Format.VICKREY, costs=Costs(saving=Decimal("0.001")))
    for bot in of.bots:
        for number, cost in bot.together.costs.items():
            assert bot.costs[number] - cost <= Decimal("0.01")


def test_in_rounds_a_package_falls_from_round_to_round_and_is_never_rejected() -> None:
    for seed in "1234":
        of = played(Format.SEALED_ROUNDS, seed=seed)
        before: dict[str, Decimal] = {}
        for each in found(of, PackageOpened):
            assert each.total < before.get(each.seat, each.total + 1)
            before[each.seat] = each.total
        assert not found(of, PackageRejected)


def test_a_lot_that_went_by_a_package_says_so_with_what_it_cost_together() -> None:
    runs = [played(Format.SEALED, seed=str(number)) for number in range(12)]
    kept = [figures_of(each, with_path=True) for each in runs]
    packed = 0
    for of, figures in zip(runs, kept, strict=True):
        allocated = of.state.packages.allocated.by_package
        bots = {bot.seat: bot for bot in of.bots}
        for each in figures["lots"]:
            assert each["package"] is (each["lot"] in allocated)
            bot = bots[each["winner"]]
            costs = bot.together.costs if each["package"] else bot.costs
            assert Decimal(each["cost"]) == costs[each["lot"]]
            packed += each["package"]
        assert figures["bids"] == 5 * (len(PRICES) + 1)
        assert all(set(each["together"]) <= set(each["costs"]) for each in figures["bots"])
    assert 0 < packed < 12 * len(PRICES)
    assert Decimal(summary(kept)["by_package"]) == round(Decimal(packed) * 100 / 36, 2)


def test_without_packages_in_the_terms_or_a_saving_nobody_offers_one() -> None:
    for of in (played(Format.SEALED, rule=None), played(Format.SEALED, costs=Costs())):
        assert not found(of, SealedPackagePlaced)
        assert all(bot.together is None for bot in of.bots)
    (one, *_rest) = figures_of(of, with_path=True)["lots"]
    assert one["package"] is False
