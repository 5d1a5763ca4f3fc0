"""Units and currencies as the rooms of trade offer and show them."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reference import selectors

COMMON_UNITS = ("C62", "TNE", "KGM", "LTR", "MTR", "MTK", "MTQ", "SET", "HUR", "MON", "KMT", "MWH")
COMMON_CURRENCIES = ("EUR", "USD", "UAH", "GBP", "PLN", "SEK", "NOK", "CHF", "CZK", "KZT", "TRY")


def units() -> list[tuple[str, str]]:
    """Units to choose from, the common ones first: code and ``tonne (t)``."""
    rows = {unit.code: unit for unit in selectors.units()}
    order = [code for code in COMMON_UNITS if code in rows]
    order += [code for code in rows if code not in COMMON_UNITS]
    return [(code, f"{rows[code].name} ({_symbol(rows[code])})") for code in order]


def currencies() -> list[tuple[str, str]]:
    """Currencies to choose from, the common ones first: code and ``EUR Euro``."""
    rows = {currency.code: currency for currency in selectors.currencies()}
    order = [code for code in COMMON_CURRENCIES if code in rows]
    order += [code for code in rows if code not in COMMON_CURRENCIES]
    return [(code, f"{code} {rows[code].name}") for code in order]


def unit_symbol(code: str) -> str:
    """``t`` for TNE in the active language; the code itself where the list lacks it."""
    return _symbols(get_language() or "en").get(code, code)


@lru_cache(maxsize=4)
def _symbols(language: str) -> dict[str, str]:
    # The shared list is loaded at installation and does not change while a process runs.
    return {unit.code: _symbol(unit) for unit in selectors.units()}


def forget() -> None:
    """Read the shared list again when next asked: it was loaded meanwhile."""
    _symbols.cache_clear()


def _symbol(unit) -> str:
    if unit.code == "C62":
        return _("pcs")  # the recommendation's own symbol is "1"
    if unit.code == "LO":
        return _("lot")  # the recommendation has no symbol in some languages
    return unit.in_language("symbol") or unit.symbol_en
