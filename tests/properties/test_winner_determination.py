"""The best choice of offers is the one that trying all of them finds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain.terms import LotTerms
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
    by_number = {each.number: each for each in lots}
    won: dict[int, tuple[str, int, Decimal]] = {}
    for seat in {bid.seat for bid in chosen}:
        mine = {
            n: (bid.seq, p) for bid in chosen if bid.seat == seat for n, p in bid.prices.items()
        }
        gross = sum(total(by_number[n], price) for n, (_, price) in mine.items())
        rule = discounts.get(seat)
        holds = (
            rule is not None
            and set(rule.lots) <= set(mine)
            and len(mine) >= rule.count
            and gross >= rule.least
        )
        for n, (seq, price) in mine.items():
            off = rule.percent if rule is not None and holds else Decimal(0)
            paid = discounted(price, off, by_number[n].scale)
            won[n] = seat, seq, paid if holds else price
    cost = sum((total(by_number[n], paid) for n, (_, _, paid) in won.items()), Decimal(0))
    order = [won[each.number][1] if each.number in won else NOBODY for each in lots]
    return (-len(won), cost, order), won


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
    assert found.total == key[1]
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
    assert (-len(after.won), after.total) <= (-len(before.won), before.total)


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
    # By the lot's total: unit prices that round to one total are equal.
    best = {}
    for each in lots:
        if each.number in lowest:
            price, seq, seat = min(
                lowest[each.number], key=lambda item: (total(each, item[0]), item[1])
            )
            best[each.number] = seat, seq, price
    assert told(found) == best
