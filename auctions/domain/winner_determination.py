"""Who wins which lots where offers may be tied: exact, and the same for any order of its input.

Offers for one lot and packages (all or nothing over several) compete; a supplier may also give a
discount on all it wins, on a condition. Of all ways to choose offers that share no lot, the one is
found that

1. serves the most lots;
2. of those, costs the least: the exact sum of quantity x unit price, after discounts;
3. of those, has on lot 1 the offer sealed earliest, then on lot 2, and so on. A lot that nobody
   gets counts as later than any.

All three are one whole number for each choice, the sum of what its offers weigh, so that the least
number is the result, and names it. Dynamic programming over sets of lots: see docs/adr/0012.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auctions.domain.terms import LotTerms
from kernel.decimals import MAX_SCALE, floor_fraction, line_total

_SEQ_BITS = 32  # a place in the ledger
_NOBODY = 2**_SEQ_BITS - 1
_UNITS = 10 ** (2 * MAX_SCALE)  # of money, so that every quantity x price is whole


@dataclass(frozen=True, slots=True)
class Bid:
    """One offer by a seat: a unit price for each of its lots, all or nothing."""

    seat: str
    seq: int  # the entry that sealed it
    prices: Mapping[int, Decimal]  # by lot
    package: int | None = None  # its number; None: an offer for one lot


@dataclass(frozen=True, slots=True)
class Discount:
    """So many percent off everything a seat wins, if it wins enough. Conditions add up."""

    percent: Decimal
    lots: tuple[int, ...] = ()  # at least these
    count: int = 0  # at least so many
    least: Decimal = Decimal(0)  # at least so much in all, before the discount


@dataclass(frozen=True, slots=True)
class Won:
    """One lot's winner and what it asks a unit, after a discount."""

    lot: int
    bid: Bid
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """The lots that somebody gets, in order, and what all of them cost."""

    won: tuple[Won, ...]
    total: Decimal
    discounts: tuple[str, ...]  # the seats whose discount holds


@dataclass(frozen=True, slots=True)
class _Weights:
    """The lots as bits, and what serving one weighs."""

    lots: Sequence[LotTerms]
    places: Mapping[int, int]  # lot to bit
    money: int  # what one unit of money weighs
    unserved: int  # what a lot without a winner weighs

    @property
    def full(self) -> int:
        return (1 << len(self.lots)) - 1

    def cost(self, lot: int, price: Decimal) -> int:
        """What a lot costs in units of money, unrounded: a lower price is never equal."""
        exact = Fraction(self.lots[self.places[lot]].quantity) * Fraction(price) * _UNITS
        whole: int = exact.numerator
        return whole

    def total(self, lot: int, price: Decimal) -> Fraction:
        """A lot's total as people read it."""
        terms = self.lots[self.places[lot]]
        return Fraction(line_total(terms.quantity, price, terms.scale))

    def rank(self, lot: int, seq: int) -> int:
        """What the order of sealing weighs: lot 1 outweighs all others together."""
        return seq << (_SEQ_BITS * (len(self.lots) - 1 - self.places[lot]))

    def nobody(self, place: int) -> int:
        return self.unserved + self.rank(self.lots[place].number, _NOBODY)

    def mask(self, bid: Bid) -> int:
        return sum(1 << self.places[lot] for lot in bid.prices)

    def weight(self, bid: Bid, discount: Discount | None = None) -> int:
        return sum(
            self.cost(lot, self._asked(lot, price, discount)) * self.money + self.rank(lot, bid.seq)
            for lot, price in bid.prices.items()
        )

    def _asked(self, lot: int, price: Decimal, discount: Discount | None) -> Decimal:
        if discount is None:
            return price
        return discounted(price, discount.percent, self.lots[self.places[lot]].scale)


def discounted(price: Decimal, percent: Decimal, scale: int) -> Decimal:
    """A unit price after a discount: rounded up to the lot's scale, so never more is given."""
    exact = Fraction(price) * (100 - Fraction(percent)) / 100
    return -floor_fraction(-exact, scale)


def determine(
    lots: Sequence[LotTerms], bids: Sequence[Bid], discounts: Mapping[str, Discount] | None = None
) -> Allocation:
    """The best choice of offers. A seat has at most one offer for a lot alone."""
    given = discounts or {}
    weights = _weigh(lots, bids)
    found = _base(weights, bids)
    for seat in sorted(given):
        own = [bid for bid in bids if bid.seat == seat]
        found = _with_group(weights.full, found, _group(weights, own, given[seat]))
    return _named(weights, found[weights.full], bids, given)


def _weigh(lots: Sequence[LotTerms], bids: Sequence[Bid]) -> _Weights:
    money = 1 << (_SEQ_BITS * len(lots))
    places = {lot.number: place for place, lot in enumerate(lots)}
    plain = _Weights(lots, places, money, 0)
    # More than any choice of offers costs, whatever it is.
    dearest = [0] * len(lots)
    for bid in bids:
        for lot, price in bid.prices.items():
            dearest[places[lot]] = max(dearest[places[lot]], plain.cost(lot, price))
    return _Weights(lots, places, money, (sum(dearest) + 1) * money)


