"""A product's attributes as people are asked for them and read them, in the active language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _

from marketplace.catalog.models import Product
from marketplace.lists import unit_symbol
from reference import taxonomies
from reference.models import Attribute, AttributeKind
from ui.formatting import figure, locale, quantity


@dataclass(frozen=True, slots=True)
class Described:
    """One value in words."""

    key: str
    label: str
    text: str


def asked_for(category: str) -> list[Attribute]:
    """The attributes that goods of a category are to be described by, general ones first; none for
    no category or one that is not there."""
    try:
        return [each.attribute for each in taxonomies.held(taxonomies.way_to(category))]
    except taxonomies.CategoryNotFound:
        return []


def described(product: Product) -> list[Described]:
    """The values that a product has, general ones first; also those of attributes and choices that
    are retired. Three queries, none where there is nothing."""
    if not product.attributes or product.category_id is None:
        return []
    order = {each.pk: at for at, each in enumerate(taxonomies.way_to(product.category_id))}
    found = (
        Attribute.objects.filter(category__in=order, key__in=product.attributes)
        .prefetch_related("choices")
        .order_by("pk")
    )
    rows = sorted(found, key=lambda each: (order[each.category_id], each.pk))
    return [Described(each.key, each.name, _text(each, product.attributes[each.key]))
            for each in rows]  # fmt: skip


def _text(attribute: Attribute, value: Any) -> str:
    if attribute.kind == AttributeKind.NUMBER:
        unit = attribute.unit_id
        return quantity(value, unit_symbol(unit)) if unit else figure(value)
    if attribute.kind == AttributeKind.BOOLEAN:
        return _("yes") if value else _("no")
    if attribute.kind == AttributeKind.CHOICE:
        return next(
            (each.name for each in attribute.choices.all() if each.value == value), str(value)
        )
    if attribute.kind == AttributeKind.DATE:
        return format_date(date.fromisoformat(value), format="long", locale=locale())
    return str(value)
