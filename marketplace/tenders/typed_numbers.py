"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal, DecimalException

LONGEST = 30  # characters; no amount of ours needs more
LARGEST = 20  # the power of ten; beyond it an exponent is a slip or an attack


def typed_number(text: str) -> Decimal | None:
    """The plain number, without an exponent or trailing zeros; None where it is none."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".").replace("\u2212", "-")
    if not plain or len(plain) > LONGEST:
        return None
    try:
        number = Decimal(plain)
        if not number.is_finite() or abs(number.adjusted()) > LARGEST:
            return None
        return Decimal(format(number.normalize(), "f"))
    except DecimalException:
        return None
