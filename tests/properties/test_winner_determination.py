"""The best choice of offers is the one that trying all of them finds."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain.terms import Format, LotTerms
from auctions.domain.terms_rules import MOST_DISCOUNTED, MOST_PACKAGES, MOST_PACKED_LOTS
from auctions.domain.winner_determination import (
    Allocation,
    Bid,
    Discount,
    determine,
    discounted,
)
from kernel.decimals import line_total
from tests.domain.room import lot

NOBODY = 2**32 - 1
SEATS = "abc"
MOST_SECONDS = 2.0  # of the processor


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[LotTerms], list[Bid], dict[str, Discount]]:
    """Few lots and prices, so that ties and crossing packages are common."""
    count = draw(st.integers(1, 4))
    scales = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    quantities = st.sampled_from([Decimal(1), Decimal(3), Decimal("2.5")])
    lots = [lot(n + 1, scale=scales[n], quantity=draw(quantities)) for n in range(count)]
    seqs = iter(draw(st.permutations(range(1, 40))))
    prices = st.integers(1, 6).map(Decimal)
    bids = []
    for seat in SEATS:
        for each in lots:
            if draw(st.booleans()):
                bids.append(Bid(seat, next(seqs), {each.number: draw(prices)}))
        for number in range(draw(st.integers(0, 2)) if count > 1 else 0):
            held = draw(st.sets(st.integers(1, count), min_size=2))
            named = {each: draw(prices) for each in sorted(held)}
            bids.append(Bid(seat, next(seqs), named, number + 1))
    discounts = {}
    for seat in SEATS:
        if draw(st.booleans()):
            discounts[seat] = Discount(
                draw(st.sampled_from([Decimal("12.5"), Decimal(50), Decimal(90)])),
                tuple(sorted(draw(st.sets(st.integers(1, count), max_size=2)))),
                draw(st.integers(0, count)),
                draw(st.sampled_from([Decimal(0), Decimal(10), Decimal("25.5")])),
            )
    return lots, bids, discounts


def choices(bids: Sequence[Bid], taken: frozenset[int] = frozenset()) -> Iterator[list[Bid]]:
    """Every choice of bids that share no lot."""
    if not bids:
        yield []
        return
    yield from choices(bids[1:], taken)
    if not taken & bids[0].prices.keys():
        for rest in choices(bids[1:], taken | bids[0].prices.keys()):
            yield [bids[0], *rest]


def worth(
    lots: Sequence[LotTerms], chosen: Sequence[Bid], discounts: Mapping[str, Discount]
) -> tuple[Any, dict[int, tuple[str, int, Decimal]]]:
    """What a choice is compared by, and each lot's winner, entry and unit price."""
    of = {each.number: each for each in lots}
    won: dict[int, tuple[str, int, Decimal]] = {}
    for seat in {bid.seat for bid in chosen}:
        mine = {
            n: (bid.seq, p) for bid in chosen if bid.seat == seat for n, p in bid.prices.items()
        }
        gross = sum(total(of[n], price) for n, (_, price) in mine.items())
        rule = discounts.get(seat)
        holds = (
            rule is not None
            and set(rule.lots) <= set(mine)
            and len(mine) >= rule.count
            and gross >= rule.least
        )
        for n, (seq, price) in mine.items():
            off = rule.percent if rule is not None and holds else Decimal(0)
            paid = discounted(price, off, of[n].scale)
            won[n] = seat, seq, paid if holds else price
    cost = sum((of[n].quantity * paid for n, (_, _, paid) in won.items()), Decimal(0))
    order = [won[each.number][1] if each.number in won else NOBODY for each in lots]
    return (-len(won), cost, order), won


def by_number(lots: Sequence[LotTerms], number: int) -> LotTerms:
    return next(each for each in lots if each.number == number)


def cost(lots: Sequence[LotTerms], found: Allocation) -> Decimal:
    parts = (by_number(lots, each.lot).quantity * each.amount for each in found.won)
    return sum(parts, Decimal(0))


def total(each: LotTerms, price: Decimal) -> Decimal:
    return line_total(each.quantity, price, each.scale)


def told(found: Allocation) -> dict[int, tuple[str, int, Decimal]]:
    return {each.lot: (each.bid.seat, each.bid.seq, each.amount) for each in found.won}


@settings(max_examples=300, deadline=None)
@given(markets())
def test_it_is_the_best_of_all_choices(market: Any) -> None:
    lots, bids, discounts = market
    key, won = min(worth(lots, chosen, discounts) for chosen in choices(bids))
    found = determine(lots, bids, discounts)
    assert told(found) == won
    totals = [total(by_number(lots, n), paid) for n, (_, _, paid) in won.items()]
    assert found.total == sum(totals, Decimal(0))
    # The very choice that the winners name costs what is told.
    taken = {each.bid.seq for each in found.won}
    again, _ = worth(lots, [bid for bid in bids if bid.seq in taken], discounts)
    assert again == key


@settings(max_examples=100, deadline=None)
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(market: Any, chance: random.Random) -> None:
    lots, bids, discounts = market
    first = determine(lots, bids, discounts)
    mixed = list(bids)
    chance.shuffle(mixed)
    turned = dict(sorted(discounts.items(), reverse=True))
    assert determine(lots, mixed, turned) == first


@settings(max_examples=100, deadline=None)
@given(markets())
def test_one_more_offer_never_makes_it_worse(market: Any) -> None:
    lots, bids, discounts = market
    before = determine(lots, bids[:-1], discounts)
    after = determine(lots, bids, discounts)
    assert (-len(after.won), cost(lots, after)) <= (-len(before.won), cost(lots, before))


@settings(max_examples=100, deadline=None)
@given(markets())
def test_without_packages_and_discounts_each_lot_goes_to_its_lowest_offer(market: Any) -> None:
    lots, bids, _ = market
    singles = [bid for bid in bids if bid.package is None]
    lowest = {}
    for bid in singles:
        ((number, price),) = bid.prices.items()
        lowest.setdefault(number, []).append((price, bid.seq, bid.seat))
    found = determine(lots, singles)
    best = {}
    for each in lots:
        if each.number in lowest:
            price, seq, seat = min(lowest[each.number])
            best[each.number] = seat, seq, price
    assert told(found) == best


@pytest.mark.parametrize(
    ("count", "seats", "packages", "with_discounts"),
    [(MOST_PACKED_LOTS, 50, MOST_PACKAGES, False), (MOST_DISCOUNTED[Format.SEALED], 50, 5, True)],
)
def test_at_the_limits_of_the_terms_it_is_found_at_once(
    count: int, seats: int, packages: int, with_discounts: bool
) -> None:
    chance = random.Random(12)
    lots = [lot(number) for number in range(1, count + 1)]
    seqs = iter(range(1, 10_000))
    bids: list[Bid] = []
    discounts = {}
    for number in range(seats):
        seat = f"s{number}"
        for each in range(1, count + 1):
            bids.append(Bid(seat, next(seqs), {each: Decimal(chance.randint(9000, 10000)) / 100}))
        for package in range(1, packages + 1):
            held = sorted(chance.sample(range(1, count + 1), chance.randint(2, count)))
            prices = {each: Decimal(chance.randint(8900, 9900)) / 100 for each in held}
            bids.append(Bid(seat, next(seqs), prices, package))
        if with_discounts:
            # Each better than the one before, so that none can be left out early.
            percent = Decimal(number + 1) / 10
            discounts[seat] = Discount(percent, count=chance.randint(1, 3))
    before = time.process_time()
    found = determine(lots, bids, discounts)
    assert time.process_time() - before < MOST_SECONDS
    assert len(found.won) == count
