"""Which product an offer is of: one that is there already, or one described now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from marketplace.catalog.domain import gtin
from marketplace.catalog.errors import FieldWrong, ProductShared
from marketplace.catalog.models import Product
from marketplace.catalog.services import attributes, checks
from reference.models import Category

_TEXTS = {"name_en": 200, "name_ru": 200, "name_uk": 200, "manufacturer": 200, "part_number": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductInput:
    """A product as typed: a name in one language at least; ``category`` is a CPV code.

    ``attributes`` are values by key as :func:`reference.taxonomies.check_values` takes them; None
    where nothing is said about them.
    """

    name_en: str = ""
    name_ru: str = ""
    name_uk: str = ""
    manufacturer: str = ""
    part_number: str = ""
    gtin: str = ""
    category: str = ""
    attributes: Mapping[str, object] | None = None


def product_for(actor: Actor, typed: ProductInput, current: Product | None = None) -> Product:
    """The product that ``typed`` describes, saved; ``current`` is the offer's so far.

    One with the same GTIN, or the same manufacturer and part number, is taken as it is: several
    suppliers offer one product, and what is typed about its attributes is not looked at. Otherwise
    the offer's own is changed while nobody else offers it, and a new one described where there is
    none. Call it in a transaction. Raises FieldWrong, AttributesWrong, ProductShared.
    """
    values = _checked(typed)
    there = _same(values)
    if there is not None and (current is None or there.pk != current.pk):
        return there
    category = values["category_id"]
    if current is None:
        values["attributes"] = attributes.values_for(category, typed.attributes)
        return _kept(Product(described_by_id=actor.company_id, **values), values)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not _is_own(current, actor.company_id):
        if not changed and attributes.changes(category, typed.attributes, current):
            changed = ["attributes"]
        if changed:
            raise ProductShared(field=changed[0].removesuffix("_id"))
        return current
    values["attributes"] = attributes.values_for(category, typed.attributes, current)
    for name, value in values.items():
        setattr(current, name, value)
    return _kept(current, values)


def drop_unused(product_id: UUID) -> None:
    """Forget a product that no offer is of any more."""
    Product.objects.filter(pk=product_id, offers=None).delete()


def _kept(product: Product, values: dict[str, Any]) -> Product:
    """The product, saved; where another company described the same a moment ago, that one."""
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:
        there = _same(values)
        if there is None:
            raise
        return there
    return product


def words_of(typed: ProductInput) -> dict[str, str]:
    """What is typed, its category aside, checked. Asks nothing of the database. Raises
    FieldWrong."""
    values = {name: checks.text(name, getattr(typed, name), most) for name, most in _TEXTS.items()}
    if not any(values[f"name_{each}"] for each in ("en", "ru", "uk")):
        raise FieldWrong(field="name_en", reason=_("Name the product in one language at least."))
    values["gtin"] = _gtin(typed.gtin)
    return values


def _checked(typed: ProductInput) -> dict[str, Any]:
    values: dict[str, Any] = dict(words_of(typed))
    code = typed.category.strip()
    values["category_id"] = checks.known("category", Category, code).pk if code else None
    return values


def _gtin(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return gtin.read(typed)
    except ValueError as error:
        reason = _("This is no GTIN: it has 8, 12, 13 or 14 digits, of which the last one checks "
                   "the others.")  # fmt: skip
        raise FieldWrong(field="gtin", reason=reason) from error


def _same(values: dict[str, Any]) -> Product | None:
    """The product with the same GTIN, else with the same manufacturer and part number."""
    if values["gtin"]:
        found = Product.objects.filter(gtin=values["gtin"]).first()
        if found is not None:
            return found
    if values["manufacturer"] and values["part_number"]:
        found = Product.objects.filter(
            manufacturer__iexact=values["manufacturer"], part_number__iexact=values["part_number"]
        ).first()
        if found is not None:
            refuse_other_gtin(found, values["gtin"])
        return found
    return None


def refuse_other_gtin(found: Product, number: str | None) -> None:
    """A product found by its part number has no other GTIN than what is typed. Raises
    FieldWrong."""
    if found.gtin and number and found.gtin != number:
        reason = _("This manufacturer's part number is known with another GTIN: %(gtin)s.")
        raise FieldWrong(field="gtin", reason=reason % {"gtin": found.printed_gtin})


def _is_own(product: Product, company_id: UUID) -> bool:
    others = product.offers.exclude(company_id=company_id)
    return product.described_by_id == company_id and not others.exists()
