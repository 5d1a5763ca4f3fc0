"""Rows of a file judged: what each would make of an offer, or why it cannot be taken.

The rules are the catalog's own (:mod:`marketplace.catalog.services`); what they ask the database is
asked once for many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from infra.problems import message
from kernel.clock import utc_now
from kernel.errors import FairfallError
from kernel.ids import new_id
from marketplace.catalog.domain import gtin
from marketplace.catalog.errors import FieldWrong
from marketplace.catalog.models import Offer, OfferState
from marketplace.catalog.services import checks
from marketplace.catalog.services.offers import OfferInput, set_terms
from marketplace.catalog.services.products import ProductInput, words_of
from marketplace.exchange.domain import columns as layout
from marketplace.exchange.domain import values as read
from marketplace.exchange.domain.columns import ATTRIBUTE, DEFAULTS, MOST_BANDS, PRODUCT, Columns
from marketplace.exchange.domain.difference import Verdict, differing, price_change
from marketplace.exchange.models import ImportRow
from marketplace.exchange.services import current
from marketplace.exchange.services.choosing import Values, choose, part_of
from marketplace.exchange.services.current import Current
from reference.domain.attributes import Definition, check
from reference.models import Category, Currency, Unit
from reference.taxonomies import definitions

Line = tuple[int, Sequence[str], str]
"""A line's number, its cells, and why it cannot be read at all, or nothing."""


@dataclass(slots=True)
class _Row:
    """A line on its way."""

    number: int
    cells: Sequence[str]
    told: dict[str, str]
    current: Current | None = None
    before: dict[str, str] | None = None
    values: Values | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, column: str, reason: str) -> None:
        self.errors.setdefault(column, reason)

    def take(self, act: Callable[[], Any], rename: Callable[[str], str] = str) -> Any:
        """What ``act`` gives, or None where it refuses: the refusal stands at its column."""
        try:
            return act()
        except FairfallError as error:
            self.refuse(rename(error.field), message(error))
            return None


