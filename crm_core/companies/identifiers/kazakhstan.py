"""Kazakhstan's BIN (of companies) and IIN (of people, and of traders without a company).

Twelve digits, the last a check digit: the sum of the first eleven, weighted 1 to 11, modulo 11;
where that is 10, the sum weighted 3 to 11, 1, 2, modulo 11; where that is 10 too, the number is
not given out. Source: Decree of the Government of the Republic of Kazakhstan No 565 of 11 June
2003 (adilet.zan.kz/rus/docs/P030000565_), and the OECD's sheet on Kazakhstan's tax numbers.

A BIN begins with the year and month of registration; its fifth digit is 4 (a resident company),
5 (a non-resident one) or 6 (a joint enterprise), its sixth 0 (head office), 1 (branch),
2 (representation), 3 or 4 (a farm). An IIN begins with the day of birth; its seventh digit tells
century and sex, 0 to 6.
"""

from __future__ import annotations

from datetime import date

from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from stdnum.util import clean, isdigits

_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def check_digit(number: str) -> str | None:
    """The twelfth digit after these eleven; None where there is none."""
    for weights in (_FIRST, _SECOND):
        rest = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11
        if rest < 10:
            return str(rest)
    return None


def bin_(value: str) -> str:
    """The BIN without separators. Raises stdnum's ValidationError."""
    number = _twelve_digits(value)
    if not 1 <= int(number[2:4]) <= 12 or number[4] not in "456" or number[5] not in "01234":
        raise InvalidComponent()
    return _checked(number)


def iin(value: str) -> str:
    """The IIN without separators. Raises stdnum's ValidationError."""
    number = _twelve_digits(value)
    if number[6] not in "0123456":
        raise InvalidComponent()
    century = _CENTURIES.get(number[6], 1900)
    try:
        date(century + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError as error:
        raise InvalidComponent() from error
    return _checked(number)


def _twelve_digits(value: str) -> str:
    number = clean(value, " -").strip()
    if not isdigits(number):
        raise InvalidFormat()
    if len(number) != 12:
        raise InvalidLength()
    return number


def _checked(number: str) -> str:
    if check_digit(number[:11]) != number[11]:
        raise InvalidChecksum()
    return number
