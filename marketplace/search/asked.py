"""A search as an address tells it: the same names for pages and API."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from infra.problems import message
from kernel.decimals import MAX_INTEGER_DIGITS
from kernel.errors import FairfallError
from marketplace.catalog.errors import FieldWrong
from marketplace.catalog.services import checks
from marketplace.search.domain.query import Filters, Range
from reference.domain.numbers import at_scale, decimal, number
from reference.models import KEY, Attribute
from reference.selectors import convert
from reference.taxonomies import held, way_to

MOST_ATTRIBUTES = 10
MOST_VALUES = 50
LONGEST_LEAD = 3650
_PLACES = 9


class Given(Protocol):
    """What an address says: a name may be there several times."""

    def get(self, key: str, default: str = "") -> str: ...
    def getlist(self, key: str) -> Sequence[str]: ...
    def keys(self) -> Sequence[str]: ...


def read(given: Given) -> Filters:
    """The filters of an address. Raises FieldWrong with the parameter.

    ``a.<key>`` is a value of an attribute, several times for several; ``a.<key>.from`` and
    ``a.<key>.to`` bound a number, in the unit ``a.<key>.unit`` or in the attribute's own.
    """
    currency = _code(given, "currency", "[A-Z]{3}")
    prices = {name: _price(given, name) for name in ("price_from", "price_to")}
    if not currency and any(each is not None for each in prices.values()):
        raise FieldWrong(field="currency", reason=_("Choose the currency of the price."))
    keys = {match[1] for name in given.keys() if (match := _named(name))}  # noqa: SIM118
    if len(keys) > MOST_ATTRIBUTES:
        raise FieldWrong(field="a", reason=_("Fewer attributes at once, please."))
    category = _code(given, "category", r"[\w:.\-]{1,60}")
    own = _attributes(category) if keys else {}
    return Filters(
        category=category,
        supplier=_supplier(given),
        country=_code(given, "country", "[A-Z]{2}"),
        territory=_code(given, "territory", "[A-Z]{2}"),
        lead_time=_days(given),
        currency=currency,
        preferred=given.get("preferred", "") in ("1", "true", "on"),
        values={
            key: tuple(dict.fromkeys(found[:MOST_VALUES]))
            for key in sorted(keys)
            if (found := [each[:500] for each in given.getlist(f"a.{key}") if each])
        },
        ranges={
            key: bounds for key in sorted(keys) if (bounds := _range(given, key, own.get(key)))
        },
        **prices,
    )


def _named(name: str) -> re.Match[str] | None:
    return re.fullmatch(rf"a\.({KEY.strip('^$')})(\.from|\.to|\.unit)?", name)


def _code(given: Given, name: str, form: str) -> str:
    value = given.get(name, "").strip()
    if value and not re.fullmatch(form, value):
        raise FieldWrong(field=name, reason=_("Choose from the list."))
    return value


def _supplier(given: Given) -> str:
    value = given.get("supplier", "").strip()
    try:
        return str(UUID(value)) if value else ""
    except ValueError as error:
        raise FieldWrong(field="supplier", reason=_("Name a company by its id.")) from error


def _days(given: Given) -> int | None:
    value = given.get("lead_time", "").strip()
    if not value:
        return None
    if not re.fullmatch("[0-9]{1,4}", value) or int(value) > LONGEST_LEAD:
        reason = _("Write a whole number between 0 and %(most)d.") % {"most": LONGEST_LEAD}
        raise FieldWrong(field="lead_time", reason=reason)
    return int(value)


def _price(given: Given, name: str) -> Decimal | None:
    value = _number(given, name)
    if value is None:
        return None
    return checks.number(name, value, digits=MAX_INTEGER_DIGITS, zero=True)


def _number(given: Given, name: str, own: str = "", unit: str = "") -> Decimal | None:
    """The number, out of ``unit`` into the ``own``; rounded where the other has no end there."""
    value = given.get(name, "").strip()
    if not value:
        return None
    try:
        exact = number(value)
        if unit and own and unit != own:
            return at_scale(convert(exact, unit, own), _PLACES)
        return decimal(exact)[0]
    except FairfallError as error:
        raise FieldWrong(field=name, reason=message(error)) from error


def _range(given: Given, key: str, attribute: Attribute | None) -> Range | None:
    own = (attribute.unit_id or "") if attribute is not None else ""
    unit = given.get(f"a.{key}.unit", "").strip()
    if unit and not own:
        reason = _("Choose a category that has this number.")
        raise FieldWrong(field=f"a.{key}.unit", reason=reason)
    least, most = (_number(given, f"a.{key}.{side}", own, unit) for side in ("from", "to"))
    return None if least is None and most is None else Range(least=least, most=most)


def _attributes(category: str) -> Mapping[str, Attribute]:
    if not category:
        return {}
    return {each.attribute.key: each.attribute for each in held(way_to(category))}
