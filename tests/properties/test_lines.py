"""Totals of positions against exact fractions, and bots that spread what they want over them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from auctions.domain.rules.lines import total
from auctions.domain.terms import LineRules, LineTerms, LotTerms
from auctions.rehearsal.play.lines import spread
from kernel.decimals import rounded_fraction


@st.composite
def priced(draw: st.DrawFn) -> tuple[LotTerms, tuple[Decimal, ...]]:
    """A lot of some positions and a price for each, at any scales."""
    lines, prices = [], []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        scale = draw(st.integers(0, 6))
        quantity = Decimal(draw(st.integers(1, 10**12))).scaleb(-draw(st.integers(0, 6)))
        lines.append(LineTerms(number, "x", quantity, "C62", scale))
        prices.append(Decimal(draw(st.integers(0, 10**15))).scaleb(-scale))
    scale = draw(st.integers(0, 6))
    return LotTerms(1, "x", Decimal(1), "LO", scale, lines=tuple(lines)), tuple(prices)


def half_even(exact: Fraction, scale: int) -> Fraction:
    """By the definition: the nearest multiple, of two equally near ones the even."""
    return Fraction(round(exact * 10**scale), 10**scale)


@given(priced())
def test_a_total_is_the_exact_sum_of_lines_rounded_half_even(
    given_lot: tuple[LotTerms, tuple[Decimal, ...]],
) -> None:
    lot, prices = given_lot
    expected = sum(
        half_even(Fraction(line.quantity) * Fraction(price), lot.scale)
        for line, price in zip(lot.lines or (), prices, strict=True)
    )
    found = total(lot, prices)
    assert Fraction(found) == expected
    assert found.as_tuple().exponent == -lot.scale


@given(priced(), st.integers(1, 99), st.booleans())
def test_bots_never_spread_to_more_than_they_want(
    given_lot: tuple[LotTerms, tuple[Decimal, ...]], percent: int, zero: bool
) -> None:
    lot, prices = given_lot
    whole = total(lot, prices)
    wanted = rounded_fraction(Fraction(whole) * percent / 100, lot.scale)
    if any(price == 0 for price in prices) or wanted <= 0:
        return
    found = spread(lot, wanted, prices, LineRules(zero=zero))
    if found is None:
        return
    assert 0 < total(lot, found) <= wanted
    for line, price, before in zip(lot.lines or (), found, prices, strict=True):
        assert price.as_tuple().exponent == -line.scale
        assert price <= before
        assert price > 0 or zero
