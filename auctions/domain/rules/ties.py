"""Ties: how equal amounts rank. The order of decision (``seq``) settles who leads and wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from auctions.domain.terms import TiePolicy


def _first(amounts: Sequence[Decimal | Fraction]) -> list[int]:
    return list(range(1, len(amounts) + 1))


def _equal_best(amounts: Sequence[Decimal | Fraction]) -> list[int]:
    ranks: list[int] = []
    for place, amount in enumerate(amounts):
        same = place > 0 and amounts[place - 1] == amount
        ranks.append(ranks[-1] if same else place + 1)
    return ranks


def _equal_worst(amounts: Sequence[Decimal | Fraction]) -> list[int]:
    ranks: list[int] = []
    for back, amount in enumerate(reversed(amounts)):
        place = len(amounts) - back
        same = back > 0 and amounts[place] == amount
        ranks.append(ranks[-1] if same else place)
    ranks.reverse()
    return ranks


# Amounts (or scores) in order, with seq among equals, to their ranks.
RANKS: dict[TiePolicy, Callable[[Sequence[Decimal | Fraction]], list[int]]] = {
    TiePolicy.FIRST: _first,
    TiePolicy.EQUAL_BEST: _equal_best,
    TiePolicy.EQUAL_WORST: _equal_worst,
    TiePolicy.FORBID_LEAD: _first,  # only offers made before the lead was seen can be equal
}
