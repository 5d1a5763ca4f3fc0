"""Vickrey: sealed offers, the lowest wins and is paid what the second lowest asked.

In the winner's own money, rounded down, which is never below what it asked. Never more than the
reserve, or where there is none the ceiling. A single bidder is paid that, and
its own price where there is neither.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from auctions.domain import money, outcome
from auctions.domain.formats import sealed
from auctions.domain.rules import vickrey_payments
from auctions.domain.rules.closing import Winner
from auctions.domain.state import LotState, Offer
from auctions.domain.terms import LotTerms
from kernel.decimals import floor_fraction


def price(own: Decimal, second: Decimal | None, limit: Decimal | None) -> Decimal:
    """What the winner is paid; never less than it asked."""
    given = [amount for amount in (second, limit) if amount is not None]
    return min(given, default=own)


def second_price(terms: LotTerms) -> Winner:
    """The lowest offer within the reserve wins at :func:`price`."""

    def winner(lot: LotState, reserve: Decimal | None) -> tuple[str, Offer] | None:
        won = outcome.winner(lot, reserve)
        if won is None:
            return None
        seat, offer = won
        if lot.money:
            return seat, replace(
                offer, amount=_in_own_money(lot, seat, offer, (reserve, terms.ceiling))
            )
        others = [other.amount for name, other in outcome.ordered(lot) if name != seat]
        limits = [each for each in (reserve, terms.ceiling) if each is not None]
        limit = min(limits, default=None)
        return seat, replace(offer, amount=price(offer.amount, min(others, default=None), limit))

    return winner


def _in_own_money(
    lot: LotState, seat: str, offer: Offer, limits: tuple[Decimal | None, ...]
) -> Decimal:
    """As :func:`price`, where offers are in several currencies or with several VAT rates."""
    values = [
        money.value_of(lot, name, other.amount)
        for name, other in outcome.ordered(lot)
        if name != seat
    ]
    given = values[:1] + [Fraction(each) for each in limits if each is not None]
    if not given:
        return offer.amount
    _, _, exponent = offer.amount.as_tuple()  # an offer is written at its own scale
    assert isinstance(exponent, int)
    return floor_fraction(money.in_own(lot, seat, min(given)), -exponent)


# What is paid follows from another's price, so nothing but prices may rank.
RULES = replace(
    sealed.rules(second_price, vickrey_payments.with_payments),
    refuses=(*sealed.REFUSES, "scoring"),
)
