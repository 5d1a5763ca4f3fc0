"""Converting an amount from one unit of UN/ECE Recommendation 20 into another, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from reference.errors import UnitsUnlike


@dataclass(frozen=True, slots=True)
class Scale:
    """How a unit measures its kind of quantity.

    In the kind's base unit an amount is ``(amount + offset) * factor``; only temperatures have an
    offset: 20 °C is 20 + 273.15 kelvin.
    """

    code: str
    kind: str
    factor: Fraction
    offset: Fraction = Fraction(0)


def convert(amount: Fraction, source: Scale, target: Scale) -> Fraction:
    """The amount in ``target``. Raises UnitsUnlike where the two measure different quantities."""
    if source.kind != target.kind:
        raise UnitsUnlike(source=source.code, target=target.code)
    return (amount + source.offset) * source.factor / target.factor - target.offset
