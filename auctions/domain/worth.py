"""What an amount that was bid means in money and in quantity: the same sums everywhere.

A bid is a unit price of the lot's quantity; where the lot has a budget it is a quantity, and what
is paid for all of it is the budget.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from auctions.domain.terms import LotTerms
from kernel.decimals import MAX_SCALE, line_total, to_wire


def total(lot: LotTerms, amount: Decimal, scale: int | None = None) -> Decimal:
    """What is paid for the whole lot, half-even at the lot's scale or at ``scale``."""
    if lot.budget is not None:
        return lot.budget
    return line_total(lot.quantity, amount, lot.scale if scale is None else scale)


def quantity(lot: LotTerms, amount: Decimal) -> Decimal:
    """What is delivered."""
    return lot.quantity if lot.budget is None else amount


def unit_price(lot: LotTerms, amount: Decimal) -> Fraction:
    """What one unit costs, exact."""
    return Fraction(amount) if lot.budget is None else Fraction(lot.budget) / Fraction(amount)


def shown_unit_price(lot: LotTerms, amount: Decimal, scale: int = MAX_SCALE) -> Decimal:
    """What one unit costs, half-even at ``scale``: to be read, never to be reckoned with."""
    exact = unit_price(lot, amount)
    return Decimal(round(exact * 10**scale)).scaleb(-scale)


def exact_unit_price(lot: LotTerms, amount: Decimal) -> str:
    """What one unit costs, as it is: ``1.25``, or with a budget ``100000.00 / 1234``."""
    return to_wire(amount) if lot.budget is None else f"{to_wire(lot.budget)} / {to_wire(amount)}"
