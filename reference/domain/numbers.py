"""Exact numbers as they are typed and shown; never a float."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from reference.errors import NumberMalformed

_FORM = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,24})?", re.ASCII)
_MOST_PLACES = 30
SIGNIFICANT = 15
"""How many digits are shown of a result that has no end as a decimal."""


def number(text: str) -> Fraction:
    """``text`` as an exact number: digits with a point or a comma, a minus in front.

    Raises NumberMalformed for anything else, a number with both signs or an exponent included.
    """
    plain = text.strip().replace("\u2212", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if _FORM.fullmatch(plain) is None:
        raise NumberMalformed()
    return Fraction(plain)


def places(value: Fraction) -> int | None:
    """How many decimal places show ``value`` exactly; None where none do."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def decimal(value: Fraction) -> tuple[Decimal, bool]:
    """``value`` as a decimal, and whether that is all of it.

    Where it has no end within 30 places it is rounded half-even to 15 significant digits.
    """
    needed = places(value)
    if needed is not None and needed <= _MOST_PLACES:
        return at_scale(value, needed), True
    size = len(str(abs(value.numerator) // value.denominator).lstrip("0"))
    if size == 0:  # 0.00…: zeros after the point are not significant
        size = len(str(value.denominator // abs(value.numerator))) * -1 + 1
    return at_scale(value, max(SIGNIFICANT - size, 0)), False


def at_scale(value: Fraction, scale: int) -> Decimal:
    """``value`` rounded half-even to ``scale`` places, however many digits it has."""
    units = round(value * 10**scale)
    return Decimal((units < 0, tuple(int(digit) for digit in str(abs(units))), -scale))
