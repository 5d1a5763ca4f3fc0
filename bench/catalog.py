"""The catalog's search: whole requests over HTTP with a session, and its statement alone.

Products and offers are made up by the generator of the demonstration and written by COPY; the
index is made with its GIN indexes taken away and put back, as one does with so many rows.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from urllib.parse import urlencode

import psycopg

from bench.errors import BenchError
from bench.house import DAPHNE, House
from bench.percentiles import percentile
from bench.sizes import Sizes

SEED = 20261130
SELLERS = 40
KEYS = (
    *("products", "offers", "search_p50_ms", "search_p95_ms", "search_sql_p95_ms"),
    "facets_p95_ms",
)
"""What every run gives."""

ASKED: tuple[dict[str, str], ...] = (
    {},
    {"q": "bolt"},
    {"q": "hexagon bolt"},
    {"q": "galvanised anchor bolts"},
    {"q": "болты"},
    {"q": "болт шестигранный оцинкованный"},
    {"q": "кабелі"},
    {"q": "кран кульовий латунь"},
    {"q": "ball valve brass 50 mm"},
    {"q": "насос"},
    {"q": "Norval pump"},
    {"q": "AS-BT-000"},
    {"q": "cb0000121"},
    {"q": "0200000001"},
    {"q": "hexagom bolr"},
    {"q": "wellding glovs"},
    {"q": "bolt", "category": "44531400-5", "a.coating": "zinc"},
    {"q": "cable", "category": "31321210-7", "a.section.from": "4", "a.section.to": "10"},
    {"category": "42122130-0", "currency": "EUR", "price_to": "200"},
    {"q": "LED", "lead_time": "3", "currency": "EUR", "price_to": "2"},
    {"q": "detergent", "territory": "PL"},
    {"q": "spanner", "page": "3"},
)
"""Searches of every sort; the words are those of the generator."""

_SET_ASIDE = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename IN ('catalog_search_searchproduct', 'catalog_search_searchoffer')
  AND indexname LIKE 'catalog_search_%' AND indexname NOT LIKE '%pkey'
"""


def measure(house: House, sizes: Sizes, say: Callable[[str], None]) -> dict[str, float]:
    """The figures of one run. Needs Django set up."""
    from django.db import transaction

    from bench.cast import gather
    from config.demo import assortment
    from reference.loading import load_all

    load_all()
    cast = gather(buyer_watchers=0, suppliers=SELLERS, seats_watched=1, watchers=0)
    sellers = [
        assortment.Seller(each.bidder.actor.company_id, each.bidder.actor.user_id)
        for each in cast.suppliers
    ]
    say(f"Writing {sizes.products} products")
    assortment.describe()
    with transaction.atomic():
        offers = assortment.write(sellers, sizes.products, several=3.0)
    say(f"Indexing {offers} offers")
    _indexed(house)
    actor, session = cast.officer.actor, cast.officer.session
    chosen = Random(SEED)
    asked = [chosen.choice(ASKED) for _ in range(sizes.searches)]
    for each in ASKED:  # what every process does once only
        _statement(actor, each)
    say(f"Searching {len(asked)} times")
    statements = [_statement(actor, each) for each in asked]
    house.collect_static()
    with house.web(DAPHNE) as web:
        pages = _requests(web.port, session, "/catalog/", asked)
        facets = _requests(web.port, session, "/catalog/search/facets/", asked)
    return {
        "products": float(sizes.products),
        "offers": float(offers),
        "search_p50_ms": percentile(pages, 0.5) * 1000,
        "search_p95_ms": percentile(pages, 0.95) * 1000,
        "search_sql_p95_ms": percentile(statements, 0.95) * 1000,
        "facets_p95_ms": percentile(facets, 0.95) * 1000,
    }


def _indexed(house: House) -> None:
    from marketplace.search import indexing

    with psycopg.connect(house.owner_url, autocommit=True) as owner:
        kept = owner.execute(_SET_ASIDE).fetchall()
        product_index = next(name for name, text in kept if "(product_id)" in text)
        for name, _text in kept:
            if name != product_index:  # the writer finds a product's offers by it
                owner.execute(f"DROP INDEX {name}")  # type: ignore[arg-type]
        owner.execute("ANALYZE catalog_offer, catalog_product, catalog_price")
        indexing.rebuild()
        owner.execute("SET maintenance_work_mem = '512MB'")
        for name, text in kept:
            if name != product_index:
                owner.execute(text)
        owner.execute("VACUUM ANALYZE")


def _statement(actor: object, asked: dict[str, str]) -> float:
    """Seconds of the search's statements alone, that of a mistyped word included."""
    from django.http import QueryDict

    from kernel.clock import utc_now
    from marketplace.search import asked as reading
    from marketplace.search import finding
    from marketplace.search.domain.query import as_typed

    typed = asked.get("q", "")
    wanted = finding.Asked(
        typed=typed, filters=reading.read(QueryDict(urlencode(asked))),
        territory=asked.get("territory", "EE"), preferred=(), now=utc_now(),
    )  # fmt: skip
    began = time.perf_counter()
    found = finding.hits(wanted, offset=0, limit=24)
    if not found.offers and (others := finding.alike(typed)):
        finding.hits(replace(wanted, typed=as_typed(typed, others)), offset=0, limit=24)
    return time.perf_counter() - began


def _requests(port: int, session: str, path: str, asked: Sequence[dict[str, str]]) -> list[float]:
    """Seconds of each request on one connection, from sending to the last byte of the answer."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Cookie": f"sessionid={session}"}
    seconds = []
    for number, each in enumerate((*ASKED, *asked)):
        began = time.perf_counter()
        client.request("GET", f"{path}?{urlencode(each)}", headers=head)
        answer = client.getresponse()
        answer.read()
        if answer.status != 200:
            raise BenchError(f"{path} answered {answer.status} to {each}")
        if number >= len(ASKED):
            seconds.append(time.perf_counter() - began)
    client.close()
    return seconds
