"""What winners of tied lots are paid: never less than asked, and not by their own prices."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auctions.domain.formats.vickrey import price
from auctions.domain.rules.vickrey_payments import Payment, limits_of, payments
from auctions.domain.terms import Format, LotTerms
from auctions.domain.terms_rules import (
    MOST_DISCOUNTED,
    MOST_PACKAGES,
    MOST_PACKED_LOTS,
)
from auctions.domain.winner_determination import Allocation, Bid, Discount, determine
from kernel.decimals import tick
from tests.domain.room import lot
from tests.properties.test_winner_determination import MOST_SECONDS, choices, markets, worth

Market = tuple[list[LotTerms], list[Bid], dict[str, Discount], dict[int, Decimal]]
CEILINGS = [Decimal(6), Decimal(8), Decimal(40)]  # prices are from 1 to 6


@st.composite
def limited(draw: st.DrawFn, *, open_lots: bool = False) -> Market:
    """Each lot with a ceiling, or some without any."""
    lots, bids, discounts = draw(markets())
    known = st.sampled_from(CEILINGS)
    ceilings = [draw(st.none() | known if open_lots else known) for _ in lots]
    lots = [replace(each, ceiling=most) for each, most in zip(lots, ceilings, strict=True)]
    return lots, bids, discounts, limits_of(lots, {})


def paid(market: Market) -> tuple[Allocation, tuple[Payment, ...]]:
    lots, bids, discounts, limits = market
    found = determine(lots, bids, discounts)
    return found, payments(lots, bids, discounts, limits, found)


def in_all(found: Sequence[Payment], seat: str) -> Fraction:
    return sum((each.paid for each in found if each.seat == seat), Fraction(0))


def held(found: Allocation) -> dict[int, str]:
    return {each.lot: each.bid.seat for each in found.won}


def cost(lots: Sequence[LotTerms], prices: Mapping[int, Decimal]) -> Fraction:
    return sum(
        (Fraction(lots[n - 1].quantity) * Fraction(p) for n, p in prices.items()), Fraction(0)
    )


@settings(max_examples=300, deadline=None)
@given(limited(open_lots=True))
def test_nobody_is_paid_less_than_it_asked_nor_more_than_the_limits(market: Market) -> None:
    lots, _, _, limits = market
    found, told = paid(market)
    asked = {each.lot: each.amount for each in found.won}
    assert sorted(n for each in told for n in each.prices) == sorted(asked)
    for each in told:
        assert each.asked == cost(lots, {n: asked[n] for n in each.prices})
        assert each.paid >= each.asked
        for n, unit in each.prices.items():
            assert asked[n] <= unit
            assert -int(unit.as_tuple().exponent) == lots[n - 1].scale
            assert n not in limits or unit <= limits[n]
        given_away = each.paid - cost(lots, each.prices)
        ticks = cost(lots, {n: tick(lots[n - 1].scale) for n in each.prices})
        assert 0 <= given_away < ticks
        if each.prices.keys() <= limits.keys():
            assert each.paid <= cost(lots, {n: limits[n] for n in each.prices})


@settings(max_examples=200, deadline=None)
@given(limited(open_lots=True))
def test_with_single_offers_alone_it_is_the_second_price_of_each_lot(market: Market) -> None:
    lots, bids, _, limits = market
    singles = [bid for bid in bids if bid.package is None]
    found, told = paid((lots, singles, {}, limits))
    units = {n: unit for each in told for n, unit in each.prices.items()}
    assert units.keys() == held(found).keys()
    for each in found.won:
        others = [
            bid.prices[each.lot]
            for bid in singles
            if each.lot in bid.prices and bid.seat != each.bid.seat
        ]
        second = min(others, default=None)
        assert units[each.lot] == price(each.amount, second, limits.get(each.lot))


@settings(max_examples=400, deadline=None)
@given(limited(), st.data())
def test_its_own_prices_do_not_change_what_it_is_paid(market: Market, data: st.DataObject) -> None:
    lots, bids, discounts, limits = market
    found, told = paid(market)
    assume(found.won)
    seat = data.draw(st.sampled_from(sorted({each.bid.seat for each in found.won})))
    changed = []
    for bid in bids:
        prices = dict(bid.prices)
        if bid.seat == seat:
            for n in prices:
                prices[n] = data.draw(st.integers(1, min(12, int(limits[n]))).map(Decimal))
        changed.append(replace(bid, prices=prices))
    others = dict(discounts)
    if seat in others:
        others[seat] = replace(
            others[seat], percent=data.draw(st.sampled_from([Decimal(1), Decimal(60)]))
        )
    again, told_again = paid((lots, changed, others, limits))
    mine = {n for n, name in held(found).items() if name == seat}
    assume(mine == {n for n, name in held(again).items() if name == seat})
    assert in_all(told_again, seat) == in_all(told, seat)


@settings(max_examples=300, deadline=None)
@given(limited(), st.data())
def test_with_one_offer_it_pays_to_ask_its_true_price(market: Market, data: st.DataObject) -> None:
    lots, bids, discounts, limits = market
    once = sorted(
        seat
        for seat in {bid.seat for bid in bids} - discounts.keys()
        if sum(bid.seat == seat for bid in bids) == 1
    )
    assume(once)
    seat = data.draw(st.sampled_from(once))
    (true,) = (bid for bid in bids if bid.seat == seat)
    asked = {n: data.draw(st.integers(1, int(limits[n])).map(Decimal)) for n in true.prices}
    other = [replace(bid, prices=asked) if bid.seat == seat else bid for bid in bids]
    gains = []
    for given_bids in (bids, other):
        found, told = paid((lots, given_bids, discounts, limits))
        wins = seat in held(found).values()
        gains.append(in_all(told, seat) - cost(lots, true.prices) if wins else Fraction(0))
    assert gains[0] >= gains[1]


@settings(max_examples=200, deadline=None)
@given(limited(open_lots=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(market: Market, chance: random.Random) -> None:
    lots, bids, discounts, limits = market
    mixed = list(bids)
    chance.shuffle(mixed)
    turned = dict(sorted(discounts.items(), reverse=True))
    assert paid((lots, mixed, turned, limits)) == paid(market)


@settings(max_examples=200, deadline=None)
@given(limited())
def test_it_is_what_trying_all_choices_finds(market: Market) -> None:
    """The best choice with the winner's offers at the limits, without its discount."""
    lots, bids, discounts, limits = market
    found, told = paid(market)
    for seat in sorted({each.bid.seat for each in found.won}):
        at_limits = [
            replace(bid, prices={n: limits[n] for n in bid.prices}) if bid.seat == seat else bid
            for bid in bids
        ]
        rules = {name: rule for name, rule in discounts.items() if name != seat}
        (unserved, without, _), _ = min(worth(lots, c, rules) for c in choices(at_limits))
        assert -unserved == len(found.won)
        others = cost(lots, {each.lot: each.amount for each in found.won if each.bid.seat != seat})
        assert in_all(told, seat) == Fraction(without) - others


