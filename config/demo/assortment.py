"""Made-up offers in any number, the same on every run, written by COPY.

The services write one offer at a time, with the locks of people who type; five thousand of them
are a minute, and a million a night. These rows are of the form that the services would write, and
every constraint and trigger of the tables holds for them too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from config.demo import catalog
from config.demo.companies import SUPPLIERS
from config.demo.kinds import KINDS, Kind
from crm_core.companies.models import Role
from kernel.clock import utc_now
from marketplace.catalog.models import Offer
from marketplace.search import indexing
from reference.attributes import AttributeInput, ChoiceInput, add_attribute
from reference.models import Attribute

SEED = 20261130
PRODUCTS = 3400
MAKERS = (
    "Norval", "Baltek", "Kervin", "Ostwind", "Tarmo", "Solvex", "Hellberg", "Dniprox", "Vartek",
    "Lindqvist", "Mirgorod", "Pohjala", "Kaunas Works", "Zaria", "Almgren", "Tiverton",
)  # fmt: skip
REACH = ("{}", "{}", "{}", "{EE,LV,LT}", "{EE,FI,LT,LV,PL}", "{DE,EE,PL}")

_PRODUCT = ("id", "name_en", "name_ru", "name_uk", "manufacturer", "part_number", "gtin",
            "category_id", "attributes", "described_by_id", "created_at")  # fmt: skip
_OFFER = ("id", "company_id", "product_id", "sku", "unit_id", "content_quantity",
          "content_unit_id", "increment", "min_order", "pack_level", "lead_time_days",
          "warranty_months", "territory", "valid_from", "state", "created_by_id", "created_at",
          "updated_at", "published_at")  # fmt: skip
_PRICE = ("id", "offer_id", "scope", "contract", "amount", "currency_id", "least", "territory",
          "valid_from", "created_at")  # fmt: skip
_CHANGE = ("offer_id", "price_id", "kind", "actor_id", "at")


@dataclass(frozen=True, slots=True)
class Seller:
    """A company and the person who wrote its offers."""

    company: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class _Whose:
    """Who offers, how many of them one product on the average, and since when."""

    sellers: Sequence[Seller]
    several: float
    begun: datetime


@dataclass(slots=True)
class Rows:
    """Rows of each table, in the order of their columns."""

    products: list[tuple[Any, ...]]
    offers: list[tuple[Any, ...]]
    prices: list[tuple[Any, ...]]
    changes: list[tuple[Any, ...]]


def load(say: Callable[[str], None]) -> None:
    """Some five thousand offers of the demonstration's suppliers, once."""
    describe()
    sellers = [
        Seller(actor.company_id, actor.user_id)
        for firm in SUPPLIERS
        if any(each.role == Role.CATALOG_MANAGER for each in firm.people)
        for actor in [catalog.manager(firm.reference)]
    ]
    if Offer.objects.filter(company_id=sellers[0].company, sku__startswith="AS-").exists():
        return
    with transaction.atomic():
        offers = write(sellers, PRODUCTS)
    indexing.rebuild()
    say(f"Catalog: {offers} more offers in {len(KINDS)} categories, with attributes.")


def describe() -> None:
    """The attributes of the categories, as far as they are missing."""
    there = set(Attribute.objects.values_list("category_id", "key"))
    for kind in KINDS:
        for given in (_finish(kind), _size(kind)):
            if (kind.category, given.key) not in there:
                add_attribute(category=kind.category, given=given)


def write(sellers: Sequence[Seller], products: int, *, several: float = 1.5) -> int:
    """So many products, each offered by ``several`` of the sellers on the average; how many offers
    that are. Call it in a transaction; the index does not hear of it."""
    offers = 0
    for rows in batches(sellers, products, several):
        _copy("catalog_product", _PRODUCT, rows.products)
        _copy("catalog_offer", _OFFER, rows.offers)
        _copy("catalog_price", _PRICE, rows.prices)
        _copy("catalog_pricechange", _CHANGE, rows.changes)
        offers += len(rows.offers)
    return offers


def batches(
    sellers: Sequence[Seller], products: int, several: float, size: int = 20_000
) -> Iterator[Rows]:
    """The rows, so many products at a time."""
    chosen = Random(SEED)
    begun = utc_now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=30)
    for first in range(0, products, size):
        rows = Rows([], [], [], [])
        for number in range(first, min(first + size, products)):
            _product(rows, number, _Whose(sellers, several, begun), chosen)
        yield rows


def _product(rows: Rows, number: int, whose: _Whose, chosen: Random) -> None:
    sellers, several, begun = whose.sellers, whose.several, whose.begun
    kind = KINDS[number % len(KINDS)]
    form, size = chosen.choice(kind.forms), chosen.choice(kind.sizes)
    value, finish = chosen.choice(kind.finishes)
    maker = chosen.choice(MAKERS)
    series = f"{kind.code}{number:07d}"
    many = min(len(sellers), int(several) + (chosen.random() < several % 1))
    offering = chosen.sample(range(len(sellers)), many)
    product = _id(chosen)
    names = [
        f"{form[at]}, {finish[at]}, {size} {kind.symbols[at]}, {maker} {series}" for at in range(3)
    ]
    attributes = json.dumps({kind.finish[0]: value, kind.size[0]: size})
    rows.products.append((
        product, *names, maker, series, _gtin(number), kind.category, attributes,
        sellers[offering[0]].company, begun,
    ))  # fmt: skip
    low, high = (Decimal(each) for each in kind.prices)
    fair = low + (high - low) * Decimal(round(chosen.random() ** 2, 4))
    for at in offering:
        seller, offer, price = sellers[at], _id(chosen), _id(chosen)
        amount = (fair * Decimal(chosen.randrange(90, 115)) / 100).quantize(Decimal("0.01"))
        least = chosen.choice((1, 1, 5, 10, 50))
        rows.offers.append((
            offer, seller.company, product, f"AS-{kind.code}-{number:07d}", "C62", 1, "C62", least,
            least, "each", chosen.choice((1, 2, 3, 5, 7, 10, 14, 21, 45)),
            chosen.choice((None, 12, 24)), chosen.choice(REACH), begun, "active", seller.person,
            begun, begun, begun,
        ))  # fmt: skip
        rows.prices.append((
            price, offer, "public", "", max(amount, Decimal("0.01")), "EUR", 0, "{}", begun, begun,
        ))  # fmt: skip
        rows.changes.append((offer, price, "added", seller.person, begun))


def _id(chosen: Random) -> UUID:
    return UUID(int=chosen.getrandbits(128), version=4)


def _gtin(number: int) -> str:
    """A number of the range that GS1 keeps for use within a company, with its check digit."""
    digits = f"02{number + 1000:011d}"
    total = sum(int(sign) * (3 if at % 2 == 0 else 1) for at, sign in enumerate(digits))
    return digits + str(-total % 10)


def _copy(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _finish(kind: Kind) -> AttributeInput:
    key, (english, russian, ukrainian) = kind.finish
    return AttributeInput(
        key=key, kind="choice", name_en=english, name_ru=russian, name_uk=ukrainian,
        choices=[
            ChoiceInput(value=value, name_en=names[0], name_ru=names[1], name_uk=names[2])
            for value, names in kind.finishes
        ],
    )  # fmt: skip


def _size(kind: Kind) -> AttributeInput:
    key, (english, russian, ukrainian) = kind.size
    return AttributeInput(
        key=key, kind="number", name_en=english, name_ru=russian, name_uk=ukrainian,
        unit=kind.unit, decimals=2, lowest=Decimal(0),
    )  # fmt: skip
