"""Settings of further currencies and VAT rates, as they are typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_money import MONEYED
from marketplace.tenders.terms_field import Kind, Problem, TermsField
from marketplace.tenders.typed_numbers import typed_number

MONEY_FIELDS: tuple[TermsField, ...] = (
    TermsField(
        key="currencies", section="money", kind=Kind.TEXT, default="", required=False,
        label=_("Further currencies"), formats=MONEYED,
        rule=_("Suppliers may bid in them too; rates are frozen with the terms. Over the API one a "
               "line: “100 JPY = 0.613; ECB; 2026-11-27; 0”."),
    ),
    TermsField(
        key="vat_rates", section="money", kind=Kind.TEXT, default="", required=False,
        label=_("VAT rates compared"), formats=MONEYED,
        rule=_("Such as “0; 10; 20”: each supplier names the one its price carries, 0 also where "
               "it is not registered. Compared without VAT, it types its invoice price; compared "
               "with VAT, its price without it. Empty: all type what is compared."),
    ),
)  # fmt: skip

_EQUATION = re.compile(r"(?:(\d{1,7})\s+)?([A-Za-z]{3})\s*=\s*(.+)", re.ASCII)


def values_of(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Fields of the terms from the read settings, and what is wrong with them."""
    made: dict[str, Any] = {}
    problems: list[Problem] = []
    lines = [line for line in (values.get("currencies") or "").splitlines() if line.strip()]
    if lines:
        found = [currency_of(line) for line in lines]
        wrong = next((line for line, each in zip(lines, found, strict=True) if not each), None)
        if wrong is not None:
            text = _("Not understood: “%(line)s”. Write it as “USD = 0.9173; ECB; 2026-11-27”.")
            problems.append(Problem("currencies", text % {"line": wrong.strip()[:80]}))
        made["currencies"] = tuple(each for each in found if each)
    if (values.get("vat_rates") or "").strip():
        rates = rates_of(values["vat_rates"])
        if not rates:
            problems.append(Problem("vat_rates", _("Write the rates like “0; 10; 20”.")))
        made["vat_rates"] = rates
    return made, problems


def currency_of(line: str) -> CurrencyRate | None:
    """``100 JPY = 0.613; ECB; 2026-11-27; 0``; None for anything else."""
    parts = [part.strip() for part in line.split(";")]
    found = _EQUATION.fullmatch(parts[0])
    if found is None or len(parts) not in (3, 4):
        return None
    units, code, value = found.groups()
    rate = typed_number(re.sub(r"\s+[A-Za-z]{3}$", "", value.strip()))
    digits = parts[3] if len(parts) == 4 else ""
    if rate is None or (digits and not re.fullmatch(r"[0-9]", digits)):
        return None
    return CurrencyRate(
        code=code.upper(),
        units=int(units or 1),
        rate=rate,
        scale=int(digits) if digits else None,
        source=parts[1],
        date=parts[2],
    )


def rates_of(text: str) -> tuple[Decimal, ...]:
    """VAT rates as typed, rising; none where one of them is no number."""
    found = []
    for part in filter(None, re.split(r"[;\s]+", text.replace("%", " "))):
        rate = typed_number(part)
        if rate is None:
            return ()
        found.append(rate)
    return tuple(sorted(found))