@settings(max_examples=200, deadline=None)
@given(limited())
def test_where_others_serve_as_many_lots_and_limits_are_far_it_is_clarkes(market: Market) -> None:
    lots, bids, discounts, _ = market
    far = {each.number: Decimal(10_000) for each in lots}
    found, told = paid((lots, bids, discounts, far))
    for seat in sorted({each.bid.seat for each in found.won}):
        rest = [bid for bid in bids if bid.seat != seat]
        rules = {name: rule for name, rule in discounts.items() if name != seat}
        without = determine(lots, rest, rules)
        if len(without.won) < len(found.won):
            continue
        best = cost(lots, {each.lot: each.amount for each in found.won})
        own = cost(lots, {each.lot: each.amount for each in found.won if each.bid.seat == seat})
        other = cost(lots, {each.lot: each.amount for each in without.won})
        assert in_all(told, seat) == own + (other - best)


@pytest.mark.parametrize("ceiling", [Decimal(1000), None])
@pytest.mark.parametrize(
    ("count", "with_discounts"),
    [(MOST_PACKED_LOTS, False), (MOST_DISCOUNTED[Format.VICKREY], True)],
)
def test_at_the_limits_of_the_terms_it_is_found_at_once(
    count: int, with_discounts: bool, ceiling: Decimal | None
) -> None:
    """Every lot has a winner of its own: the search is done once more for each."""
    chance = random.Random(5)
    lots = [lot(number, ceiling=ceiling) for number in range(1, count + 1)]
    seqs = iter(range(1, 10_000))
    bids: list[Bid] = []
    discounts = {}
    for number in range(50):
        seat = f"s{number}"
        for each in range(1, count + 1):
            least = 5000 if each == number + 1 else 9000
            bids.append(
                Bid(seat, next(seqs), {each: Decimal(least + chance.randint(0, 999)) / 100})
            )
        for package in range(1, MOST_PACKAGES + 1):
            of = sorted(chance.sample(range(1, count + 1), chance.randint(2, count)))
            prices = {each: Decimal(chance.randint(8900, 9900)) / 100 for each in of}
            bids.append(Bid(seat, next(seqs), prices, package))
        if with_discounts:
            discounts[seat] = Discount(Decimal(number + 10) / 10, count=1)
    market: Any = (lots, bids, discounts, limits_of(lots, {}))
    before = time.process_time()
    found, told = paid(market)
    assert time.process_time() - before < MOST_SECONDS
    assert len(found.won) == len({each.seat for each in told}) == count
