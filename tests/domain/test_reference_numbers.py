"""Numbers as typed, and how an exact result is shown."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from reference.domain.conversion import Scale, convert
from reference.domain.numbers import decimal, number
from reference.errors import NumberMalformed, UnitsUnlike


@pytest.mark.parametrize(
    ("typed", "value"),
    [("2", "2"), (" 1,5 ", "3/2"), ("-0.25", "-1/4"), ("\u221240", "-40"), ("007", "7")],
)
def test_a_number_is_read_exactly(typed, value):
    assert number(typed) == Fraction(value)


@pytest.mark.parametrize(
    "typed", ["", "1e5", "1 000", "1,000.5", "1.2.3", "=1+1", "NaN", "٣", "9" * 25, "--1", "0x1"]
)
def test_what_could_be_read_otherwise_is_refused(typed):
    with pytest.raises(NumberMalformed):
        number(typed)


@pytest.mark.parametrize(
    ("value", "shown", "whole"),
    [
        ("1/8", "0.125", True),
        ("-1/3", "-0.333333333333333", False),
        ("2000/3", "666.666666666667", False),
        ("1/3000", "0.000333333333333333", False),
        ("100000000000000000000000", "100000000000000000000000", True),
        ("100000000000000000000000/3", "33333333333333333333333", False),
        ("0", "0", True),
    ],
)
def test_a_result_is_told_whole_or_said_to_be_rounded(value, shown, whole):
    assert decimal(Fraction(value)) == (Decimal(shown), whole)


def test_unlike_quantities_do_not_convert():
    metre, kilogram = (Scale("MTR", "length", Fraction(1)), Scale("KGM", "mass", Fraction(1)))
    with pytest.raises(UnitsUnlike) as refused:
        convert(Fraction(1), metre, kilogram)
    assert refused.value.data == {"source": "MTR", "target": "KGM"}
