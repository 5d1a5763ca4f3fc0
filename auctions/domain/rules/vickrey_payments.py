"""What the winners of a Vickrey auction with packages are paid: the mechanism of Vickrey, Clarke
and Groves over what the winner determination maximises.

A winner is paid what it asked, and on top what its prices save the others' best choice:

    paid = cost of the best choice without its prices - cost of the others' offers in the choice

*Without its prices* the buyer stands in its place, as a bidder with the reserves does in
textbooks: with the very offers and packages that the winner made, each lot at its **limit** (the
reserve or the ceiling, whichever is lower) and no discount. So lots that nobody else offers count
at their limit. Where a lot has no limit, the buyer stands in only where fewer lots could be served
otherwise, at the price that the winner asked.

Since the winner's offers are within the limits, the choice with the buyer in its place serves as
many lots and costs no less. Hence the payment is never below what was asked and never above the
limits of the lots won; and, where there are limits, it is the same whatever prices the winner asked
within them, as long as it wins the same lots.

E. Clarke, "Multipart Pricing of Public Goods" (1971); T. Groves, "Incentives in Teams" (1973); the
worst prices instead of none as what a bidder is measured by: V. Krishna and M. Perry, "Efficient
Mechanism Design" (1998); what the mechanism does not give: L. Ausubel and P. Milgrom, "The Lovely
but Lonely Vickrey Auction" (2006).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from auctions.domain.events import LotsAllocated, LotsPaid
from auctions.domain.terms import LotTerms
from auctions.domain.winner_determination import (
    Allocation,
    Bid,
    Discount,
    Won,
    cost_of,
    determine,
    discounted,
    sum_of,
)
from kernel.decimals import exact, floor_fraction, line_total

Lots = Mapping[int, LotTerms]
Limits = Mapping[int, Decimal]  # by lot; a lot without reserve and ceiling is not in it


@dataclass(frozen=True, slots=True)
class Payment:
    """What one seat is paid for the lots it wins among lots that are tied to each other."""

    seat: str
    asked: Fraction  # quantity x unit price after its discount, over these lots
    paid: Fraction  # in all, exact
    prices: Mapping[int, Decimal]  # paid a unit, by lot; rounded down to the lot's decimals


def limits_of(lots: Sequence[LotTerms], reserves: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The most that is paid for a unit of each lot that has a reserve or a ceiling."""
    found = {}
    for lot in lots:
        given = [each for each in (reserves.get(lot.number), lot.ceiling) if each is not None]
        if given:
            found[lot.number] = min(given)
    return found


def payments(
    lots: Sequence[LotTerms],
    bids: Sequence[Bid],
    discounts: Mapping[str, Discount],
    limits: Limits,
    found: Allocation,
) -> tuple[Payment, ...]:
    """What each winner of ``found``, the best choice of ``bids``, is paid; in order of its lots."""
    paid = []
    for numbers in tied(lots, bids, discounts):
        market = _Market(
            {lot.number: lot for lot in lots if lot.number in numbers},
            [bid for bid in bids if bid.prices.keys() <= numbers],
            # One that names a lot of another part is of a seat with no offer for that lot, or here.
            {seat: rule for seat, rule in discounts.items() if numbers.issuperset(rule.lots)},
            limits,
        )
        won = [each for each in found.won if each.lot in numbers]
        for seat in dict.fromkeys(each.bid.seat for each in won):
            paid.append(market.payment(seat, won, seat in found.discounts))
    return tuple(sorted(paid, key=lambda each: min(each.prices)))


def tied(
    lots: Sequence[LotTerms], bids: Sequence[Bid], discounts: Mapping[str, Discount]
) -> list[frozenset[int]]:
    """The lots in parts that packages and discounts tie together: each part is decided alone."""
    parts = [frozenset((lot.number,)) for lot in lots]
    held = [frozenset(bid.prices) for bid in bids]
    for seat in discounts:
        held.append(frozenset(lot for bid in bids if bid.seat == seat for lot in bid.prices))
    for some in held:
        touched = [part for part in parts if part & some]
        if len(touched) > 1:
            parts = [part for part in parts if not part & some]
            parts.append(frozenset().union(*touched))
    return parts


