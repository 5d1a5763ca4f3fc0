"""Conversion among the shipped units: there and back, by way of a third, and in the same order."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reference.domain.conversion import Scale, convert
from reference.loading import DATA
from reference.models import QuantityKind

with (DATA / "units.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))
KINDS: dict[str, list[Scale]] = defaultdict(list)
for row in ROWS:
    if row["kind"]:
        KINDS[row["kind"]].append(
            Scale(row["code"], row["kind"], Fraction(row["factor"]), Fraction(row["offset"]))
        )

amounts = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**6)


@st.composite
def three_alike(draw: st.DrawFn) -> tuple[Scale, Scale, Scale]:
    units = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    one = st.sampled_from(units)
    return draw(one), draw(one), draw(one)


def test_every_kind_has_units_and_one_that_the_others_are_told_in() -> None:
    assert set(KINDS) == {kind.value for kind in QuantityKind}
    for kind, units in KINDS.items():
        assert any((each.factor, each.offset) == (1, 0) for each in units), kind
        assert len(units) > 1, kind
        assert all(each.factor > 0 for each in units), kind
    assert {each.code for each in KINDS["temperature"] if each.offset} == {"CEL", "FAH"}
    assert not [each.code for kind in KINDS if kind != "temperature" for each in KINDS[kind]
                if each.offset]  # fmt: skip


@given(three_alike(), amounts)
def test_there_and_back_is_the_same_amount(units: tuple[Scale, Scale, Scale], amount: Fraction):
    one, other, _ = units
    assert convert(convert(amount, one, other), other, one) == amount
    assert convert(amount, one, one) == amount


@given(three_alike(), amounts)
def test_by_way_of_a_third_is_the_same(units: tuple[Scale, Scale, Scale], amount: Fraction):
    one, third, other = units
    assert convert(convert(amount, one, third), third, other) == convert(amount, one, other)


@given(three_alike(), amounts, amounts)
def test_more_stays_more(units: tuple[Scale, Scale, Scale], less: Fraction, more: Fraction):
    one, other, _ = units
    less, more = sorted((less, more))
    assert (convert(less, one, other) < convert(more, one, other)) == (less < more)


def test_a_code_is_there_once_and_a_unit_converts_whole_or_not_at_all() -> None:
    codes = [row["code"] for row in ROWS]
    assert len(codes) == len(set(codes))
    for row in ROWS:
        assert len({bool(row[name]) for name in ("kind", "factor", "offset")}) == 1, row
    for kind, units in KINDS.items():
        for one, other in itertools.combinations(units, 2):
            assert convert(Fraction(7), one, other) != 0 or kind == "temperature"
