"""Offers side by side: what each says, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.catalog import wording
from marketplace.catalog.models import Offer
from marketplace.lists import unit_symbol
from reference.models import Attribute, AttributeKind
from reference.taxonomies import held, way_to
from ui.formatting import figure, quantity

MOST = 4
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that offers say, in their order; a dash where one says nothing."""

    title: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return len(set(self.cells)) > 1


def rows(offers: Sequence[Offer]) -> list[Row]:
    """Every field and every attribute that one of the offers has a value for."""
    found = [
        Row(title, tuple(tell(each) or NOTHING for each in offers)) for title, tell in _fields()
    ]
    found += _attributes(offers)
    return [each for each in found if any(cell != NOTHING for cell in each.cells)]


def _fields() -> list[tuple[str, Callable[[Offer], str]]]:
    def of(name: str) -> Callable[[Offer], str]:
        def tell(offer: Offer) -> str:
            value = getattr(offer, name)
            return "" if value is None else quantity(value, unit_symbol(offer.unit_id))

        return tell

    def whole(name: str) -> Callable[[Offer], str]:
        def tell(offer: Offer) -> str:
            value = getattr(offer, name)
            return "" if value is None else figure(value)

        return tell

    return [
        (_("Supplier"), lambda offer: offer.company.legal_name),
        (_("Manufacturer"), lambda offer: offer.product.manufacturer),
        (_("Part number"), lambda offer: offer.product.part_number),
        (_("GTIN"), lambda offer: offer.product.printed_gtin),
        (_("Category"), lambda offer: str(offer.product.category or "")),
        (_("Ordered in"), lambda offer: offer.unit.name),
        (_("Pack"), lambda offer: str(offer.get_pack_level_display())),
        (_("Content"), wording.content),
        (_("Smallest order"), of("min_order")),
        (_("Largest order"), of("max_order")),
        (_("In multiples of"), of("increment")),
        (_("Lead time, days"), whole("lead_time_days")),
        (_("Warranty, months"), whole("warranty_months")),
        (_("Countries"), lambda offer: ", ".join(offer.territory) or _("everywhere")),
    ]  # fmt: skip


def _attributes(offers: Sequence[Offer]) -> list[Row]:
    codes = dict.fromkeys(
        each.product.category_id for each in offers if each.product.category_id is not None
    )
    known: dict[str, Attribute] = {}
    for code in codes:
        for each in held(way_to(code), retired=True):
            known.setdefault(each.attribute.key, each.attribute)
    return [
        Row(each.name, tuple(_value(each, offer.product.attributes.get(key)) for offer in offers))
        for key, each in known.items()
    ]


def _value(attribute: Attribute, kept: object) -> str:
    """A kept value in words."""
    if kept is None or kept == "":
        return NOTHING
    if attribute.kind == AttributeKind.NUMBER:
        return quantity(str(kept), unit_symbol(attribute.unit_id or ""))
    if attribute.kind == AttributeKind.BOOLEAN:
        return _("yes") if kept else _("no")
    if attribute.kind == AttributeKind.CHOICE:
        names = {each.value: each.name for each in attribute.choices.all()}
        return names.get(str(kept), str(kept))
    return str(kept)
