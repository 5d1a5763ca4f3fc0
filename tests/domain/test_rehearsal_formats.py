"""Rehearsals of formats with keys, seeds or quantities: what each is about comes out in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.events import (
    BidPlaced,
    BidsVoided,
    EndDrawn,
    FinalistNamed,
    KeyHandedOver,
    LotSealed,
    OfferOpened,
    OfferRejected,
    OffersOpened,
    RoundsStopped,
    SealedOfferPlaced,
    SealedRoundEnded,
    SeedsRevealed,
)
from auctions.domain.terms import (
    AutomaticPause,
    Count,
    Feedback,
    Format,
    Guard,
    LotOrder,
    OpenClosedTerms,
    SealedRoundsTerms,
    Step,
    StepKind,
    Terms,
)
from auctions.domain.terms_check import check_terms
from auctions.ledger import replay
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.costs import Costs, Spread
from auctions.rehearsal.play.figures import figures_of
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.secrets import rehearsed
from auctions.rehearsal.play.simulate import Played, bots_for, play
from auctions.rehearsal.play.unit_prices import quantity_at, reckoned_price, unit_price
from auctions.rehearsal.play.variants import variants
from tests.domain.budget_room import budget_lot, budget_terms
from tests.domain.room import lot, terms

PRICES = {1: Decimal(1000)}
ALL = tuple(Strategy)
BUDGET = budget_lot(floor=Decimal(90))  # 100 000 for at least ninety
FIVE = Decimal(5)
MINUTE = timedelta(minutes=1)
KEYED = (Format.SEALED, Format.VICKREY, Format.SEALED_ROUNDS, Format.OPEN_CLOSED)


def of_format(name: Format, **fields: Any) -> Terms:
    made = FORMATS[name].terms_of(terms(), PRICES)
    made = rehearsed(made or budget_terms(lots=(BUDGET,)), PRICES)
    return replace(made, **fields)


def played(
    of: Terms, *, seed: str = "1", strategies: tuple[Strategy, ...] = ALL, count: int = 5,
    costs: Costs | None = None,
) -> Played:  # fmt: skip
    assert not check_terms(of)
    bots = bots_for(
        of, count=count, strategies=strategies, costs=costs or Costs(), prices=PRICES, seed=seed
    )
    return play(of, bots)


def found(of: Played, kind: type[Any]) -> list[Any]:
    return [each.event for each in of.ledger if isinstance(each.event, kind)]


@pytest.mark.parametrize("name", [*KEYED, Format.BUDGET])
def test_it_replays_ends_and_comes_out_the_same_again(name: Format) -> None:
    first, second = played(of_format(name)), played(of_format(name))
    assert first.ledger == second.ledger
    assert first.whole
    assert not first.state.phase.is_open
    steps = [replay.Step(each.seq, each.at, each.event) for each in first.ledger]
    assert replay.replay_all(steps, {}) == first.state
    assert played(of_format(name), seed="2").ledger != first.ledger
    assert not found(first, OfferRejected)
    assert first.refused == 0


@pytest.mark.parametrize("name", KEYED)
def test_nobody_goes_below_its_cost(name: Format) -> None:
    for seed in "123":
        of = played(of_format(name), seed=seed)
        costs = {bot.seat: bot.costs[1] for bot in of.bots}
        amounts = [*found(of, OfferOpened), *found(of, BidPlaced)]
        assert amounts
        assert all(each.amount >= costs[each.seat] for each in amounts)


def test_a_sealed_offer_is_made_once_and_opened_with_both_keys_after_the_deadline() -> None:
    of = played(of_format(Format.SEALED))
    placed = found(of, SealedOfferPlaced)
    assert sorted(each.seat for each in placed) == [bot.seat for bot in of.bots]
    kinds = [type(each.event) for each in of.ledger]
    order = [kinds.index(each) for each in (LotSealed, KeyHandedOver, OffersOpened, OfferOpened)]
    assert order == sorted(order)
    (figures,) = figures_of(of, with_path=True)["lots"]
    assert figures["price"] == str(min(each.amount for each in found(of, OfferOpened)))
    assert len(figures_of(of, with_path=True)["path"]["bids"]) == 5


def test_under_the_first_price_rule_bidders_keep_a_margin_under_the_second_they_do_not() -> None:
    first = played(of_format(Format.SEALED), strategies=(Strategy.STRAIGHT,))
    second = played(of_format(Format.VICKREY), strategies=(Strategy.STRAIGHT,))
    costs = sorted(bot.costs[1] for bot in first.bots)
    offers = {each.seat: each.amount for each in found(first, OfferOpened)}
    assert all(offers[bot.seat] > bot.costs[1] for bot in first.bots)
    assert sorted(each.amount for each in found(second, OfferOpened)) == costs
    (figures,) = figures_of(second, with_path=False)["lots"]
    assert figures["of_second"] == "100.00"  # the winner is paid what the second asked
    assert figures["cheapest_won"]


def test_a_sniper_seals_in_the_last_seconds_and_a_cost_above_the_ceiling_stays_away() -> None:
    costs = Costs(Spread.LIST, listed=(Decimal(80), Decimal(120)))
    of = played(of_format(Format.SEALED), strategies=(Strategy.SNIPER,), count=2, costs=costs)
    (placed,) = found(of, SealedOfferPlaced)
    deadline = found(of, LotSealed)[0].at
    assert placed.seat == "B1"
    assert timedelta(0) < deadline - placed.received_at < timedelta(seconds=20)


def test_in_sealed_rounds_offers_fall_from_round_to_round_until_a_rule_ends_it() -> None:
    own = SealedRoundsTerms(rounds=4, stop_unimproved=False, least_active=0)
    of = played(of_format(Format.SEALED_ROUNDS, sealed_rounds=own))
    assert [each.round for each in found(of, SealedRoundEnded)] == [1, 2, 3, 4]
    assert [each.cause for each in found(of, RoundsStopped)] == ["last_round"]
    by_seat: dict[str, list[Decimal]] = {}
    for each in found(of, OfferOpened):
        by_seat.setdefault(each.seat, []).append(each.amount)
    assert max(len(amounts) for amounts in by_seat.values()) > 1
    for amounts in by_seat.values():
        assert amounts == sorted(set(amounts), reverse=True)
    # From the first round's start to the last opening, not the last round alone.
    length, pause = own.length.total_seconds(), own.pause.total_seconds()
    assert figures_of(of, with_path=False)["seconds"] >= 4 * length + 3 * pause


@pytest.mark.parametrize("length", [timedelta(seconds=30), 240 * MINUTE])
def test_everybody_offers_in_the_first_round_however_long_it_is(length: timedelta) -> None:
    own = SealedRoundsTerms(rounds=2, length=length, pause=timedelta(seconds=1))
    of = played(of_format(Format.SEALED_ROUNDS, sealed_rounds=own))
    events = [each.event for each in of.ledger]
    first = events.index(found(of, SealedRoundEnded)[0])
    assert len([each for each in events[:first] if isinstance(each, OfferOpened)]) == 5


def test_where_the_lead_is_told_the_next_offers_are_lower_than_it() -> None:
    """Also where half a percent of it is less than a tick."""
    price = Decimal("1.50")
    of = of_format(
        Format.SEALED_ROUNDS,
        lots=(lot(1, ceiling=price),),
        sealed_rounds=SealedRoundsTerms(rounds=6, least_active=0),
        feedback=Feedback(rank=False, lead=True, after_first_bid=False, lead_min_bidders=1),
    )
    run = play(
        of, bots_for(of, count=4, strategies=ALL, costs=Costs(), prices={1: price}, seed="1")
    )
    rounds: list[list[Decimal]] = [[]]
    for each in run.ledger:
        if isinstance(each.event, OfferOpened):
            rounds[-1].append(each.event.amount)
        elif isinstance(each.event, SealedRoundEnded):
            rounds.append([])
    best = rounds[0]
    assert len([each for each in rounds if each]) > 2
    for amounts in rounds[1:5]:  # not the last round, in which nobody is undercut again
        assert all(amount < min(best) for amount in amounts)
        best = best + amounts


def test_sealed_rounds_end_by_the_rules_of_the_terms() -> None:
    causes = {
        found(played(of_format(Format.SEALED_ROUNDS), seed=seed, count=3), RoundsStopped)[0].cause
        for seed in "123456"
    }
    assert "last_round" in causes
    own = SealedRoundsTerms(least_active=4, stop_unimproved=False)
    shown = Feedback(count=Count.SHOWN)
    few = played(of_format(Format.SEALED_ROUNDS, sealed_rounds=own, feedback=shown), count=3)
    assert [each.cause for each in found(few, RoundsStopped)] == ["too_few"]


def test_where_no_rank_is_told_rounds_go_on_all_the_same() -> None:
    own = SealedRoundsTerms(stop_unimproved=False, least_active=0)
    of = played(
        of_format(
            Format.SEALED_ROUNDS,
            sealed_rounds=own, feedback=Feedback(rank=False, lead=False, after_first_bid=False),
        )
    )  # fmt: skip
    assert len(found(of, OfferOpened)) > 5


def test_a_random_end_voids_late_bids_and_finalists_make_final_offers() -> None:
    void = 0
    for seed in "1234":
        of = played(
            of_format(Format.OPEN_CLOSED), seed=seed,
            strategies=(Strategy.STRAIGHT, Strategy.SNIPER),
        )  # fmt: skip
        assert len(found(of, SeedsRevealed)) == len(found(of, EndDrawn)) == 1
        void += sum(each.bids for each in found(of, BidsVoided))
        finalists = {each.seat for each in found(of, FinalistNamed)}
        placed = [each.seat for each in found(of, SealedOfferPlaced)]
        assert set(placed) <= finalists
        assert len(placed) == len(set(placed))
    assert void > 0, "snipers wait for an end that has passed"


@pytest.mark.parametrize("length", [30 * MINUTE, 200 * MINUTE], ids=["half an hour", "3 hours"])
def test_whoever_may_make_a_final_offer_and_has_room_for_it_does(length: timedelta) -> None:
    offers = 0
    for seed in "123456":
        of = played(of_format(Format.OPEN_CLOSED, length=length), seed=seed)
        costs = {bot.seat: bot.costs[1] * Decimal("1.04") for bot in of.bots}
        void = {each.seat: each.bids for each in found(of, BidsVoided)}
        best: dict[str, Decimal] = {}
        for seat in costs:
            mine = [each.amount for each in found(of, BidPlaced) if each.seat == seat]
            counted = mine[: len(mine) - void.get(seat, 0)]
            if counted:
                best[seat] = counted[-1]
        finalists = {each.seat for each in found(of, FinalistNamed)}
        placed = {each.seat for each in found(of, SealedOfferPlaced)}
        assert {seat for seat in finalists if best[seat] > costs[seat]} <= placed
        offers += len(placed)
    assert offers > 5


def test_the_final_stage_can_be_left_out() -> None:
    own = OpenClosedTerms(final=timedelta(0))
    of = played(of_format(Format.OPEN_CLOSED, open_closed=own))
    assert not found(of, SealedOfferPlaced)
    assert of.state.lots[1].winner is not None


def test_for_a_budget_quantities_rise_to_what_it_pays_and_no_further() -> None:
    of = played(of_format(Format.BUDGET))
    bids = found(of, BidPlaced)
    terms_lot = of.state.rules.lots[0]
    costs = {bot.seat: bot.costs[1] for bot in of.bots}
    by_seat: dict[str, list[Decimal]] = {}
    for each in bids:
        assert terms_lot.budget is not None
        assert each.amount * costs[each.seat] <= terms_lot.budget
        by_seat.setdefault(each.seat, []).append(each.amount)
    assert max(len(amounts) for amounts in by_seat.values()) > 1
    for amounts in by_seat.values():
        assert amounts == sorted(amounts)
    figures = figures_of(of, with_path=True)
    (told,) = figures["lots"]
    price = of.state.lots[1].price
    assert price is not None
    assert terms_lot.budget is not None
    assert Decimal(told["price"]) == unit_price(terms_lot, price)
    assert Decimal(figures["path"]["bids"][-1][2]) <= PRICES[1]


def test_for_a_budget_the_guard_and_the_multiple_hold() -> None:
    of = of_format(
        Format.BUDGET,
        lots=(replace(BUDGET, grid=FIVE, step=Step(StepKind.ABSOLUTE, FIVE)),),
        guard=Guard(Decimal(5), Decimal(9), Decimal(12)),
    )  # fmt: skip
    run = played(of)
    assert run.refused == 0
    assert all(each.amount % 5 == 0 for each in found(run, BidPlaced))


def test_a_unit_price_and_its_quantity() -> None:
    of = budget_lot(1, budget=Decimal("1000.00"), scale=1, grid=None)
    assert unit_price(of, Decimal(3)) == Decimal("333.333333")
    assert quantity_at(of, Decimal(300)) == Decimal("3.4")
    assert quantity_at(of, Decimal(250)) == Decimal("4.0")
    assert unit_price(lot(1), Decimal("12.34")) == Decimal("12.34")
    with pytest.raises(ValueError, match="without a budget"):
        quantity_at(lot(1), Decimal(1))


@pytest.mark.parametrize("scale", [0, 2])
def test_the_quantity_of_a_reckoned_price_is_the_one_it_came_from(scale: int) -> None:
    of = budget_lot(1, budget=Decimal("1000.00"), scale=scale, grid=None)
    for number in range(1, 400):
        quantity = Decimal(number).scaleb(-scale)
        assert quantity_at(of, reckoned_price(of, quantity)) == quantity


def test_what_budgets_pay_is_told_in_percent_of_what_the_quantities_would_cost() -> None:
    prices = {1: Decimal(1000), 2: Decimal(1000)}
    small = budget_lot(2, budget=Decimal(5000), floor=Decimal(4))
    of = rehearsed(budget_terms(lots=(BUDGET, small)), prices)
    run = play(of, bots_for(of, count=4, strategies=ALL, costs=Costs(), prices=prices, seed="1"))
    won = [each.price for each in run.state.lots.values() if each.price is not None]
    assert len(won) == 2
    spent = figures_of(run, with_path=False)["spent"]
    assert spent is not None
    assert abs(Decimal(spent) - Decimal(105_000) * 100 / (sum(won) * 1000)) < Decimal("0.02")


@pytest.mark.parametrize(
    "fields", [{"lot_order": LotOrder.SERIAL}, {"automatic_pause": AutomaticPause()}]
)
def test_every_format_can_be_compared_with_whatever_the_terms_say(fields: Any) -> None:
    chosen = [each for each in FORMATS if each not in (Format.ENGLISH, Format.BUDGET)]
    told = variants(terms(**fields), prices=PRICES, formats=chosen, steps=[])
    assert {each.format for each in told if not each.real} == set(chosen)


def test_quantities_are_not_compared_with_prices() -> None:
    mine = budget_terms()
    assert len(variants(mine, prices=PRICES, formats=list(FORMATS), steps=[])) == 1
    others = variants(terms(), prices=PRICES, formats=[Format.BUDGET, Format.SEALED], steps=[])
    assert [each.format for each in others] == [Format.ENGLISH, Format.SEALED]
