"""Budget: what is paid for a lot is fixed; suppliers raise the quantity they deliver for it.

In the open and until a deadline, as in the English reverse auction, of which everything holds that
is not said here. An amount is a quantity of the lot's unit, the highest leads and wins, and each
further one must exceed the basis by the step, rounded up. A first one must reach the lot's floor,
which stands where the ceiling of a price would; a reserve is the least quantity that wins. The
winner is paid the budget, whatever it offered: a unit costs budget / quantity, which is never
rounded here.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from auctions.domain import terms_problems as problems
from auctions.domain.commands import PlaceBid
from auctions.domain.formats import english
from auctions.domain.formats.base import FormatRules
from auctions.domain.terms import LotTerms, Terms
from auctions.domain.terms_problems import Problem
from kernel.decimals import MAX_INTEGER_DIGITS, MAX_SCALE, quantize, to_wire

_TOO_LARGE = Decimal(10) ** MAX_INTEGER_DIGITS


def check(terms: Terms) -> Iterator[Problem]:
    """Each lot has its budget and no ceiling; a floor is a quantity that may be bid."""
    for lot in terms.lots:
        path = f"lots.{lot.number}."
        if lot.budget is None:
            yield problems.Missing(field=path + "budget")
        else:
            yield from _amount(path + "budget", lot.budget, MAX_SCALE)
        if lot.ceiling is not None:
            yield problems.RuleNotHere(field=path + "ceiling")
        yield from _floor(path, lot)


def _floor(path: str, lot: LotTerms) -> Iterator[Problem]:
    if lot.floor is None:
        return
    wrong = list(_amount(path + "floor", lot.floor, lot.scale))
    yield from wrong
    if not wrong and lot.grid is not None and lot.grid > 0 and lot.floor % lot.grid:
        yield problems.NotOnGrid(field=path + "floor", grid=to_wire(lot.grid))


def _amount(path: str, value: Decimal, scale: int) -> Iterator[Problem]:
    if not value.is_finite() or not 0 < value < _TOO_LARGE:
        yield problems.NotPositiveTerm(field=path)
    elif 0 <= scale <= MAX_SCALE and value != quantize(value, scale):
        yield problems.TooManyDigits(field=path, scale=scale)


# Neither scores, which weigh prices, nor automatic bids down to a secret price: see terms_rules.
RULES = FormatRules(
    handlers={PlaceBid: english.place_bid},
    problems=check,
    budgets=True,
)
