"""Which way bids go: prices fall; where the budget is fixed, amounts are quantities and rise.

Whatever measures one amount by another asks here, so that no rule tells formats apart. ``rises`` is
:func:`rises_in` of the terms; a lot keeps it from the genesis on.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from auctions.domain.terms import Format, Terms
from kernel.decimals import tick

# Formats in which an amount is the quantity offered for the lot's budget.
RISING = frozenset({Format.BUDGET})

# Exact for every product of ours, and for recorded amounts that are binary floats to the last
# digit; rounds where a scale is asked, so that rounding never spares a bidder a part of the step.
_FALLING_WIDE = Context(prec=160, rounding=ROUND_FLOOR)
_RISING_WIDE = Context(prec=160, rounding=ROUND_CEILING)


def rises_in(terms: Terms) -> bool:
    """Whether the amounts bid under these terms are quantities, of which more is better."""
    return terms.format in RISING


def better(rises: bool, one: Decimal, other: Decimal) -> bool:
    """Whether ``one`` is a better offer than ``other``; never of equal ones."""
    return one > other if rises else one < other


def gain(rises: bool, before: Decimal, after: Decimal) -> Decimal:
    """By how much ``after`` is better than ``before``; below zero where it is worse."""
    wide = _wide(rises)
    found: Decimal = wide.subtract(after, before) if rises else wide.subtract(before, after)
    return found if found else found.copy_abs()  # rounding down makes a zero of equals negative


def stepped(rises: bool, basis: Decimal, step: Decimal) -> Decimal:
    """The exact amount that is better than ``basis`` by ``step``."""
    wide = _wide(rises)
    return wide.add(basis, step) if rises else wide.subtract(basis, step)


def at_scale(rises: bool, amount: Decimal, scale: int) -> Decimal:
    """The nearest amount of ``scale`` that is no worse: prices are floored, quantities ceiled."""
    return _wide(rises).quantize(amount, tick(scale))


def on_grid(rises: bool, amount: Decimal, grid: Decimal, scale: int) -> Decimal:
    """The nearest multiple of the grid that is no worse than a positive ``amount``."""
    wide = _wide(rises)
    times = wide.divide_int(amount, grid)
    found: Decimal = wide.multiply(times, grid)
    if rises and found < amount:
        found = wide.add(found, grid)
    return wide.quantize(found, tick(scale))


def _wide(rises: bool) -> Context:
    return _RISING_WIDE if rises else _FALLING_WIDE
