"""Which product a row of a file is of, by the rules of :mod:`marketplace.catalog.services.products`
for many at once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from marketplace.catalog.errors import FieldWrong
from marketplace.catalog.models import Product
from marketplace.catalog.services.products import refuse_other_gtin
from marketplace.exchange.services.current import Current, Found

Values = dict[str, str | None]
"""A product's checked columns, ``gtin`` in fourteen digits and the category as ``category_id``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``product`` None: one is described anew. ``describes``: the file's words become the
    product's; otherwise they stay as they are."""

    product: Product | None
    describes: bool


def choose(
    company_id: UUID, values: Values, current: Current | None, found: Found
) -> Choice:  # fmt: skip
    """The product of a row. Raises FieldWrong.

    A product with the row's numbers is taken as it is. What others offer too, or described, keeps
    its words: a supplier's file goes on holding its own.
    """
    there = _same(values, found)
    if current is None:
        return Choice(there, there is None)
    own = current.offer.product
    if there is not None and there.pk != own.pk:
        return Choice(there, False)
    if own.described_by_id == company_id and current.alone:
        return Choice(own, True)
    if _contradicts(values, own):
        reason = _("Other suppliers offer this product too: an offer of another product has its "
                   "own SKU.")  # fmt: skip
        raise FieldWrong(field="gtin", reason=reason)
    return Choice(own, False)


def part_of(values: Values) -> tuple[str, str] | None:
    """Maker and part number, where both are told."""
    maker, part = values["manufacturer"], values["part_number"]
    return (maker, part) if maker and part else None


def _same(values: Values, found: Found) -> Product | None:
    number = values["gtin"]
    if number and number in found.by_gtin:
        return found.by_gtin[number]
    part = part_of(values)
    there = found.by_part.get(found.lower[part]) if part is not None else None
    if there is not None:
        refuse_other_gtin(there, number)
    return there


def _contradicts(values: Values, own: Product) -> bool:
    """Whether a number is told that is not the product's."""
    number = values["gtin"]
    return bool(number and own.gtin and number != own.gtin)
