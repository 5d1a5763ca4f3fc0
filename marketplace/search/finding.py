"""The statements of the search: what fits, in which order, and how it divides.

So many products at most are looked at: of a word that a hundred thousand hold nobody reads more,
and the order among them costs what their number does. ``capped`` says that there were more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from crm_core.companies.gates import Gate, standings_for
from marketplace.search.domain.query import Filters, number_key, words

MOST_PRODUCTS = 1000
MOST_PREFERRED = 300
MOST_NUMBERS = 200
MOST_COUNTED = 4000
MOST_VALUES = 12
LEAD_TIMES = (2, 7, 14, 30)

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as the statements need it: by whom only as far as it matters to what is found."""

    typed: str
    filters: Filters
    territory: str
    preferred: Sequence[UUID]
    now: datetime


@dataclass(frozen=True, slots=True)
class Hits:
    """Offers in their order, how many there are in all, and whether only so many were looked at."""

    offers: list[UUID]
    total: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How many products, or offers of a supplier, have a value. ``kind`` is ``category``,
    ``supplier``, ``lead_time``, ``value`` (of the attribute ``key``) or ``bounds`` of a number."""

    kind: str
    key: str
    value: str
    count: int


def is_number(value: str) -> bool:
    """Whether a kept value of an attribute is a number's."""
    return re.fullmatch(_NUMBER, value) is not None


