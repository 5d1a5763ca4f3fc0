"""Figures and moments read right in each language, exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation

from ui import formatting
from ui.forms import AmountField


def shown(source: str, **values: object) -> str:
    text = Template("{% load ui %}" + source).render(Context(values))
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("en", Decimal("923150"), "EUR", "923,150.00 EUR"),
        ("ru", Decimal("923150"), "EUR", "923 150,00 EUR"),
        ("uk", Decimal("923150.5"), "UAH", "923 150,50 UAH"),
        ("en", Decimal("-85.1"), "EUR", "−85.10 EUR"),
        ("en", Decimal("0.123400"), "EUR", "0.1234 EUR"),
        ("en", Decimal("1E+3"), "EUR", "1,000.00 EUR"),
        ("en", Decimal("1500"), "JPY", "1,500 JPY"),
        ("en", "123456789012345.123456", "EUR", "123,456,789,012,345.123456 EUR"),
        ("en", None, "EUR", "–"),
    ],
)
def test_money(language: str, amount: object, currency: str, text: str) -> None:
    with translation.override(language):
        assert shown("{{ amount|money:currency }}", amount=amount, currency=currency) == text


@pytest.mark.parametrize("value", [0.1, float("nan"), True])
def test_money_is_never_a_float(value: object) -> None:
    with pytest.raises(TypeError):
        formatting.money(value, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "12,5", "x"])
def test_text_that_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        formatting.money(value, "EUR")


def test_quantity_percent_and_sign() -> None:
    assert shown('{{ q|quantity:"t" }}', q=Decimal("1850.000")) == "1,850 t"
    assert shown("{{ p|percent }}", p=Decimal("-8.4")) == "−8.40 %"
    assert shown("{{ p|percent:1|signed }}", p=Decimal("2.25")) == "+2.2 %"
    assert shown("{{ p|percent|signed }}", p=Decimal("0")) == "0.00 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=2, hours=4, minutes=3), "2 d 4 h"),
        (180, "3 min"),
        (0, "0 s"),
        (timedelta(seconds=-75), "−1 min 15 s"),
    ],
)
def test_duration(value: timedelta | int, text: str) -> None:
    assert formatting.duration(value).replace("\u00a0", " ") == text


def test_a_moment_is_written_in_utc_and_marked_for_the_viewers_zone() -> None:
    at = datetime(2026, 11, 22, 14, 46, 2, tzinfo=UTC)

    html = shown("{% local_time at %}", at=at)

    assert 'datetime="2026-11-22T14:46:02+00:00"' in html
    assert 'data-local="datetime"' in html
    assert "22 Nov 2026, 14:46 UTC" in html


def test_a_plain_date_is_not_moved_between_zones() -> None:
    assert "data-local" not in shown("{% local_time at %}", at=date(2026, 11, 22))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        shown("{% local_time at %}", at=datetime(2026, 11, 22, 14, 46))


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("en", "1234.50", "1234.50"),
        ("en", "1234,5", "1234.5"),
        ("uk", "1\u00a0234,50", "1234.50"),
        ("uk", "1,234", "1.234"),
        ("en", " \u22125 ", "-5"),
    ],
)
def test_an_amount_is_read_as_people_type_it(language: str, typed: str, amount: str) -> None:
    with translation.override(language):
        assert AmountField(max_digits=15, decimal_places=6).clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,234", "1,234.50", "1.234,50", "1,2,3", "12x", "1e5x"])
def test_an_amount_that_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        AmountField().clean(typed)
