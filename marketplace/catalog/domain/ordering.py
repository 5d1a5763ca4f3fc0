"""Which quantities of an offer can be ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from enum import StrEnum

_WIDE = Context(prec=60)


class Unorderable(StrEnum):
    """What is wrong with a quantity."""

    TOO_LITTLE = "too_little"
    TOO_MUCH = "too_much"
    NO_MULTIPLE = "no_multiple"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRule:
    """In orderable units: at least, at most (None: any), and in multiples of ``increment``."""

    least: Decimal
    most: Decimal | None
    increment: Decimal

    def fault(self, quantity: Decimal) -> Unorderable | None:
        """Why the quantity cannot be ordered; None where it can."""
        if quantity < self.least:
            return Unorderable.TOO_LITTLE
        if self.most is not None and quantity > self.most:
            return Unorderable.TOO_MUCH
        if _WIDE.remainder(quantity, self.increment):
            return Unorderable.NO_MULTIPLE
        return None

    def nearest(self, quantity: Decimal) -> Decimal:
        """The smallest quantity that can be ordered and is not below this one; where there is none,
        the greatest that can be ordered. The rule must allow some quantity."""
        wanted = max(quantity, self.least)
        times = _WIDE.divide(wanted, self.increment).to_integral_value(ROUND_CEILING)
        found = _WIDE.multiply(times, self.increment)
        if self.most is None or found <= self.most:
            return found
        return _WIDE.multiply(_WIDE.divide_int(self.most, self.increment), self.increment)

    @property
    def is_possible(self) -> bool:
        """Whether any quantity can be ordered at all."""
        return self.least <= self.nearest(self.least)