class _Statement:
    """Conditions with their parameters, put together from what was asked."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.values: dict[str, Any] = {
            "now": asked.now,
            "standings": sorted(standings_for(Gate.OFFER)),
            "reach": [f"t:{asked.territory}", "t:*"],
            "territory": [asked.territory],
            "preferred": [f"s:{each}" for each in asked.preferred],
            "liked": list(asked.preferred),
        }
        typed = words(asked.typed)
        self.values |= {f"word{at}": each for at, each in enumerate(typed)}
        self.query = " && ".join(
            f"catalog_search_query(catalog_search_fold(%(word{at})s))" for at in range(len(typed))
        )

    def products(self) -> str:
        """What the filters ask of a product ``p``."""
        filters = self.asked.filters
        tests = ["p.marks && %(reach)s::varchar[]"]
        if filters.category:
            self.values["category"] = [f"c:{filters.category}"]
            tests.append("p.marks @> %(category)s::varchar[]")
        if filters.supplier:
            self.values["supplier"] = [f"s:{filters.supplier}"]
            tests.append("p.marks @> %(supplier)s::varchar[]")
        if filters.preferred:
            tests.append("p.marks && %(preferred)s::varchar[]")
        if filters.lead_time is not None:
            tests.append("p.soonest <= %(lead_time)s")
        if filters.currency and filters.price_to is not None:
            tests.append("(p.cheapest->>%(currency)s)::numeric <= %(price_to)s")
        for at, (key, values) in enumerate(filters.values.items()):
            self.values[f"marks{at}"] = [f"a:{key}={each}" for each in values]
            tests.append(f"p.marks && %(marks{at})s::varchar[]")
        for at, (key, bounds) in enumerate(filters.ranges.items()):
            self.values |= {f"key{at}": key, "number": _NUMBER}
            held = f"p.attributes->>%(key{at})s"
            for sign, side, bound in ((">=", "from", bounds.least), ("<=", "to", bounds.most)):
                if bound is not None:
                    self.values[f"{side}{at}"] = bound
                    tests.append(
                        f"CASE WHEN {held} ~ %(number)s "
                        f"THEN ({held})::numeric {sign} %({side}{at})s ELSE false END"
                    )
        return " AND ".join(tests)

    def offers(self) -> str:
        """What is asked of an offer ``o`` and its supplier ``c``, whose standing is that of now."""
        filters = self.asked.filters
        tests = [
            "o.valid_from <= %(now)s AND (o.valid_until IS NULL OR o.valid_until > %(now)s)",
            "(o.territory = '{}' OR o.territory @> %(territory)s::varchar[])",
            "c.sells AND c.standing = ANY(%(standings)s)",
        ]
        if filters.supplier:
            self.values["company"] = filters.supplier
            tests.append("o.company_id = %(company)s::uuid")
        if filters.country:
            self.values["country"] = filters.country
            tests.append("c.country = %(country)s")
        if filters.preferred:
            tests.append("o.company_id = ANY(%(liked)s::uuid[])")
        if filters.lead_time is not None:
            self.values["lead_time"] = filters.lead_time
            tests.append("o.lead_time_days <= %(lead_time)s")
        for sign, bound in (("from", filters.price_from), ("to", filters.price_to)):
            if filters.currency and bound is not None:
                self.values |= {"currency": filters.currency, f"price_{sign}": bound}
                compare = ">=" if sign == "from" else "<="
                tests.append(f"(o.prices->>%(currency)s)::numeric {compare} %(price_{sign})s")
        return " AND ".join(tests)

    def fitting(self, most: int, columns: str, extra: str = "") -> str:
        """A SELECT of so many products of which words and filters hold."""
        tests = self.products() + extra
        if self.query:
            tests = f"p.words @@ ({self.query}) AND {tests}"
        return f"(SELECT {columns} FROM catalog_search_searchproduct p WHERE {tests} LIMIT {most})"  # noqa: S608

    def found(self, most: int) -> str:
        """``found (product_id, offer_id, rank, numbered)``: by words, and by number where what was
        typed may be one; ``offer_id`` is null where every offer of the product is meant."""
        rank = f"ts_rank(p.words, {self.query}, 2)" if self.query else "0::real"
        columns = f"p.product_id, NULL::uuid AS offer_id, {rank} AS rank, 0 AS numbered"
        parts = [f"SELECT * FROM {self.fitting(most, columns)} near"]  # noqa: S608
        if self.asked.preferred:
            liked = self.fitting(
                MOST_PREFERRED, columns, " AND p.marks && %(preferred)s::varchar[]"
            )
            parts.append(f"SELECT * FROM {liked} liked")  # noqa: S608
        key = number_key(self.asked.typed)
        if key:
            zeros = key.lstrip("0") if key.isdigit() else ""
            self.values |= {"begins": f"{key}%", "whole": key, "gtin": f"{zeros or key}%"}
            parts += [
                f"""SELECT * FROM (SELECT n.product_id, n.offer_id, 0::real,
                    CASE WHEN n.sku_key = %(whole)s THEN 2 ELSE 1 END
                FROM catalog_search_searchoffer n JOIN catalog_search_searchproduct p
                    ON p.product_id = n.product_id
                WHERE n.sku_key LIKE %(begins)s AND {self.products()}
                ORDER BY n.sku_key LIMIT {MOST_NUMBERS}) skus""",  # noqa: S608
                f"""SELECT * FROM (SELECT p.product_id, NULL::uuid, 0::real,
                    CASE WHEN p.part_key = %(whole)s THEN 2 ELSE 1 END
                FROM catalog_search_searchproduct p
                WHERE p.part_key LIKE %(begins)s AND {self.products()}
                LIMIT {MOST_NUMBERS}) parts""",  # noqa: S608
                f"""SELECT * FROM (SELECT p.product_id, NULL::uuid, 0::real, 1
                FROM catalog_search_searchproduct p
                WHERE p.gtin_key LIKE %(gtin)s AND {self.products()} LIMIT {MOST_NUMBERS}) gtins""",  # noqa: S608
            ]
        return " UNION ALL ".join(parts)

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """What the statement answers."""
        with connection.cursor() as cursor:
            cursor.execute(text, self.values)
            return cursor.fetchall()


def hits(asked: Asked, *, offset: int, limit: int) -> Hits:
    """The offers that fit: whole numbers first, then preferred suppliers, then by the words."""
    statement = _Statement(asked)
    rows = statement.rows(f"""
        WITH found AS MATERIALIZED ({statement.found(MOST_PRODUCTS)}),
        best AS (
            SELECT o.offer_id, o.sku, o.company_id = ANY(%(liked)s::uuid[]) AS liked,
                max(found.numbered) AS numbered, max(found.rank) AS rank
            FROM found JOIN catalog_search_searchoffer o ON o.product_id = found.product_id
                AND (found.offer_id IS NULL OR found.offer_id = o.offer_id)
            JOIN companies_company c ON c.id = o.company_id
            WHERE {statement.offers()}
            GROUP BY o.offer_id
        )
        SELECT offer_id, count(*) OVER (),
            (SELECT count(*) FROM found WHERE numbered = 0) >= {MOST_PRODUCTS}
        FROM best
        ORDER BY numbered = 2 DESC, liked DESC, numbered DESC, rank DESC, sku, offer_id
        LIMIT {limit} OFFSET {offset}
    """)  # noqa: S608
    if not rows:
        return Hits([], 0, False)
    return Hits([row[0] for row in rows], rows[0][1], rows[0][2])


def counts(asked: Asked) -> tuple[list[Counted], bool]:
    """How what fits divides, the most frequent first; and whether only so many were counted."""
    statement = _Statement(asked)
    columns = "p.product_id, p.category_code, p.attributes"
    statement.values |= {"times": list(LEAD_TIMES), "number": _NUMBER}
    rows = statement.rows(f"""
        WITH near AS MATERIALIZED ({statement.fitting(MOST_COUNTED, columns)}),
        fit AS MATERIALIZED (
            SELECT o.product_id, o.company_id, o.lead_time_days
            FROM near JOIN catalog_search_searchoffer o ON o.product_id = near.product_id
            JOIN companies_company c ON c.id = o.company_id
            WHERE {statement.offers()}
        ),
        kept AS MATERIALIZED (
            SELECT * FROM near WHERE product_id IN (SELECT product_id FROM fit)
        ),
        held AS MATERIALIZED (
            SELECT each.key, each.value, count(*) AS many
            FROM kept, jsonb_each_text(kept.attributes) each
            GROUP BY each.key, each.value
        )
        SELECT 'capped', '', '', count(*) FROM near
        UNION ALL (SELECT 'category', '', category_code, count(*) FROM kept
            WHERE category_code <> '' GROUP BY category_code ORDER BY 4 DESC, 3 LIMIT {MOST_VALUES})
        UNION ALL (SELECT 'supplier', '', company_id::text, count(*) FROM fit
            GROUP BY company_id ORDER BY 4 DESC, 3 LIMIT {MOST_VALUES})
        UNION ALL SELECT 'lead_time', '', days::text, count(DISTINCT product_id)
            FROM unnest(%(times)s) days JOIN fit ON fit.lead_time_days <= days GROUP BY days
        UNION ALL (SELECT 'value', key, value, many FROM (
            SELECT *, row_number() OVER (PARTITION BY key ORDER BY many DESC, value) AS place
            FROM held) placed WHERE place <= {MOST_VALUES} ORDER BY key, place)
        UNION ALL SELECT 'bounds', key,
            min(value::numeric)::text || ' ' || max(value::numeric)::text, sum(many)::bigint
            FROM (SELECT * FROM held WHERE value ~ %(number)s OFFSET 0) numbers GROUP BY key
    """)  # noqa: S608
    capped = any(kind == "capped" and count >= MOST_COUNTED for kind, _, _, count in rows)
    return [Counted(*row) for row in rows if row[0] != "capped"], capped


_ALIKE = """
SELECT given.word, (
    SELECT known.word FROM catalog_search_lexeme known
    WHERE known.word %% catalog_search_fold(given.word)
    ORDER BY similarity(known.word, catalog_search_fold(given.word)) DESC, known.word LIMIT 1)
FROM unnest(%s::text[]) given(word)
WHERE NOT EXISTS (SELECT FROM catalog_search_lexeme known
    WHERE known.word LIKE catalog_search_fold(given.word) || '%%')
"""
_BEGINNING = """
SELECT word FROM catalog_search_lexeme WHERE word LIKE %s AND word <> %s ORDER BY length(word), word
LIMIT %s
"""


def alike(typed: str) -> dict[str, str]:
    """By each word that no product's name holds the one that looks most like it."""
    letters = [each for each in words(typed) if len(each) > 2 and each.isalpha()]
    if not letters:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [letters])
        return {word: other for word, other in cursor.fetchall() if other}


def beginning(word: str, limit: int) -> list[str]:
    """Words of names that begin so, the shortest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT catalog_search_fold(%s)", [word])
        folded = cursor.fetchone()[0]
        if not folded:
            return []
        cursor.execute(_BEGINNING, [f"{folded}%", folded, limit])
        return [row[0] for row in cursor.fetchall()]