@dataclass(frozen=True, slots=True)
class _Market:
    """Lots that are tied to each other, with the offers for them."""

    lots: Lots
    bids: Sequence[Bid]
    discounts: Mapping[str, Discount]
    limits: Limits

    def payment(self, seat: str, won: Sequence[Won], reduced: bool) -> Payment:
        own = [each for each in won if each.bid.seat == seat]
        asked = self._cost((each.lot, each.amount) for each in own)
        others = self._cost((each.lot, each.amount) for each in won if each.bid.seat != seat)
        # Only where a lot has no limit can the best choice without its prices cost less: it
        # counts the winner's other offers with a discount whose condition they may not meet.
        paid = max(asked, self._without(seat, reduced) - others)
        return Payment(seat, asked, paid, self._unit_prices(own, asked, paid))

    def _without(self, seat: str, reduced: bool) -> Fraction:
        """What the best choice costs with the buyer in the seat's place."""
        worst = {**self._beyond(), **self.limits}
        bids = [
            bid
            if bid.seat != seat
            else replace(bid, prices={number: worst[number] for number in bid.prices})
            for bid in self.bids
        ]
        rules = {name: rule for name, rule in self.discounts.items() if name != seat}
        asked = {bid.seq: bid.prices for bid in self.bids}
        found = determine(list(self.lots.values()), bids, rules)
        return self._cost(
            (each.lot, self._asked(seat, asked[each.bid.seq][each.lot], each.lot, reduced))
            if each.bid.seat == seat and each.lot not in self.limits
            else (each.lot, each.amount)
            for each in found.won
        )

    def _beyond(self) -> dict[int, Decimal]:
        """For each lot without a limit a price above what any choice costs: the last resort."""
        without = [lot for number, lot in self.lots.items() if number not in self.limits]
        if not without:
            return {}
        dearest = {n: self.limits.get(n, Decimal(0)) for n in self.lots}
        for bid in self.bids:
            for n, price in bid.prices.items():
                dearest[n] = max(dearest[n], price)
        most = self._cost(dearest.items()) + 1
        return {lot.number: Decimal(ceil(most / Fraction(lot.quantity))) for lot in without}

    def _asked(self, seat: str, price: Decimal, lot: int, reduced: bool) -> Decimal:
        if not reduced:
            return price
        return discounted(price, self.discounts[seat].percent, self.lots[lot].scale)

    def _unit_prices(
        self, own: Sequence[Won], asked: Fraction, paid: Fraction
    ) -> dict[int, Decimal]:
        """Each lot is raised by the same share of the way from its asked price to its limit.

        Where one of the lots has no limit, all are raised by the same factor, the others to their
        limit at most; what that leaves goes to those without one, again by one factor.
        """
        prices: dict[int, Fraction] = {each.lot: Fraction(each.amount) for each in own}
        limited = {n: Fraction(self.limits[n]) for n in prices if n in self.limits}
        if len(limited) == len(prices):
            room = self._cost(limited.items()) - asked
            share = (paid - asked) / room if room else Fraction(0)
            prices = {n: price + (limited[n] - price) * share for n, price in prices.items()}
        else:
            raised = {n: min(limit, prices[n] * paid / asked) for n, limit in limited.items()}
            rest = self._cost((n, price) for n, price in prices.items() if n not in limited)
            factor = (paid - self._cost(raised.items())) / rest
            prices = {n: raised.get(n, price * factor) for n, price in prices.items()}
        return {n: floor_fraction(price, self.lots[n].scale) for n, price in prices.items()}

    def _cost(self, prices: Iterable[tuple[int, Decimal | Fraction]]) -> Fraction:
        return cost_of(self.lots.values(), prices)


def with_payments(
    allocated: LotsAllocated,
    found: Allocation,
    *,
    lots: Sequence[LotTerms],
    bids: Sequence[Bid],
    discounts: Mapping[str, Discount],
    reserves: Mapping[int, Decimal],
) -> LotsAllocated:
    """The entry of an allocation with what is paid beside what is asked."""
    paid = payments(lots, bids, discounts, limits_of(lots, reserves), found)
    unit = {number: price for each in paid for number, price in each.prices.items()}
    terms = {lot.number: lot for lot in lots}
    return replace(
        allocated,
        lots=tuple(replace(each, paid=unit[each.lot]) for each in allocated.lots),
        payments=tuple(
            LotsPaid(each.seat, tuple(sorted(each.prices)), exact(each.asked), exact(each.paid))
            for each in paid
        ),
        paid=sum_of(
            line_total(terms[number].quantity, price, terms[number].scale)
            for number, price in unit.items()
        ),
    )
