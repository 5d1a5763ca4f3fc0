"""Columns of a file of offers.

An offer is told as a mapping of column to text, here called its *sheet*: what an export writes,
what an import is compared with, and what a rollback brings back are the same thing. Prices are
numbered pairs: ``from_2``, ``price_2`` is the price from that quantity on. ``attr:key`` is the
value of an attribute of the product's category.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.exchange.domain.values import decimal, plain

PRODUCT = ("name_en", "name_ru", "name_uk", "manufacturer", "part_number", "gtin", "category")
TERMS = (
    "unit", "content_quantity", "content_unit", "increment", "min_order", "max_order",
    "pack_level", "lead_time_days", "warranty_months", "territory", "valid_from", "valid_until",
)  # fmt: skip
FIXED = ("sku", "state", *PRODUCT, *TERMS, "currency")
REASONS = "errors"
MOST_BANDS = 20
ATTRIBUTE = "attr:"
DEFAULTS = {
    "state": "active", "unit": "C62", "content_quantity": "1", "increment": "1", "min_order": "1",
    "pack_level": "each",
}  # fmt: skip
"""What an empty cell of these columns means."""
_BAND = re.compile(r"(?:from|price)_([1-9][0-9]?)", re.ASCII)
Sheet = Mapping[str, str]


class HeadingsWrong(Exception):
    """The first row names a column that there is none of, or one twice, or no ``sku``."""

    def __init__(self, code: str, column: str = "") -> None:
        super().__init__(code, column)
        self.code, self.column = code, column


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row is which column."""

    places: Mapping[str, int]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The cell of a column, empty where the row is shorter or the file has none."""
        at = self.places.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    @property
    def has_prices(self) -> bool:
        """Whether the file tells prices: then it tells all public ones of an offer."""
        return any(is_band(each) for each in self.places)


def is_band(column: str) -> bool:
    """Whether a column is a price or the quantity from which one holds."""
    found = _BAND.fullmatch(column)
    return found is not None and int(found[1]) <= MOST_BANDS


def columns_of(headings: Sequence[str]) -> Columns:
    """Read the first row. Raises HeadingsWrong."""
    places: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = heading.strip()
        key = name.lower().replace(" ", "_")
        if key.startswith(ATTRIBUTE):
            key = ATTRIBUTE + name[len(ATTRIBUTE) :].strip()
        key = "price_1" if key == "price" else key
        if not key or key == REASONS:
            continue
        if key not in FIXED and not key.startswith(ATTRIBUTE) and not is_band(key):
            raise HeadingsWrong("column_unknown", name[:60])
        if key in places:
            raise HeadingsWrong("column_twice", name[:60])
        places[key] = at
    if "sku" not in places:
        raise HeadingsWrong("no_sku")
    return Columns(places)


def bands(sheet: Sheet) -> dict[Decimal, Decimal]:
    """Prices by the quantity from which each holds."""
    return {
        decimal(sheet.get(f"from_{at}") or "0"): decimal(sheet[f"price_{at}"])
        for at in range(1, MOST_BANDS + 1)
        if sheet.get(f"price_{at}")
    }


def with_bands(sheet: Sheet, prices: Mapping[Decimal, Decimal]) -> dict[str, str]:
    """The sheet with these prices and no others, numbered by quantity."""
    made = {name: value for name, value in sheet.items() if not is_band(name)}
    for at, least in enumerate(sorted(prices), 1):
        if least:
            made[f"from_{at}"] = plain(least)
        made[f"price_{at}"] = plain(prices[least])
    return made


def attributes(sheet: Sheet) -> dict[str, str]:
    """The values of attributes by key, as text."""
    size = len(ATTRIBUTE)
    return {
        name[size:]: value for name, value in sheet.items() if name.startswith(ATTRIBUTE) and value
    }
