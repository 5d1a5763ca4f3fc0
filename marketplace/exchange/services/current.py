"""A supplier's offers as they are, many at once: each as a sheet with the rows behind it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kernel.clock import utc_now
from marketplace.catalog.domain import gtin
from marketplace.catalog.models import Offer, Price, PriceScope, Product
from marketplace.exchange.domain.columns import ATTRIBUTE, with_bands
from marketplace.exchange.domain.values import plain, told_begin, told_end

_BY_SKU = """
SELECT given.place, offer.id FROM unnest(%s::text[]) WITH ORDINALITY AS given(sku, place)
JOIN catalog_offer AS offer ON offer.company_id = %s AND lower(offer.sku) = lower(given.sku)
"""
_BY_PART = """
SELECT lower(given.manufacturer), lower(given.part), product.id
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given(manufacturer, part, place)
LEFT JOIN catalog_product AS product
  ON lower(product.manufacturer) = lower(given.manufacturer)
 AND lower(product.part_number) = lower(given.part)
 AND product.manufacturer <> '' AND product.part_number <> ''
ORDER BY given.place
"""
_SHARED = """
SELECT product_id FROM catalog_offer WHERE product_id = ANY(%s)
GROUP BY product_id HAVING count(*) > 1
"""


@dataclass(slots=True)
class Current:
    """An offer with its public prices that a file can tell: those for every country and without an
    end, that have begun. ``alone``: no other offer is of its product. ``priced``: it has a price
    that a file does not tell."""

    offer: Offer
    alone: bool = True
    priced: bool = False
    prices: list[Price] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The currency of the public prices, the first by code where there are several."""
        return min((each.currency_id for each in self.prices), default="")

    def bands(self, currency: str) -> dict[Decimal, Price]:
        """The price of each quantity in a currency: where two stand, the one that began later."""
        chosen = [each for each in self.prices if each.currency_id == currency]
        return {each.least: each for each in sorted(chosen, key=lambda each: each.valid_from)}

    def sheet(self, currency: str = "") -> dict[str, str]:
        """The offer as a file tells it, with the prices of one currency."""
        currency = currency or self.currency
        offer = self.offer
        bands = {least: each.amount for least, each in self.bands(currency).items()}
        told = {
            "sku": offer.sku,
            "state": offer.state,
            **words(offer.product),
            "unit": offer.unit_id,
            "content_quantity": plain(offer.content_quantity),
            "content_unit": offer.content_unit_id,
            "increment": plain(offer.increment),
            "min_order": plain(offer.min_order),
            "max_order": "" if offer.max_order is None else plain(offer.max_order),
            "pack_level": offer.pack_level,
            "lead_time_days": _number(offer.lead_time_days),
            "warranty_months": _number(offer.warranty_months),
            "territory": " ".join(offer.territory),
            "valid_from": told_begin(offer.valid_from),
            "valid_until": "" if offer.valid_until is None else told_end(offer.valid_until),
            "currency": currency if bands else "",
        }
        return with_bands(told, bands)


@dataclass(frozen=True, slots=True)
class Found:
    """Products by GTIN and by maker and part number, both in lower case as the database has it;
    ``lower`` tells that of each pair that was asked for."""

    by_gtin: dict[str, Product]
    by_part: dict[tuple[str, str], Product]
    lower: dict[tuple[str, str], tuple[str, str]]


def words(product: Product) -> dict[str, str]:
    """What a product says, as columns."""
    return {
        "name_en": product.name_en,
        "name_ru": product.name_ru,
        "name_uk": product.name_uk,
        "manufacturer": product.manufacturer,
        "part_number": product.part_number,
        "gtin": gtin.shown(product.gtin),
        "category": product.category_id or "",
        **{
            f"{ATTRIBUTE}{key}": ("true" if value else "false") if isinstance(value, bool) else
            str(value)
            for key, value in product.attributes.items()
        },
    }  # fmt: skip


def by_sku(company_id: UUID, skus: Sequence[str]) -> list[Current | None]:
    """The company's offer of each SKU, capitals aside. Four queries."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_SKU, [list(skus), company_id])
        places = dict(cursor.fetchall())
    found = by_id(company_id, list(places.values()))
    return [found.get(places[at]) if at in places else None for at in range(1, len(skus) + 1)]


def by_id(
    company_id: UUID, offer_ids: Collection[UUID], *, lock: bool = False
) -> dict[UUID, Current]:
    """The company's offers among these; with ``lock`` nobody else changes them now."""
    if not offer_ids:
        return {}
    offers = Offer.objects.filter(company_id=company_id, pk__in=offer_ids)
    if lock:
        list(offers.order_by("pk").select_for_update().values_list("pk"))
    found = {each.pk: Current(each) for each in offers.select_related("product").order_by("pk")}
    _put_prices(found)
    products = list({each.offer.product_id for each in found.values()})
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [products])
        shared = {row[0] for row in cursor.fetchall()}
    for each in found.values():
        each.alone = each.offer.product_id not in shared
    return found


def products_like(gtins: Collection[str], parts: Sequence[tuple[str, str]]) -> Found:
    """The products with these numbers. Three queries."""
    by_gtin = {each.gtin: each for each in Product.objects.filter(gtin__in=gtins)}
    lower: dict[tuple[str, str], tuple[str, str]] = {}
    ids: dict[tuple[str, str], UUID] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(_BY_PART, [[each[0] for each in parts], [each[1] for each in parts]])
            for pair, (maker, part, product_id) in zip(parts, cursor.fetchall(), strict=True):
                lower[pair] = (maker, part)
                if product_id is not None:
                    ids[maker, part] = product_id
    rows = Product.objects.in_bulk(set(ids.values())) if ids else {}
    return Found(by_gtin, {pair: rows[each] for pair, each in ids.items()}, lower)


def _put_prices(found: dict[UUID, Current]) -> None:
    now = utc_now()
    open_now = Q(valid_until=None) | Q(valid_until__gt=now)
    for price in Price.objects.filter(open_now, offer_id__in=found.keys()):
        told = (
            price.scope == PriceScope.PUBLIC
            and not price.territory
            and price.below is None
            and price.valid_until is None
            and price.valid_from <= now
        )
        if told:
            found[price.offer_id].prices.append(price)
        else:
            found[price.offer_id].priced = True


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
