"""The index of the search, kept by statements over whole sets of offers.

Writers wait for each other: the one that comes later reads what the earlier one was called for, so
the rows never go back to an older state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from kernel.clock import utc_now

BATCH = 5000

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fairfall catalog search'))"

_PRODUCTS_OF = """
SELECT product_id FROM catalog_offer WHERE id = ANY(%(offers)s)
UNION SELECT product_id FROM catalog_search_searchoffer WHERE offer_id = ANY(%(offers)s)
"""
_FORGET = """
DELETE FROM catalog_search_searchoffer
WHERE product_id = ANY(%(products)s) OR offer_id = ANY(%(offers)s);
DELETE FROM catalog_search_searchproduct WHERE product_id = ANY(%(products)s)
"""
_OFFERS = """
INSERT INTO catalog_search_searchoffer (offer_id, product_id, company_id, sku, sku_key, territory,
    valid_from, valid_until, lead_time_days, prices)
SELECT o.id, o.product_id, o.company_id, o.sku, catalog_search_key(o.sku), o.territory,
    o.valid_from, o.valid_until, o.lead_time_days, coalesce(priced.prices, '{}')
FROM catalog_offer o LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(currency_id, amount) AS prices FROM (
        SELECT currency_id, min(amount) AS amount FROM catalog_price p
        WHERE p.offer_id = o.id AND p.scope = 'public'
          AND p.valid_from <= %(now)s AND (p.valid_until IS NULL OR p.valid_until > %(now)s)
          AND p.least <= o.min_order AND (p.below IS NULL OR p.below > o.min_order)
        GROUP BY currency_id
    ) least
) priced ON true
WHERE o.state = 'active' AND o.product_id = ANY(%(products)s)
"""
_PRODUCTS = """
WITH RECURSIVE up(leaf, code) AS (
    SELECT DISTINCT category_id, category_id FROM catalog_product
    WHERE id = ANY(%(products)s) AND category_id IS NOT NULL
    UNION
    SELECT up.leaf, c.parent_id FROM up JOIN reference_category c ON c.code = up.code
    WHERE c.parent_id IS NOT NULL
), way AS (
    SELECT leaf, array_agg('c:' || code) AS marks FROM up GROUP BY leaf
), offered AS (
    SELECT product_id, min(lead_time_days) AS soonest, string_agg(sku, ' ') AS skus,
        array_agg(DISTINCT 's:' || company_id) AS suppliers
    FROM catalog_search_searchoffer WHERE product_id = ANY(%(products)s) GROUP BY product_id
), reach AS (
    SELECT o.product_id, array_agg(DISTINCT 't:' || country) AS marks
    FROM catalog_search_searchoffer o,
        unnest(CASE WHEN o.territory = '{}' THEN '{*}' ELSE o.territory END) country
    WHERE o.product_id = ANY(%(products)s) GROUP BY o.product_id
), cheap AS (
    SELECT product_id, jsonb_object_agg(currency, amount) AS cheapest FROM (
        SELECT o.product_id, p.key AS currency, min(p.value::numeric) AS amount
        FROM catalog_search_searchoffer o, jsonb_each_text(o.prices) p
        WHERE o.product_id = ANY(%(products)s) GROUP BY o.product_id, p.key
    ) least GROUP BY product_id
)
INSERT INTO catalog_search_searchproduct (product_id, words, marks, attributes, category_code,
    soonest, cheapest, part_key, gtin_key)
SELECT p.id,
    catalog_search_words(p.name_en, p.name_ru, p.name_uk,
        concat_ws(' ', p.manufacturer, p.part_number, ltrim(p.gtin, '0'), offered.skus)),
    coalesce(way.marks, '{}') || offered.suppliers || reach.marks || ARRAY(
        SELECT 'a:' || key || '=' || value FROM jsonb_each_text(p.attributes)),
    p.attributes, coalesce(p.category_id, ''), offered.soonest, coalesce(cheap.cheapest, '{}'),
    catalog_search_key(p.part_number), ltrim(p.gtin, '0')
FROM catalog_product p
JOIN offered ON offered.product_id = p.id
JOIN reach ON reach.product_id = p.id
LEFT JOIN cheap ON cheap.product_id = p.id
LEFT JOIN way ON way.leaf = p.category_id
"""
_LEXEMES = """
INSERT INTO catalog_search_lexeme (word)
SELECT DISTINCT word FROM catalog_product p, regexp_split_to_table(
    catalog_search_fold(concat_ws(' ', p.name_en, p.name_ru, p.name_uk, p.manufacturer)), ' ') word
WHERE p.id = ANY(%(products)s) AND word ~ '^[[:alpha:]]{3,40}$'
ON CONFLICT DO NOTHING
"""
_NEXT = """
SELECT id FROM catalog_product WHERE id > %s ORDER BY id LIMIT %s
"""
_PRICE_TURNED = """
SELECT DISTINCT offer_id FROM catalog_price
WHERE scope = 'public'
  AND (valid_from > %(since)s AND valid_from <= %(now)s
       OR valid_until > %(since)s AND valid_until <= %(now)s)
"""


def refresh(offer_ids: Iterable[UUID], *, now: datetime | None = None) -> int:
    """Bring what the index says of these offers, and of their products, up to date; how many
    products that were. Public prices are those that hold ``now``."""
    offers = list(offer_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_PRODUCTS_OF, {"offers": offers})
        products = [row[0] for row in cursor.fetchall()]
        _write(products, offers, now or utc_now())
    return len(products)


def rebuild(say: Callable[[int], None] | None = None) -> int:
    """Make the whole index again, in transactions of so many products; searching goes on. What no
    product needs any more goes at the end. ``say`` is told how many are done."""
    done, last = 0, UUID(int=0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME)
            cursor.execute(_NEXT, [last, BATCH])
            products = [row[0] for row in cursor.fetchall()]
            if not products:
                break
            _write(products, [], utc_now())
        done, last = done + len(products), products[-1]
        if say is not None:
            say(done)
    with connection.cursor() as cursor:
        for table, source, key in (
            ("searchproduct", "product", "product_id"), ("searchoffer", "offer", "offer_id")
        ):  # fmt: skip
            cursor.execute(
                f"DELETE FROM catalog_search_{table} row WHERE NOT EXISTS "  # noqa: S608
                f"(SELECT FROM catalog_{source} kept WHERE kept.id = row.{key})"
            )
    return done


def refresh_turned(*, since: timedelta, now: datetime | None = None) -> int:
    """Refresh the offers of which a public price began or ended in the time ``since``."""
    now = now or utc_now()
    with connection.cursor() as cursor:
        cursor.execute(_PRICE_TURNED, {"since": now - since, "now": now})
        offers = [row[0] for row in cursor.fetchall()]
    for first in range(0, len(offers), BATCH):
        refresh(offers[first : first + BATCH], now=now)
    return len(offers)


def _write(products: list[UUID], offers: list[UUID], now: datetime) -> None:
    told = {"products": products, "offers": offers, "now": now}
    with connection.cursor() as cursor:
        for statement in (*_FORGET.split(";"), _OFFERS, _PRODUCTS, _LEXEMES):
            cursor.execute(statement, told)
