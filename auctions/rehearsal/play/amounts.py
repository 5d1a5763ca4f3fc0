"""Amounts a bot may write: at the lot's scale, on its grid, not above the next valid bid."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal

from auctions.domain.terms import Guard, LotTerms
from kernel.decimals import tick

_WIDE = Context(prec=60, rounding=ROUND_FLOOR)


def fitting(lot: LotTerms, amount: Decimal, most: Decimal | None) -> Decimal:
    """The highest allowed amount at or below ``amount``; zero or less: there is none."""
    wanted = amount if most is None else min(amount, most)
    unit = lot.grid or tick(lot.scale)
    if wanted <= 0:
        return Decimal(0)
    floored = _WIDE.multiply(_WIDE.divide_int(wanted, unit), unit)
    return _WIDE.quantize(floored, tick(lot.scale))


def not_below(lot: LotTerms, amount: Decimal, most: Decimal | None) -> Decimal:
    """The lowest allowed amount at or above ``amount``; zero: there is none up to ``most``."""
    unit = lot.grid or tick(lot.scale)
    found = fitting(lot, amount, None)
    if found < amount:
        found = _WIDE.quantize(_WIDE.add(found, unit), tick(lot.scale))
    return Decimal(0) if most is not None and found > most else found


def unblocked(guard: Guard, best: Decimal | None, amount: Decimal) -> Decimal:
    """Not so far below own best that somebody would have to unlock it."""
    if best is None or guard.block is None:
        return amount
    return max(amount, best * (100 - guard.block) / 100)


def part(low: Decimal, high: Decimal, share: float) -> Decimal:
    """``share`` of the way from ``low`` to ``high``."""
    return low + (high - low) * Decimal(round(share * 10_000)) / 10_000
