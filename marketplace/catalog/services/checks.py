"""Checks that several use cases of the catalog make alike. All raise FieldWrong with the field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kernel.decimals import MAX_INTEGER_DIGITS, MAX_SCALE, quantize
from marketplace.catalog.errors import FieldWrong

QUANTITY_DIGITS = 9  # before the point
MOST_COUNTRIES = 250


def text(field: str, value: str, most: int, *, needed: bool = False) -> str:
    """The trimmed text."""
    plain = " ".join(value.split())
    if needed and not plain:
        raise FieldWrong(field=field, reason=_("Fill in this field."))
    if len(plain) > most:
        raise FieldWrong(field=field, reason=_("Use %(most)d characters at most.") % {"most": most})
    return plain


def number(
    field: str, value: Decimal | None, *, digits: int = QUANTITY_DIGITS, zero: bool = False
) -> Decimal:
    """A positive number with so many digits before the point and six after it at most."""
    if value is None:
        raise FieldWrong(field=field, reason=_("Write a number."))
    if not value.is_finite() or value < 0 or (value == 0 and not zero):
        raise FieldWrong(field=field, reason=_("Write a number greater than zero."))
    if value >= Decimal(10) ** digits:
        raise FieldWrong(field=field, reason=_("This number is too large."))
    if quantize(value, MAX_SCALE) != value:
        raise FieldWrong(field=field, reason=_("Use six decimal places at most."))
    return value


def money(field: str, value: Decimal | None) -> Decimal:
    """A positive amount."""
    return number(field, value, digits=MAX_INTEGER_DIGITS)


def countries(field: str, codes: Iterable[str]) -> list[str]:
    """Codes of ISO 3166, each once, in order."""
    found = sorted(set(codes))
    if len(found) > MOST_COUNTRIES or not all(re.fullmatch("[A-Z]{2}", each) for each in found):
        raise FieldWrong(field=field, reason=_("Choose countries from the list."))
    return found


def span(field: str, begins: datetime, ends: datetime | None) -> None:
    """The end lies after the beginning."""
    if ends is not None and ends <= begins:
        raise FieldWrong(field=field, reason=_("The end must come after the beginning."))


def known(field: str, model: Any, code: str) -> Any:
    """The entry of a shared list with this code."""
    found = model.objects.filter(pk=code.strip()).first()
    if found is None:
        raise FieldWrong(field=field, reason=_("Choose from the list."))
    return found
