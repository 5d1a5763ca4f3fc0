"""Unit prices: what is bid, or what a budget comes to a unit of the quantity that is bid."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal

from auctions.domain import worth
from auctions.domain.terms import LotTerms
from auctions.rehearsal.play.amounts import not_below
from kernel.decimals import MAX_SCALE

_WIDE = Context(prec=60, rounding=ROUND_CEILING)


def unit_price(lot: LotTerms, amount: Decimal) -> Decimal:
    """The price of a unit behind a bid's amount: with a budget to six places, half to even."""
    if lot.budget is None:
        return amount
    return worth.shown_unit_price(lot, amount)


def quantity_at(lot: LotTerms, price: Decimal) -> Decimal:
    """The least allowed quantity of the lot's budget that comes to at most this unit price."""
    if lot.budget is None:
        raise ValueError("a lot without a budget")
    return not_below(lot, _WIDE.divide(lot.budget, price), None)


def scale_of_prices(lot: LotTerms) -> int:
    """The places of the lot's unit prices; its own are those of a quantity where it has a
    budget."""
    return lot.scale if lot.budget is None else MAX_SCALE
