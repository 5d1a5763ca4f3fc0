"""What the terms validator asks of further currencies and of VAT rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from auctions.domain import money
from auctions.domain import terms_problems as problems
from auctions.domain.state import Prices
from auctions.domain.terms import Format, Terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_problems import Problem
from kernel.decimals import MAX_SCALE, floor_fraction, tick, to_wire

# Formats in which each seat names amounts of its own that nobody else is shown as typed.
MONEYED = frozenset({Format.ENGLISH, Format.SEALED, Format.VICKREY})
MOST_CURRENCIES = 20
MOST_UNITS = 1_000_000
MOST_RATES = 10
RATE_DIGITS = 10
LARGEST_RATE = Decimal(10) ** 9
MOST_SOURCE = 200
MOST_DATE = 40
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)


def currencies(terms: Terms) -> Iterator[Problem]:
    """Each currency once, with a rate above zero, whose it is and of when."""
    listed = terms.currencies
    if listed is None:
        return
    yield from _taken(terms, "currencies")
    if not 1 <= len(listed) <= MOST_CURRENCIES:
        yield problems.OutOfRange(field="currencies", least=1, most=MOST_CURRENCIES)
    for lot in terms.lots:
        if lot.grid is not None:
            # A multiple of an amount in one currency is none in another.
            yield problems.RuleNotHere(field=f"lots.{lot.number}.grid")
    known = {terms.currency}
    for number, each in enumerate(listed, start=1):
        path = f"currencies.{number}"
        if _CODE.fullmatch(each.code) is None:
            yield problems.CodeMalformed(field=f"{path}.code")
        elif each.code in known:
            yield problems.CurrencyTwice(field=f"{path}.code")
        known.add(each.code)
        wrong = list(_rate(path, each))
        yield from wrong or _amounts(terms, path, each)


def _rate(path: str, each: CurrencyRate) -> Iterator[Problem]:
    if not 1 <= each.units <= MOST_UNITS:
        yield problems.OutOfRange(field=f"{path}.units", least=1, most=MOST_UNITS)
    if not each.rate.is_finite() or each.rate <= 0:
        yield problems.NotPositiveTerm(field=f"{path}.rate")
    elif each.rate >= LARGEST_RATE:
        most = to_wire(LARGEST_RATE - 1)
        yield problems.OutOfRange(field=f"{path}.rate", least=0, most=most)
    elif each.rate % tick(RATE_DIGITS):
        yield problems.TooManyDigits(field=f"{path}.rate", scale=RATE_DIGITS)
    if each.scale is not None and not 0 <= each.scale <= MAX_SCALE:
        yield problems.OutOfRange(field=f"{path}.scale", least=0, most=MAX_SCALE)
    for name, text, most_long in (
        ("source", each.source, MOST_SOURCE),
        ("date", each.date, MOST_DATE),
    ):
        if not text.strip():
            yield problems.Missing(field=f"{path}.{name}")
        elif len(text) > most_long:
            yield problems.TooLong(field=f"{path}.{name}", limit=most_long)


def _amounts(terms: Terms, path: str, each: CurrencyRate) -> Iterator[Problem]:
    """Under every ceiling some amount can be bid, whatever the VAT rate."""
    rates: list[Decimal | None] = [
        rate for rate in terms.vat_rates or () if rate.is_finite() and rate >= 0
    ]
    forms = [money.form_of(terms, Prices(each.code, rate)) for rate in rates or [None]]
    for lot in terms.lots:
        scale = lot.scale if each.scale is None else each.scale
        if lot.ceiling is None or not lot.ceiling.is_finite() or not 0 <= scale <= MAX_SCALE:
            continue
        ceiling = Fraction(lot.ceiling)
        if any(form and floor_fraction(form.price(ceiling), scale) <= 0 for form in forms):
            field = f"{path}.scale"
            yield problems.NoAmountInCurrency(field=field, code=each.code, lot=lot.number)


def vat_rates(terms: Terms) -> Iterator[Problem]:
    """Rates from 0 to below 100 percent, rising."""
    listed = terms.vat_rates
    if listed is None:
        return
    yield from _taken(terms, "vat_rates")
    if not 1 <= len(listed) <= MOST_RATES:
        yield problems.OutOfRange(field="vat_rates", least=1, most=MOST_RATES)
    for rate in listed:
        if not rate.is_finite() or not 0 <= rate < 100:
            yield problems.OutOfRange(field="vat_rates", least=0, most=100)
            return
        if rate % tick(2):
            yield problems.TooManyDigits(field="vat_rates", scale=2)
    if list(listed) != sorted(set(listed)):
        yield problems.VatRatesUnordered(field="vat_rates")


def _taken(terms: Terms, field: str) -> Iterator[Problem]:
    # A package's price, and a total of positions, is a sum of amounts in one money.
    summed = terms.packages is not None or any(lot.lines is not None for lot in terms.lots)
    if terms.format not in MONEYED or summed:
        yield problems.RuleNotHere(field=field)
    if terms.blind:
        yield problems.MoneyNotBlind(field=field)
