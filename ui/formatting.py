"""How figures and times read, in the active language. Amounts are Decimals, never floats."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUS = "\u2212"
NBSP = "\u00a0"
NOTHING = "\u2013"


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse({"en": "en_GB"}.get(language, language.replace("-", "_")))


def locale() -> Locale:
    """The active language's locale; English means British English."""
    return _locale(get_language() or "en")


def exact(value: Decimal | int | str) -> Decimal:
    """``value`` as a Decimal. Raises TypeError for a float, ValueError for other text."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"amounts are decimals, not {type(value).__name__}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not a number: {value!r}")
    return number


def figure(value: Decimal | int | str, least: int = 0, most: int | None = None) -> str:
    """Digits grouped as the language does: ``least`` places kept, further zeros dropped.

    ``most`` rounds half even to so many places; without it every digit that matters is shown.
    """
    number = exact(value)
    if most is not None:
        number = round(number, most)
    places = max(-int(number.normalize().as_tuple().exponent), least, 0)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(abs(number), format=pattern, locale=locale(), decimal_quantization=False)
    text = text.replace("\u202f", NBSP).replace(" ", NBSP)
    return (MINUS if number < 0 else "") + text


def money(value: Decimal | int | str, currency: str) -> str:
    """``923,150.00 EUR``: the currency's own places at least, more where the price has more."""
    return f"{figure(value, least=get_currency_precision(currency))}{NBSP}{currency}"


def quantity(value: Decimal | int | str, unit: str) -> str:
    """``1,850 t``: no zeros that say nothing."""
    return f"{figure(value)}{NBSP}{unit}" if unit else figure(value)


def percent(value: Decimal | int | str, places: int = 2) -> str:
    """``8.44 %`` of a value that already is in percent."""
    return f"{figure(value, least=places, most=places)}{NBSP}%"


def signed(text: str) -> str:
    """``text`` with a plus unless it carries a minus, is zero or empty."""
    is_zero = not any(digit in text for digit in "123456789")
    return text if text.startswith(MINUS) or is_zero else "+" + text


def duration(value: timedelta | int) -> str:
    """The two largest units: ``2 d 4 h``, ``3 min``, ``45 s``. An int is seconds."""
    seconds = int(value.total_seconds()) if isinstance(value, timedelta) else int(value)
    sign, seconds = (MINUS, -seconds) if seconds < 0 else ("", seconds)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = [
        _("%(n)d d") % {"n": days} if days else "",
        _("%(n)d h") % {"n": hours} if hours else "",
        _("%(n)d min") % {"n": minutes} if minutes else "",
        _("%(n)d s") % {"n": rest} if rest else "",
    ]
    shown = [part.replace(" ", NBSP) for part in parts if part][:2]
    return sign + (" ".join(shown) or (_("%(n)d s") % {"n": 0}).replace(" ", NBSP))
