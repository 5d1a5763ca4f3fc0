"""A rehearsal is the auction itself: same rules, reproducible, by bots that know no more."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.domain import outcome
from auctions.domain.direction import RISING
from auctions.domain.events import BidPlaced, DeadlineMoved, Opened
from auctions.domain.terms import (
    Basis,
    Feedback,
    Format,
    Guard,
    LineRules,
    LotOrder,
    SoftClose,
    Step,
    StepKind,
)
from auctions.domain.terms_check import check_terms
from auctions.ledger import replay
from auctions.rehearsal.play.bots import Bot, Strategy, view_of
from auctions.rehearsal.play.costs import Costs, Spread, unit_cost
from auctions.rehearsal.play.figures import figures_of, quartiles, summary
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.secrets import rehearsed
from auctions.rehearsal.play.simulate import Played, bots_for, play
from auctions.rehearsal.play.variants import variants
from tests.domain.budget_room import budget_lot, budget_terms
from tests.domain.room import START, Room, lot, minutes, seconds, terms
from tests.domain.test_lines import lines_lot
from tests.domain.turns_room import turns_terms

ALL = tuple(Strategy)
PRICES = {1: Decimal(1000), 2: Decimal(500)}
BUDGETS = tuple(budget_lot(number, floor=Decimal(90)) for number in PRICES)
OPEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)
HIDDEN = Feedback(rank=False, lead=False)
VARIED = {
    "ranks": {},
    "lead": {"feedback": OPEN, "basis": Basis.LEADER},
    "hidden": {"feedback": HIDDEN},
    "ranks hidden at the end": {"feedback": Feedback(hide_ranks_last=minutes(5))},
    "guarded": {"guard": Guard(Decimal(5), Decimal(9), Decimal(12))},
    "grid": {"lots": (lot(1, grid=Decimal("0.50"), step=Step(StepKind.ABSOLUTE, Decimal(5))),)},
    "no ceiling": {"lots": (lot(1, ceiling=None),)},
    "serial": {"lots": (lot(1), lot(2, ceiling=Decimal(500))), "lot_order": LotOrder.SERIAL},
    "pre-bids": {"prebid_opens_at": START - minutes(10)},
    "reserved": {"lots": (lot(1, reserve_commitment="ab" * 32),)},
    "positions": {"lots": (lines_lot(),)},
    "no price may rise": {
        "lots": (lines_lot(),),
        "line_rules": LineRules(zero=True, rise=False),
    },
    "turns": {
        **{
            name: getattr(turns_terms(), name)
            for name in (
                "format",
                "prebid_opens_at",
                "soft_close",
                "feedback",
                "withdrawal",
                "turns",
            )
        },
    },
}


def played(seed: str = "1", count: int = 5, strategies=ALL, costs=None, **fields) -> Played:
    of = terms(**fields)
    bots = bots_for(
        of, count=count, strategies=strategies, costs=costs or Costs(), prices=PRICES, seed=seed
    )
    return play(of, bots)


def bids(of: Played, seat: str = "") -> list[BidPlaced]:
    found = [each.event for each in of.ledger if isinstance(each.event, BidPlaced)]
    return [each for each in found if not seat or each.seat == seat]


@pytest.mark.parametrize("name", VARIED)
def test_the_ledger_replays_by_the_rules_of_the_live_auction(name):
    of = played(**VARIED[name])
    steps = [replay.Step(each.seq, each.at, each.event) for each in of.ledger]
    assert replay.replay_all(steps, {}) == of.state
    assert of.whole
    assert not of.state.phase.is_open
    assert bids(of)


@pytest.mark.parametrize("name", VARIED)
def test_the_winner_is_the_machines_and_nobody_bids_below_its_cost(name):
    of = played(**VARIED[name])
    for state in of.state.lots.values():
        lowest = outcome.winner(state, None)
        assert lowest is not None
        assert (state.winner, state.price) == (lowest[0], lowest[1].amount)
    costs = {bot.seat: bot.costs for bot in of.bots}
    assert all(bid.amount >= costs[bid.seat][bid.lot] for bid in bids(of))


@pytest.mark.parametrize("name", VARIED)
def test_the_same_seed_gives_the_same_ledger_and_another_seed_another(name):
    fields = VARIED[name]
    assert played(**fields).ledger == played(**fields).ledger
    assert bids(played("2", **fields)) != bids(played(**fields))


def test_a_hidden_reserve_takes_no_part():
    without = played(lots=(lot(1),))
    reserved = played(**VARIED["reserved"])
    opened = reserved.ledger[0].event
    assert isinstance(opened, Opened)
    assert opened.terms.lots[0].reserve_commitment is None
    assert reserved.ledger == without.ledger


def test_where_nothing_is_told_a_bots_bids_do_not_depend_on_the_others():
    """Rank, lead and count hidden, no extension: what B1 does follows from its own alone."""
    fields = {"feedback": HIDDEN, "soft_close": SoftClose(window=timedelta(0))}
    of = terms(**fields)
    mine, *others = bots_for(of, count=5, strategies=ALL, costs=Costs(), prices=PRICES, seed="7")
    for strategy in ALL:
        me = replace(mine, strategy=strategy)
        cheap = [replace(bot, costs={1: Decimal(100)}) for bot in others]
        first, second, alone = play(of, [me, *others]), play(of, [me, *cheap]), play(of, [me])
        assert bids(first, me.seat)
        assert bids(first, me.seat) == bids(second, me.seat) == bids(alone, me.seat)


@pytest.mark.parametrize("strategy", ALL)
def test_a_bot_that_sees_the_same_does_the_same(strategy):
    """Ranks alone are told: by how much somebody leads changes nothing."""
    looks = []
    for rival in ("800.00", "700.00"):
        room = Room(terms(), start=True)
        room.bid("a", "900.00", START + minutes(1))
        room.bid("b", rival, START + minutes(2))
        bot = Bot("a", strategy, {1: Decimal(750)}, PRICES, "seed")
        for moment in (minutes(3), minutes(30) - seconds(3)):
            view = view_of(room.state, bot, 1, START + moment, "r-1")
            looks.append(FORMATS[Format.ENGLISH].look(bot, view, bot.chance(1, 4)))
    assert looks[:2] == looks[2:]
    assert any(look.command is not None for look in looks)


def test_a_view_holds_nothing_of_the_others():
    room = Room(terms(), start=True)
    room.bid("b", "900.00", START + minutes(1))
    bot = Bot("a", Strategy.STRAIGHT, {1: Decimal(750)}, PRICES, "seed")
    standing = view_of(room.state, bot, 1, START + minutes(2), "r-1").standing
    assert standing.lead is None
    assert standing.participants is None
    assert standing.reserve_met is None


def test_late_bidders_extend_as_the_terms_say():
    of = played(strategies=(Strategy.SNIPER,), count=4)
    moves = [each.event for each in of.ledger if isinstance(each.event, DeadlineMoved)]
    assert len(moves) == of.state.lots[1].extensions > 0
    still = played(
        strategies=(Strategy.SNIPER,), count=4, soft_close=SoftClose(window=timedelta(0))
    )
    assert still.state.lots[1].extensions == 0
    assert still.state.ended_at == START + minutes(30)


def test_straightforward_bidders_bring_the_price_to_the_second_lowest_cost():
    for seed in "123456":
        of = played(seed, strategies=(Strategy.STRAIGHT,))
        (figures,) = figures_of(of, with_path=False)["lots"]
        assert figures["cheapest_won"]
        # Within one step of half a percent and the step that the second would not follow.
        assert Decimal("98.9") <= Decimal(figures["of_second"]) <= Decimal("100.6")


def test_a_cost_above_the_ceiling_stays_away():
    of = played(costs=Costs(Spread.LIST, listed=(Decimal(120), Decimal(80))), count=2)
    assert not bids(of, "B1")
    assert of.state.lots[1].winner == "B2"


@pytest.mark.parametrize("spread", Spread)
def test_costs_are_drawn_again_from_the_same_chance(spread):
    costs = Costs(spread, Decimal(70), Decimal(90), Decimal(5), (Decimal(80), Decimal(85)))
    first = costs.draw(9, random.Random("x"))
    assert first == costs.draw(9, random.Random("x"))
    assert len(first) == 9
    if spread is Spread.UNIFORM:
        assert all(70 <= each <= 90 for each in first)
    if spread is Spread.LIST:
        assert first == [Decimal(80), Decimal(85)] * 4 + [Decimal(80)]
    if spread is Spread.COMMON:
        assert max(first) / min(first) <= Decimal(105) / Decimal(95)


def test_a_cost_is_at_the_scale_and_above_zero():
    assert unit_cost(Decimal("33.333"), Decimal("10.00"), 2) == Decimal("3.33")
    assert unit_cost(Decimal(1), Decimal("0.01"), 2) == Decimal("0.01")


def test_quartiles_lie_in_proportion_between_two_values():
    assert quartiles(Decimal(each) for each in (4, 1, 3, 2)) == [
        Decimal(1), Decimal("1.75"), Decimal("2.5"), Decimal("3.25"), Decimal(4)
    ]  # fmt: skip
    assert quartiles([]) == []
    assert quartiles([Decimal(7)]) == [Decimal(7)] * 5


def test_figures_of_many_runs():
    runs = [figures_of(played(str(seed)), with_path=seed == 0) for seed in range(4)]
    found = summary(runs)
    assert found["runs"] == 4
    assert found["won"] == "100.00"
    assert found["seconds"][0] >= 30 * 60
    assert runs[0]["path"]["bids"]
    assert "path" not in runs[1]
    last = Decimal(runs[0]["path"]["bids"][-1][1])
    assert last <= runs[0]["path"]["ends"][0][1] == runs[0]["seconds"]


def test_formats_are_compared_with_the_same_bidders():
    found = variants(terms(), prices=PRICES, formats=list(FORMATS), steps=[])
    assert [each.format for each in found] == [each for each in FORMATS if each not in RISING]
    bots = bots_for(
        terms(), count=4, strategies=(Strategy.STRAIGHT,), costs=Costs(), prices=PRICES, seed="1"
    )
    cheapest = min(bots, key=lambda bot: bot.costs[1])
    for each in found:
        of = play(each.terms, bots)
        assert of.state.lots[1].winner == cheapest.seat
        assert of.state.lots[1].price >= cheapest.costs[1]


def test_variants_are_the_terms_then_other_steps_and_never_impossible():
    found = variants(
        terms(), prices=PRICES, formats=[Format.ENGLISH],
        steps=[Decimal(1), Decimal("0.2"), Decimal(1)],
    )  # fmt: skip
    assert [each.real for each in found] == [True, False, False]
    assert [each.step for each in found] == [None, Decimal(1), Decimal("0.2")]
    assert found[1].terms.lots[0].step.percent == Decimal(1)
    assert not any(check_terms(each.terms) for each in found)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_with_bots_is_played_to_its_end(name):
    """Whoever adds a format adds one file: this plays it, replays it and finds it reproducible."""
    of = FORMATS[name].terms_of(terms(lots=(lot(1), lot(2, ceiling=Decimal(500)))), PRICES)
    of = rehearsed(of or budget_terms(lots=BUDGETS), PRICES)
    assert not check_terms(of)
    bots = bots_for(of, count=4, strategies=ALL, costs=Costs(), prices=PRICES, seed="f")
    once, twice = play(of, bots), play(of, bots)
    assert once.ledger == twice.ledger
    assert once.whole
    assert not once.state.phase.is_open
    steps = [replay.Step(each.seq, each.at, each.event) for each in once.ledger]
    assert replay.replay_all(steps, {}) == once.state
    assert [each.price is not None for each in once.state.lots.values()] == [True, True]
    assert figures_of(once, with_path=True)["path"]["bids"]


def test_in_rounds_the_bots_lower_their_offers_turn_by_turn():
    of = played(**VARIED["turns"], strategies=(Strategy.STRAIGHT,), count=4)
    offers = {}
    for bid in bids(of):
        offers.setdefault(bid.seat, []).append(bid.amount)
    assert len(offers) == 4
    assert sum(len(amounts) for amounts in offers.values()) >= 8
    for amounts in offers.values():
        assert amounts == sorted(amounts, reverse=True)
        assert len(set(amounts)) == len(amounts)
    assert of.state.lots[1].price == min(amounts[-1] for amounts in offers.values())
    assert of.refused == 0


def test_other_formats_are_compared_with_rounds_in_turns():
    found = variants(terms(preset="eu_2014_24", feedback=OPEN), prices=PRICES,
                     formats=[Format.TURNS], steps=[])  # fmt: skip
    assert [each.format for each in found] == [Format.ENGLISH, Format.TURNS]
    assert check_terms(found[1].terms) == []
