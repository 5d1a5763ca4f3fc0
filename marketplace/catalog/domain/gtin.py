"""Numbers of goods: GTIN-8, -12, -13 and -14 of GS1, kept in one form of fourteen digits."""

from __future__ import annotations

import re

LENGTHS = (8, 12, 13, 14)
_FORM = re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII)


def read(text: str) -> str:
    """The number as fourteen digits, with zeros before a shorter one; spaces and hyphens go.

    Raises ValueError for another length, another sign, or a last digit that does not fit.
    """
    plain = re.sub(r"[\s-]", "", text)
    if _FORM.fullmatch(plain) is None:
        raise ValueError("a GTIN has 8, 12, 13 or 14 digits")
    digits = plain.zfill(14)
    if check_digit(digits[:-1]) != digits[-1]:
        raise ValueError("the check digit does not fit")
    return digits


def check_digit(body: str) -> str:
    """The last digit for the thirteen before it: weights 3 and 1 by turns, to a multiple of ten."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(body))
    return str(-total % 10)


def shown(number: str) -> str:
    """As it is printed: without the zeros that only fill, 8 or 13 or 14 digits."""
    if number.startswith("000000"):
        return number[6:]
    return number.removeprefix("0")
