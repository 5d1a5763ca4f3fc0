"""EORI, the number of traders before customs in the EU and the United Kingdom.

The country's code and at most fifteen further signs (Commission Delegated Regulation (EU)
2015/2446, Annex B, D.E. 3/1 ff.: ``an..17``). The United Kingdom and Northern Ireland write twelve
or fifteen digits (HMRC, rule R0850 and the EORI checker). What follows the code is each country's
own affair and has no common check digit: only the form can be looked at.
"""

from __future__ import annotations

import re

from stdnum.exceptions import InvalidComponent, InvalidFormat, InvalidLength
from stdnum.util import clean

MEMBERS = frozenset(
    """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK
    """.split()  # noqa: SIM905  (a list of words is read more easily)
)
_BRITISH = frozenset({"GB", "XI"})


def eori(value: str) -> str:
    """The EORI in capitals without separators. Raises stdnum's ValidationError."""
    number = clean(value, " -.").strip().upper()
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]+", number, re.ASCII):
        raise InvalidFormat()
    if len(number) > 17:
        raise InvalidLength()
    country, rest = number[:2], number[2:]
    if country in _BRITISH:
        if not rest.isdigit():
            raise InvalidFormat()
        if len(rest) not in (12, 15):
            raise InvalidLength()
    elif country not in MEMBERS:
        raise InvalidComponent()
    elif len(rest) < 5:
        raise InvalidLength()
    return number