class Judge:
    """Judges lines of one company's file, a chunk at a time."""

    def __init__(self, company_id: UUID, columns: Columns) -> None:
        self.company_id, self.columns = company_id, columns
        self.units = set(Unit.objects.values_list("pk", flat=True))
        self.currencies = set(Currency.objects.values_list("pk", flat=True))
        self.categories: dict[str, list[Definition] | None] = {}

    def judge(self, lines: Sequence[Line]) -> list[ImportRow]:
        """The lines as rows of an import, unsaved and without their run."""
        skus = [" ".join(self.columns.cell(each[1], "sku").split())[:100] for each in lines]
        known = current.by_sku(self.company_id, skus)
        rows = [
            self._begun(line, sku, there)
            for line, sku, there in zip(lines, skus, known, strict=True)
        ]
        self._know_categories(rows)
        for row in rows:
            if not row.errors:
                self._check(row)
        self._choose_products(rows)
        return [self._row(each) for each in rows]

    def _begun(self, line: Line, sku: str, there: Current | None) -> _Row:
        number, cells, unreadable = line
        cell = self.columns.cell
        told = dict(DEFAULTS)
        before = None
        if there is not None:
            given = cell(cells, "currency").upper()
            before = there.sheet(given)
            told = dict(before)
        if self.columns.has_prices:
            told = layout.with_bands(told, {})
        for name in self.columns.places:
            value = cell(cells, name).strip()
            if not name.startswith(ATTRIBUTE):
                value = " ".join(value.split())
            if value or not (name == "valid_from" and there is not None):
                told[name] = value or DEFAULTS.get(name, "")
        told["sku"] = before["sku"] if before is not None else sku
        told["content_unit"] = told.get("content_unit") or told["unit"]
        row = _Row(number, cells, told, there, before)
        if unreadable:
            row.refuse("", unreadable)
        return row

    def _know_categories(self, rows: Sequence[_Row]) -> None:
        asked = {each.told.get("category", "") for each in rows} - self.categories.keys()
        there = set(Category.objects.filter(pk__in=asked).values_list("pk", flat=True))
        for code in asked:
            self.categories[code] = definitions(code) if code in there else None

    def _check(self, row: _Row) -> None:
        told = row.told
        row.take(lambda: checks.text("sku", told["sku"], 80, needed=True))
        if told["state"] not in OfferState.values:
            row.refuse("state", _("Choose from the list."))
        self._check_terms(row)
        words = row.take(
            lambda: words_of(ProductInput(**{name: told.get(name, "") for name in PRODUCT}))
        )
        code = told.get("category", "")
        if code and self.categories[code] is None:
            row.refuse("category", _("Choose from the list."))
        if words is not None:
            told.update(words, gtin=gtin.shown(words["gtin"]))
            row.values = {**words, "category_id": code or None}
        if any(name.startswith(ATTRIBUTE) for name in self.columns.places) and not row.errors:
            self._check_attributes(row)
        if self.columns.has_prices:
            self._check_prices(row)
        elif not row.before or not row.before.get("price_1"):
            told["currency"] = ""

    def _check_terms(self, row: _Row) -> None:
        told = row.told
        told["unit"], told["content_unit"] = told["unit"].upper(), told["content_unit"].upper()
        if told["unit"] not in self.units:
            row.refuse("unit", _("Choose from the list."))
        elif told["content_unit"] not in self.units:
            row.refuse("content_unit", _("Choose from the list."))
        typed: dict[str, Any] = {"sku": told["sku"], "pack_level": told["pack_level"]}
        number, day = _("Write a plain number, such as 1250.5."), _("Write a day as 2031-01-31.")
        for name in ("content_quantity", "increment", "min_order", "max_order"):
            typed[name] = _read(row, name, read.decimal, number)
        for name in ("lead_time_days", "warranty_months"):
            typed[name] = _read(row, name, read.whole, _("Write a whole number."))
        typed["valid_from"] = _read(row, "valid_from", read.begins, day)
        typed["valid_until"] = _read(row, "valid_until", read.ends, day)
        typed["territory"] = told.get("territory", "").upper().replace(",", " ").split()
        if row.errors:
            return
        offer = Offer()
        row.take(lambda: set_terms(offer, OfferInput(**typed)))
        if row.errors:
            return
        for name in ("content_quantity", "increment", "min_order"):
            told[name] = read.plain(getattr(offer, name))
        told["max_order"] = "" if offer.max_order is None else read.plain(offer.max_order)
        for name in ("lead_time_days", "warranty_months"):
            told[name] = "" if typed[name] is None else str(typed[name])
        told["territory"] = " ".join(offer.territory)
        told["valid_from"] = read.told_begin(offer.valid_from) if typed["valid_from"] else ""
        told["valid_until"] = read.told_end(offer.valid_until) if offer.valid_until else ""

    def _check_attributes(self, row: _Row) -> None:
        held = self.categories[row.told.get("category", "")] or []
        known = {each.key for each in held}
        given = {
            key: value
            for key, value in layout.attributes(row.told).items()
            if key in known or f"{ATTRIBUTE}{key}" in self.columns.places
        }
        checked = check(held, given)
        for key, error in checked.errors.items():
            row.refuse(f"{ATTRIBUTE}{key}", message(error))
        for name in [each for each in row.told if each.startswith(ATTRIBUTE)]:
            del row.told[name]
        for key, value in checked.values.items():
            told = ("true" if value else "false") if isinstance(value, bool) else value
            row.told[f"{ATTRIBUTE}{key}"] = told

    def _check_prices(self, row: _Row) -> None:
        found: dict[Decimal, Decimal] = {}
        for at in range(1, MOST_BANDS + 1):
            price, least = row.told.get(f"price_{at}", ""), row.told.get(f"from_{at}", "")
            if not price and not least:
                continue
            self._check_band(row, at, found)
        row.told = layout.with_bands(row.told, found)
        code = row.told.get("currency", "").upper()
        row.told["currency"] = code if found else ""
        if found and code not in self.currencies:
            row.refuse("currency", _("Choose from the list."))

    def _check_band(self, row: _Row, at: int, found: dict[Decimal, Decimal]) -> None:
        wrong = _("Write a plain number, such as 1250.5.")
        price = _read(row, f"price_{at}", read.decimal, wrong)
        least = _read(row, f"from_{at}", read.decimal, wrong) or Decimal(0)
        if f"price_{at}" in row.errors or f"from_{at}" in row.errors:
            return
        amount = row.take(lambda: checks.money(f"price_{at}", price))
        least = row.take(lambda: checks.number(f"from_{at}", least, zero=True))
        if amount is None or least is None:
            return
        if least in found:
            row.refuse(f"from_{at}", _("There is another price from this quantity."))
        found[least] = amount

    def _choose_products(self, rows: Sequence[_Row]) -> None:
        good = [each for each in rows if each.values is not None and not each.errors]
        parts = {part for each in good if (part := part_of(_values(each))) is not None}
        found = current.products_like(
            {str(_values(each)["gtin"]) for each in good} - {""}, sorted(parts)
        )
        for row in good:
            values = _values(row)
            choice = row.take(
                lambda row=row, values=values: choose(  # type: ignore[misc]
                    self.company_id, values, row.current, found
                )
            )
            if choice is not None and choice.product is not None and not choice.describes:
                kept = {k: v for k, v in row.told.items() if not k.startswith(ATTRIBUTE)}
                row.told = {**kept, **current.words(choice.product)}

    def _row(self, row: _Row) -> ImportRow:
        before, after = row.before, row.told
        verdict = Verdict.WRONG
        if not row.errors:
            if before is None:
                verdict = Verdict.NEW
            else:
                verdict = Verdict.CHANGED if differing(before, after) else Verdict.SAME
            if verdict is not Verdict.SAME:
                self._check_state(row)
                verdict = Verdict.WRONG if row.errors else verdict
        priced = verdict is not Verdict.WRONG and bool(after.get("price_1"))
        return ImportRow(
            number=row.number,
            sku=after["sku"][:80],
            offer_id=_offer_id(row, verdict),
            verdict=verdict.value,
            cells=list(row.cells),
            before=before if verdict is Verdict.CHANGED else None,
            after=after if verdict in (Verdict.NEW, Verdict.CHANGED) else {},
            errors=row.errors,
            price_before=read.decimal(before["price_1"])
            if before is not None and before.get("price_1")
            else None,
            price_after=read.decimal(after["price_1"]) if priced else None,
            rise=price_change(before, after) if verdict is Verdict.CHANGED and before else None,
        )

    def _check_state(self, row: _Row) -> None:
        """What is shown to buyers has a price and is not over; what was shown is no draft again."""
        told, there = row.told, row.current
        if told["state"] == OfferState.ACTIVE:
            if not told.get("price_1") and not (there is not None and there.priced):
                row.refuse("price_1", _("Add a price before you publish the offer."))
            if told["valid_until"] and read.ends(told["valid_until"]) <= utc_now():
                row.refuse("valid_until", _("The offer's validity is over."))
        if (
            told["state"] == OfferState.DRAFT
            and there is not None
            and there.offer.published_at is not None
        ):
            row.refuse("state", _("What was published is no draft again: withdraw it."))


def _offer_id(row: _Row, verdict: Verdict) -> UUID | None:
    """The offer a row is of; a new one's is fixed here, so that making it active writes no row."""
    if row.current is not None:
        return row.current.offer.pk
    return new_id() if verdict is Verdict.NEW else None


def _values(row: _Row) -> Values:
    if row.values is None:
        raise FieldWrong(field="", reason="")
    return row.values


def _read(row: _Row, name: str, reader: Callable[[str], Any], reason: str) -> Any:
    """The value of a column, None where it is empty or, with the reason told, malformed."""
    text = row.told.get(name, "")
    if not text:
        return None
    try:
        return reader(text)
    except ValueError:
        row.refuse(name, reason)
        return None
