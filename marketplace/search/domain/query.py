"""What somebody looks for, as typed: words, a number that may be a SKU, and filters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

MOST_WORDS = 8
LONGEST = 200
SHORTEST_NUMBER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number attribute's bounds, both within, in the attribute's own unit."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows the offers found; what is empty narrows nothing.

    ``values`` are by attribute the kept values of which a product has one, ``ranges`` by attribute
    the bounds of a number. A price is the public one of the smallest order, in ``currency``.
    ``territory`` is where the goods go, ``country`` where the supplier is.
    """

    category: str = ""
    supplier: str = ""
    country: str = ""
    territory: str = ""
    lead_time: int | None = None
    currency: str = ""
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    preferred: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        """Whether any of them is set, the country of delivery aside."""
        return any((
            self.category, self.supplier, self.country, self.lead_time is not None,
            self.currency and (self.price_from is not None or self.price_to is not None),
            self.preferred, self.values, self.ranges,
        ))  # fmt: skip


def words(typed: str) -> list[str]:
    """The first words of what was typed, each once, without signs around or within them."""
    plain = re.sub(r"[’'ʼ`]", "", typed[:LONGEST].casefold())
    found = re.findall(r"[^\W_]+", plain)
    return list(dict.fromkeys(found))[:MOST_WORDS]


def number_key(typed: str) -> str:
    """What was typed as the beginning of a SKU, part number or GTIN, without signs; nothing where
    it holds no digit, or is too short to tell one from another."""
    key = re.sub(r"[\W_]+", "", typed[:LONGEST].lower())
    is_number = any(sign.isdigit() for sign in key) and SHORTEST_NUMBER <= len(key) <= 80
    return key if is_number else ""


def as_typed(typed: str, given: Mapping[str, str]) -> str:
    """The words of what was typed with others ``given`` in the place of some."""
    return " ".join(given.get(each, each) for each in words(typed))


def plain(filters: Filters) -> dict[str, Any]:
    """The filters as JSON keeps them; :func:`read` undoes it."""
    texts = {
        name: value
        for name in ("category", "supplier", "country", "territory", "currency")
        if (value := getattr(filters, name))
    }
    numbers = {
        name: str(value)
        for name in ("lead_time", "price_from", "price_to")
        if (value := getattr(filters, name)) is not None
    }
    ranges = {
        key: {
            side: str(bound)
            for side in ("least", "most")
            if (bound := getattr(each, side)) is not None
        }
        for key, each in filters.ranges.items()
    }
    values = {key: list(each) for key, each in filters.values.items()}
    rest = {"preferred": filters.preferred, "values": values, "ranges": ranges}
    return {**texts, **numbers, **{name: value for name, value in rest.items() if value}}


def read(kept: Mapping[str, Any]) -> Filters:
    """Filters as :func:`plain` keeps them."""
    told = dict(kept)
    for name in ("price_from", "price_to"):
        if name in told:
            told[name] = Decimal(told[name])
    if "lead_time" in told:
        told["lead_time"] = int(told["lead_time"])
    told["values"] = {key: tuple(each) for key, each in told.get("values", {}).items()}
    told["ranges"] = {
        key: Range(**{side: Decimal(bound) for side, bound in each.items()})
        for key, each in told.get("ranges", {}).items()
    }
    return Filters(**told)