def _base(weights: _Weights, bids: Sequence[Bid]) -> list[int]:
    """For each set of lots the least weight of offers within it, without discounts."""
    least: dict[int, int] = {}
    for bid in bids:
        mask, weight = weights.mask(bid), weights.weight(bid)
        if mask not in least or weight < least[mask]:
            least[mask] = weight
    by_lowest: list[list[tuple[int, int]]] = [[] for _ in weights.lots]
    for mask, weight in least.items():
        by_lowest[_lowest(mask)].append((mask, weight))
    found = [0] * (weights.full + 1)
    for mask in range(1, weights.full + 1):
        place = _lowest(mask)
        best = found[mask & (mask - 1)] + weights.nobody(place)
        for part, weight in by_lowest[place]:
            if part & mask == part:
                value = found[mask ^ part] + weight
                best = min(best, value)
        found[mask] = best
    return found


def _with_group(full: int, found: list[int], group: Mapping[int, int]) -> list[int]:
    """The same with one seat's discounted offers, of which one set is taken or none."""
    better = list(found)
    for part, weight in group.items():
        rest = full ^ part
        if weight >= found[part]:
            continue  # the same lots are served as well without it, whatever the others are
        left = rest
        while True:
            value = found[left] + weight
            better[left | part] = min(better[left | part], value)
            if not left:
                break
            left = (left - 1) & rest
    return better


def _group(weights: _Weights, own: Sequence[Bid], discount: Discount) -> dict[int, int]:
    """The least weight for each set of lots that a seat can serve alone with its discount."""
    singles = {weights.mask(bid): bid for bid in own if bid.package is None}
    packages = [bid for bid in own if bid.package is not None]
    needed = sum(1 << weights.places[lot] for lot in discount.lots)
    threshold = Fraction(discount.least)
    worth = {bid.seq: (_gross(weights, bid), weights.weight(bid, discount)) for bid in own}
    group: dict[int, int] = {}
    for family in _disjoint(weights, packages):
        taken = sum(weights.mask(bid) for bid in family)
        before = sum((worth[bid.seq][0] for bid in family), Fraction(0))
        chosen = [(taken, before, sum(worth[bid.seq][1] for bid in family))]
        for mask, bid in singles.items():
            if mask & taken:
                continue
            gross, net = worth[bid.seq]
            chosen += [(part | mask, g + gross, n + net) for part, g, n in chosen]
        for part, gross, net in chosen:
            holds = (
                part
                and part & needed == needed
                and part.bit_count() >= discount.count
                and gross >= threshold
            )
            if holds and (part not in group or net < group[part]):
                group[part] = net
    return group


def _gross(weights: _Weights, bid: Bid) -> Fraction:
    return sum((weights.total(lot, price) for lot, price in bid.prices.items()), Fraction(0))


def _disjoint(weights: _Weights, packages: Sequence[Bid]) -> Iterator[list[Bid]]:
    """Every choice of packages that share no lot, the empty one too."""
    if not packages:
        yield []
        return
    first, rest = packages[0], packages[1:]
    mask = weights.mask(first)
    yield from _disjoint(weights, rest)
    apart = [bid for bid in rest if not weights.mask(bid) & mask]
    for family in _disjoint(weights, apart):
        yield [first, *family]


def _named(
    weights: _Weights, weight: int, bids: Sequence[Bid], discounts: Mapping[str, Discount]
) -> Allocation:
    """The choice that weighs so much: its last digits are the entries of the offers, by lot."""
    by_seq = {bid.seq: bid for bid in bids}
    chosen: dict[int, Bid] = {}
    for lot in weights.lots:
        seq = weight // weights.rank(lot.number, 1) % 2**_SEQ_BITS
        if seq != _NOBODY:
            chosen[lot.number] = by_seq[seq]
    held = tuple(
        seat
        for seat in sorted(discounts)
        if _holds(weights, discounts[seat], {n: b for n, b in chosen.items() if b.seat == seat})
    )
    won, totals = [], []
    for number, bid in chosen.items():
        terms = weights.lots[weights.places[number]]
        amount = bid.prices[number]
        if bid.seat in held:
            amount = discounted(amount, discounts[bid.seat].percent, terms.scale)
        won.append(Won(number, bid, amount))
        totals.append(line_total(terms.quantity, amount, terms.scale))
    return Allocation(tuple(won), sum_of(totals), held)


def _holds(weights: _Weights, discount: Discount, won: Mapping[int, Bid]) -> bool:
    gross = sum((weights.total(lot, bid.prices[lot]) for lot, bid in won.items()), Fraction(0))
    return (
        bool(won)
        and set(discount.lots) <= set(won)
        and len(won) >= discount.count
        and gross >= Fraction(discount.least)
    )


def cost_of(lots: Iterable[LotTerms], prices: Iterable[tuple[int, Decimal | Fraction]]) -> Fraction:
    """The sum of quantity x unit price, not rounded; ``prices`` by lot."""
    quantities = {lot.number: Fraction(lot.quantity) for lot in lots}
    return sum((quantities[lot] * Fraction(price) for lot, price in prices), Fraction(0))


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """Exact, with as many digits after the point as the longest one has."""
    given = list(amounts)
    scale = max((-int(amount.as_tuple().exponent) for amount in given), default=0)
    return floor_fraction(sum(map(Fraction, given), Fraction(0)), scale)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
