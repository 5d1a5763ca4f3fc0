"""Values of attributes: what holds, in which form it is kept, and why the rest does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from reference.domain.attributes import Definition, check
from reference.domain.conversion import Scale

MM = Scale("MMT", "length", Fraction(1, 1000))
INCH = Scale("INH", "length", Fraction("0.0254"))
KG = Scale("KGM", "mass", Fraction(1))
CELSIUS = Scale("CEL", "temperature", Fraction(1), Fraction("273.15"))
UNITS = {each.code: each for each in (MM, INCH, KG, CELSIUS)}

WIDTH = Definition("width", "number", required=True, unit=MM, decimals=1,
                   lowest=Decimal(10), highest=Decimal("2000.000000000"))  # fmt: skip
GRADE = Definition("grade", "choice", choices={"s235": ["S235", "С235"], "s355": ["S355", "Other"],
                                               "other": ["Other"]})  # fmt: skip
COATED = Definition("coated", "boolean")
MADE_ON = Definition("made_on", "date")
NOTE = Definition("note", "text")
ALL = (WIDTH, GRADE, COATED, MADE_ON, NOTE)


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("width", "12,5", "12.5"),
        ("width", 1000, "1000"),
        ("width", Decimal("12.50"), "12.5"),
        ("width", Decimal("1E+3"), "1000"),
        ("width", {"amount": "1", "unit": "INH"}, "25.4"),
        ("width", {"amount": "10.03", "unit": "INH"}, "254.8"),
        ("width", {"amount": "12.5", "unit": "MMT"}, "12.5"),
        ("width", {"amount": "12.5"}, "12.5"),
        ("grade", "s235", "s235"),
        ("grade", "с235", "s235"),
        ("coated", True, True),
        ("coated", "Нет", False),
        ("coated", "так", True),
        ("made_on", "2026-02-28", "2026-02-28"),
        ("made_on", date(2026, 2, 28), "2026-02-28"),
        ("note", "  Zinc, 275 g ", "Zinc, 275 g"),
    ],
)
def test_what_holds_is_kept_in_one_form(key, given, kept):
    found = check(ALL, {"width": "100", key: given}, UNITS)
    assert found.errors == {}
    assert found.values[key] == kept


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("width", "9.9", "value_too_low"),
        ("width", "2000.1", "value_too_high"),
        ("width", "12.55", "decimals_too_many"),
        ("width", {"amount": "12.55", "unit": "MMT"}, "decimals_too_many"),
        ("width", {"amount": "1", "unit": "KGM"}, "units_unlike"),
        ("width", {"amount": "1", "unit": "XXX"}, "unit_unknown"),
        ("width", {"amount": "1", "unit": ["INH"]}, "unit_unknown"),
        ("width", {"amount": "0.1", "unit": "INH"}, "value_too_low"),
        ("width", 12.5, "number_malformed"),
        ("width", True, "number_malformed"),
        ("width", Decimal("NaN"), "number_malformed"),
        ("width", Decimal("1E+999999"), "number_malformed"),
        ("width", Decimal("1E-999999"), "number_malformed"),
        pytest.param("width", 10**5000, "number_malformed", id="width-huge"),
        ("width", "=10", "number_malformed"),
        ("width", None, "value_missing"),
        ("width", "   ", "value_missing"),
        ("grade", "Other", "choice_unknown"),
        ("grade", "s999", "choice_unknown"),
        ("grade", 5, "choice_unknown"),
        ("coated", "maybe", "truth_malformed"),
        ("coated", {"amount": "1", "unit": "MMT"}, "unit_out_of_place"),
        ("made_on", "2026-02-30", "date_malformed"),
        ("made_on", "20260228", "date_malformed"),
        ("made_on", "2026-W09-1", "date_malformed"),
        ("note", "a\nb", "text_wrong"),
        ("note", "x" * 501, "text_wrong"),
        ("note", {"amount": "1", "unit": "MMT"}, "unit_out_of_place"),
        ("colour", "red", "attribute_unknown"),
    ],
)
def test_what_does_not_hold_is_told_by_its_key_and_the_rest_is_kept(key, given, code):
    found = check(ALL, {"width": "100", "made_on": "2026-01-01", key: given}, UNITS)
    assert {at: error.code for at, error in found.errors.items()} == {key: f"reference.{code}"}
    assert key not in found.values
    assert len(found.values) == len({"width", "made_on"} - {key})


def test_what_is_not_given_is_not_kept():
    assert check(ALL, {"width": "100", "note": "", "grade": None}, UNITS).values == {"width": "100"}


@whatever(st.decimals(min_value=10, max_value=2000, places=1))
def test_what_is_kept_is_kept_again_as_it_is(amount):
    kept = check([WIDTH], {"width": amount}).values
    assert Decimal(str(kept["width"])) == amount
    assert check([WIDTH], kept).values == kept


@whatever(st.dictionaries(
    st.sampled_from([each.key for each in ALL] + ["colour"]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=12), st.floats(),
              st.dates(), st.dictionaries(st.sampled_from(["amount", "unit"]), st.text(max_size=4)),
              st.lists(st.integers(), max_size=2)),
))  # fmt: skip
def test_whatever_is_given_is_either_kept_or_refused(given):
    found = check(ALL, given, UNITS)
    assert not found.values.keys() & found.errors.keys()
    again = check(ALL, found.values, UNITS)
    assert again.values == found.values
    for key, value in given.items():
        if value is not None and not (isinstance(value, str) and not value.strip()):
            assert key in found.values or key in found.errors
