"""Exact amounts. An amount is a ``Decimal`` with a scale of 0 to 6 digits, never a float."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

from kernel.errors import FairfallError, Kind

MAX_SCALE = 6
MAX_INTEGER_DIGITS = 15
_FORM = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)
# Wide enough that no product of two amounts of ours is ever rounded by the context.
_WIDE = Context(prec=60)
_TICKS = tuple(Decimal(1).scaleb(-scale) for scale in range(MAX_SCALE + 1))


class AmountMalformed(FairfallError):
    """The text is not a plain decimal number such as ``104000.50``."""

    code = "amount.malformed"
    kind = Kind.INVALID
    text = "Write the amount as a plain number, such as 104000.50."


class AmountScale(FairfallError):
    """The number has more decimal places than its lot allows."""

    code = "amount.scale"
    kind = Kind.INVALID
    text = "Use at most {scale} decimal places."


def parse_amount(text: str, scale: int) -> Decimal:
    """Return ``text`` as a Decimal quantised to ``scale`` digits.

    Raises AmountMalformed for anything but ASCII digits with an optional point, AmountScale when
    non-zero digits stand beyond ``scale``. Trailing zeros beyond it are accepted.
    """
    if not isinstance(text, str) or _FORM.fullmatch(text) is None:
        raise AmountMalformed()
    value = Decimal(text)
    rounded = quantize(value, scale)
    if rounded != value:
        raise AmountScale(scale=scale)
    return rounded


def quantize(value: Decimal, scale: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """``value`` with exactly ``scale`` digits after the point."""
    return value.quantize(tick(scale), rounding, _WIDE)


def tick(scale: int) -> Decimal:
    """The smallest step of a scale: ``tick(2) == Decimal("0.01")``.

    Auctions have scales up to MAX_SCALE; recorded amounts that are compared may have more.
    """
    return _TICKS[scale] if scale <= MAX_SCALE else Decimal(1).scaleb(-scale)


def floor_fraction(value: Fraction, scale: int) -> Decimal:
    """The greatest amount of ``scale`` that does not exceed the exact ``value``."""
    units = value * 10**scale
    return Decimal(units.numerator // units.denominator).scaleb(-scale, context=_WIDE)


def exact(value: Fraction) -> Decimal:
    """A sum of products of two amounts of ours, without zeros at the end."""
    text = format(floor_fraction(value, 2 * MAX_SCALE), "f")
    return Decimal(text.rstrip("0").rstrip("."))


def rounded_fraction(value: Fraction, scale: int) -> Decimal:
    """The exact ``value`` rounded half-even to ``scale``."""
    return Decimal(round(value * 10**scale)).scaleb(-scale, context=_WIDE)


def floor_amount(value: Decimal, scale: int) -> Decimal:
    """The greatest amount of ``scale`` that does not exceed ``value``."""
    return quantize(value, scale, ROUND_FLOOR)


def ceil_amount(value: Decimal, scale: int) -> Decimal:
    """The least amount of ``scale`` that is not below ``value``."""
    return quantize(value, scale, ROUND_CEILING)


def line_total(quantity: Decimal, unit_price: Decimal, scale: int) -> Decimal:
    """Half-even(quantity x unit price) at ``scale``."""
    with localcontext(_WIDE):
        product = quantity * unit_price
    return quantize(product, scale)


def to_wire(value: Decimal) -> str:
    """Plain decimal text, never an exponent: the form of JSON, hashes and the ledger."""
    return format(value, "f")
