"""Residual cash: who pays whom what is left after the goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kernel.decimals import rounded_fraction, tick

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Transfer:
    """The party at place ``payer`` pays the one at ``receiver``."""

    payer: int
    receiver: int
    amount: Decimal


def transfers(dues: Sequence[Decimal], places: int) -> list[Transfer]:
    """Who pays whom, by places in ``dues``: positive is to be received, negative to be paid.

    Every payer in turn splits what it owes among those still to receive, in proportion to what is
    due to them, rounded half-even to ``places``; what rounding leaves over or takes too much goes,
    a smallest unit at a time, to the first by place. Raises ValueError unless the sum is zero.
    """
    if sum(dues, ZERO):
        raise ValueError("dues must sum to zero")
    left = {place: due for place, due in enumerate(dues) if due > 0}
    found: list[Transfer] = []
    for place, due in enumerate(dues):
        if due < 0:
            for receiver, share in _split(-due, left, places).items():
                left[receiver] -= share
                if share:
                    found.append(Transfer(place, receiver, share))
    return found


def _split(amount: Decimal, left: dict[int, Decimal], places: int) -> dict[int, Decimal]:
    """``amount`` in proportion to ``left``, nobody above what is left for it."""
    whole, unit = Fraction(sum(left.values(), ZERO)), tick(places)
    shares = {
        place: min(due, rounded_fraction(Fraction(amount) * Fraction(due) / whole, places))
        for place, due in left.items()
    }
    over = amount - sum(shares.values(), ZERO)
    while over:
        for place, due in left.items():
            step = unit if over > 0 else -unit
            if over and ZERO <= shares[place] + step <= due:
                shares[place] += step
                over -= step
    return shares
