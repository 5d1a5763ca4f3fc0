"""Own offers as a sheet: single values changed by cell, all of them or none, each with its undoing.

A cell is told as it is typed and shown: a text, a whole number, or a decimal with a point; nothing
is the empty text. ``base`` is what the person saw: a cell that says something else by now is
refused, so that nobody overwrites what was never read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from infra.problems import message
from kernel.clock import utc_now
from kernel.decimals import to_wire
from kernel.errors import FairfallError
from marketplace.catalog.errors import (
    CellMoved,
    CellsRefused,
    FieldWrong,
    OfferNotFound,
    PriceNotInSheet,
)
from marketplace.catalog.models import Offer, Price, PriceScope, Product
from marketplace.catalog.policies import require_seller
from marketplace.catalog.services import offers, prices
from marketplace.catalog.services.offers import OfferInput
from marketplace.catalog.services.prices import PriceInput
from marketplace.catalog.services.products import ProductInput
from ui.forms import AmountField

MOST_CELLS = 500
USUAL_CURRENCY = "EUR"
PRICE = "price"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet. ``part`` is what it belongs to: product, offer or price."""

    key: str
    label: Promise
    part: str
    read: Callable[[str], Any]

    @property
    def is_number(self) -> bool:
        """Whether its cells are figures."""
        return self.read is not _text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value to put into a column of an offer, and the one that stood there when it was typed."""

    offer: UUID
    column: str
    base: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """An offer as a line of the sheet. ``price`` is the one its price cell is about.

    ``fixed`` holds the columns that are not changed here: the price where several hold at once, and
    the product's words where others offer it too.
    """

    offer: Offer
    cells: Mapping[str, str]
    currency: str
    fixed: frozenset[str]
    price: Price | None


def _text(typed: str) -> str:
    return typed


def _whole(typed: str) -> int | None:
    plain = "".join(typed.split())
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 9):
        raise ValidationError(_("Enter a whole number."))
    return int(plain)


def _decimal(typed: str) -> Decimal | None:
    return AmountField(required=False).clean(typed)


def _needed(typed: str) -> Decimal:
    found: Decimal = AmountField().clean(typed)
    return found


COLUMNS = {
    each.key: each
    for each in (
        Column("sku", gettext_lazy("SKU"), "offer", _text),
        Column("name_en", gettext_lazy("Name in English"), "product", _text),
        Column("name_ru", gettext_lazy("Name in Russian"), "product", _text),
        Column("name_uk", gettext_lazy("Name in Ukrainian"), "product", _text),
        Column(PRICE, gettext_lazy("Public price"), "price", _decimal),
        Column("min_order", gettext_lazy("Smallest order"), "offer", _needed),
        Column("increment", gettext_lazy("In multiples of"), "offer", _needed),
        Column("max_order", gettext_lazy("Largest order"), "offer", _decimal),
        Column("lead_time_days", gettext_lazy("Lead time"), "offer", _whole),
        Column("warranty_months", gettext_lazy("Warranty"), "offer", _whole),
        Column("manufacturer", gettext_lazy("Manufacturer"), "product", _text),
        Column("part_number", gettext_lazy("Manufacturer's part number"), "product", _text),
    )
}


def sheet(actor: Actor, shown: Sequence[Offer]) -> list[Row]:
    """Own offers as lines of the sheet. Two queries, and one more where none has a price."""
    require_seller(actor, Capability.OFFER_EDIT)
    now = utc_now()
    found: dict[UUID, list[Price]] = {each.pk: [] for each in shown}
    for price in Price.objects.filter(offer__in=shown, scope=PriceScope.PUBLIC):
        if _stands(price, now):
            found[price.offer_id].append(price)
    shared = set(
        Offer.objects.filter(product__in={each.product_id for each in shown})
        .exclude(company_id=actor.company_id)
        .values_list("product_id", flat=True)
    )
    usual = usual_currency(actor) if any(not each for each in found.values()) else ""
    return [_row(actor, each, found[each.pk], shared, usual) for each in shown]


def usual_currency(actor: Actor) -> str:
    """The currency of the price that the company added last, or the euro."""
    own = Price.objects.filter(offer__company_id=actor.company_id).order_by("-created_at")
    return own.values_list("currency_id", flat=True).first() or USUAL_CURRENCY


def change_cells(*, actor: Actor, cells: Sequence[Cell]) -> tuple[list[Row], list[Cell]]:
    """Put all of the values where they belong, or none; the rows as they are then, and the cells
    that undo it.

    A price is not overwritten: the one that holds ends, and another begins. Raises CellsRefused
    with the reason of each refused cell, and FieldWrong for more cells than are taken at a time.
    """
    require_seller(actor, Capability.OFFER_EDIT)
    if not 0 < len(cells) <= MOST_CELLS:
        most = _("Change %(most)d cells at a time at most.") % {"most": MOST_CELLS}
        raise FieldWrong(field="cells", reason=most)
    by_offer: dict[UUID, dict[str, Cell]] = {}
    for each in cells:
        by_offer.setdefault(each.offer, {})[each.column] = each
    refused: list[dict[str, str]] = []
    undo: list[Cell] = []
    with transaction.atomic():
        # Two writers of one company wait for each other before they read what stands there.
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.company_id)
        rows = _rows(actor, by_offer)
        for offer_id, changes in by_offer.items():
            row = rows.get(offer_id)
            wrong = (
                {key: message(OfferNotFound()) for key in changes}
                if row is None
                else _changed(actor, row, changes)
            )
            for column, reason in wrong.items():
                refused.append({"offer": str(offer_id), "column": column, "reason": reason})
        if refused:
            raise CellsRefused(cells=[f"{each['offer']}:{each['column']}" for each in refused],
                               reasons=[each["reason"] for each in refused])  # fmt: skip
        after = _rows(actor, by_offer)
        undo = [
            Cell(offer=key, column=column, base=after[key].cells[column],
                 value=rows[key].cells[column])
            for key, changes in by_offer.items() for column in changes
            if after[key].cells[column] != rows[key].cells[column]
        ]  # fmt: skip
    return list(after.values()), undo


def _rows(actor: Actor, wanted: Mapping[UUID, Any]) -> dict[UUID, Row]:
    found = Offer.objects.filter(company_id=actor.company_id, pk__in=wanted).select_related(
        "company", "product", "product__category", "unit", "content_unit"
    )
    return {row.offer.pk: row for row in sheet(actor, list(found))}


def _changed(actor: Actor, row: Row, changes: Mapping[str, Cell]) -> dict[str, str]:
    """Change one offer; by column why not."""
    wrong: dict[str, str] = {}
    given: dict[str, dict[str, Any]] = {"product": {}, "offer": {}, "price": {}}
    for key, cell in changes.items():
        column = COLUMNS.get(key)
        try:
            if column is None:
                raise FieldWrong(field=key, reason=_("Choose from the list."))
            if row.cells[key] != cell.base:
                raise CellMoved(field=key, now=row.cells[key])
            if key == PRICE and PRICE in row.fixed:
                raise PriceNotInSheet(field=key)
            given[column.part][key] = column.read(cell.value.strip())
        except ValidationError as error:
            wrong[key] = " ".join(error.messages)
        except FairfallError as error:
            wrong[key] = message(error)
    if wrong:
        return wrong
    try:
        with transaction.atomic():
            _write(actor, row, given)
    except FairfallError as error:
        named = error.field if error.field in changes else next(iter(changes))
        # The price tells of its amount, which is the price's own column here.
        if error.field in ("amount", "currency") and PRICE in changes:
            named = PRICE
        wrong[named] = message(error)
    return wrong


def _write(actor: Actor, row: Row, given: Mapping[str, Mapping[str, Any]]) -> None:
    if given["offer"] or given["product"]:
        offers.change_offer(
            actor=actor, offer_id=row.offer.pk,
            product=replace(_product_input(row.offer.product), **given["product"]),
            offer=replace(_offer_input(row.offer), **given["offer"]),
        )  # fmt: skip
    if PRICE in given["price"]:
        _reprice(actor, row, given["price"][PRICE])


def _reprice(actor: Actor, row: Row, amount: Decimal | None) -> None:
    old = row.price
    if old is not None and amount == old.amount:
        return
    ends = None if old is None else old.valid_until
    if old is not None:
        prices.end_price(actor=actor, price_id=old.pk)
    if amount is not None:
        bounds: dict[str, Any] = {"least": old.least, "below": old.below} if old else {}
        prices.add_price(
            actor=actor, offer_id=row.offer.pk,
            price=PriceInput(amount=amount, currency=row.currency, valid_until=ends, **bounds),
        )  # fmt: skip


def _row(actor: Actor, offer: Offer, found: list[Price], shared: set[UUID], usual: str) -> Row:
    plain = [each for each in found if not each.territory and each.least <= offer.min_order]
    # A sheet has one cell: where the price depends on the quantity or the country, it is not there.
    one = found[0] if len(found) == 1 and plain else None
    fixed = {PRICE} if found and one is None else set()
    if offer.product.described_by_id != actor.company_id or offer.product_id in shared:
        fixed |= {each.key for each in COLUMNS.values() if each.part == "product"}
    cells = {
        key: _shown(getattr(offer.product if column.part == "product" else offer, key))
        for key, column in COLUMNS.items()
        if column.part != "price"
    }
    cells[PRICE] = _shown(one.amount) if one else ""
    currency = one.currency_id if one else found[0].currency_id if found else usual
    return Row(offer, cells, currency, frozenset(fixed), one)


def _stands(price: Price, at: datetime) -> bool:
    """Whether it holds now or will."""
    return price.valid_until is None or price.valid_until > at


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return to_wire(value.normalize()) if isinstance(value, Decimal) else str(value)


def _product_input(product: Product) -> ProductInput:
    told = {each.name: getattr(product, each.name) for each in fields(ProductInput)}
    # Attributes are left as they are: the sheet has no columns for them.
    return ProductInput(**{**told, "category": product.category_id or "", "attributes": None})


def _offer_input(offer: Offer) -> OfferInput:
    told = {each.name: getattr(offer, each.name) for each in fields(OfferInput)}
    return OfferInput(**{**told, "unit": offer.unit_id, "content_unit": offer.content_unit_id})
