"""Unit prices: what is bid, or what a budget comes to a unit of the quantity that is bid."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from auctions.domain import worth
from auctions.domain.terms import LotTerms
from auctions.rehearsal.play.amounts import not_below
from kernel.decimals import MAX_SCALE

_WIDE = Context(prec=60, rounding=ROUND_CEILING)
_NARROW = Context(prec=40, rounding=ROUND_HALF_EVEN)  # so that a quotient that comes back does


def unit_price(lot: LotTerms, amount: Decimal) -> Decimal:
    """The price of a unit behind a bid's amount: with a budget to six places, to be read."""
    return amount if lot.budget is None else worth.shown_unit_price(lot, amount)


def reckoned_price(lot: LotTerms, quantity: Decimal) -> Decimal:
    """What a unit of this quantity costs, to so many places that :func:`quantity_at` comes back
    to the quantity."""
    if lot.budget is None:
        raise ValueError("a lot without a budget")
    return _WIDE.divide(lot.budget, quantity)


def quantity_at(lot: LotTerms, price: Decimal) -> Decimal:
    """The least allowed quantity of the lot's budget that comes to at most this unit price."""
    if lot.budget is None:
        raise ValueError("a lot without a budget")
    return not_below(lot, _NARROW.divide(lot.budget, price), None)


def scale_of_prices(lot: LotTerms) -> int:
    """The places of the lot's unit prices; its own are those of a quantity where it has a
    budget."""
    return lot.scale if lot.budget is None else MAX_SCALE
