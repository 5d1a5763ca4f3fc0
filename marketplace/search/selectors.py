"""Searches that carry their authorisation. What others pay is neither searched nor shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from buyers.models import SupplierListEntry
from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from kernel.clock import utc_now
from marketplace.catalog import selectors as catalog
from marketplace.catalog.models import Offer
from marketplace.catalog.policies import require_buyer
from marketplace.catalog.pricing import Priced
from marketplace.search import finding
from marketplace.search.domain.query import Filters, as_typed, words
from marketplace.search.finding import Asked, Hits
from reference.domain.numbers import number as exact
from reference.errors import CategoryNotFound
from reference.models import Attribute, AttributeKind, Category, Unit
from reference.taxonomies import held, way_to

PER_PAGE = 24
LAST_PAGE = 1000
MOST_SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search: offers, each with what its smallest order costs the actor's company.

    ``total`` counts offers of all pages, and there were more where ``capped``. ``instead`` are the
    words that were searched for because nothing fits those typed; empty where they did. The goods
    go to ``territory``.
    """

    rows: list[tuple[Offer, Priced]]
    total: int
    capped: bool
    page: int
    pages: int
    instead: str
    preferred: frozenset[UUID]
    territory: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen and how many products, or offers of a supplier, have it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """By what the offers found divide: the attribute ``key`` with its unit and, of a number, the
    least and the greatest that there is."""

    key: str
    name: str
    unit: Unit | None
    least: str
    most: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Facets:
    """How the offers found divide; ``capped``: only so many products were counted."""

    categories: list[Choice]
    suppliers: list[Choice]
    lead_times: list[Choice]
    attributes: list[Facet]
    capped: bool


def search(
    actor: Actor, typed: str, filters: Filters, *, page: int = 1, per_page: int = PER_PAGE
) -> Found:
    """What the actor's company could order: offers of suppliers in good standing for the country
    of the filters, or the company's. Where nothing fits the words, words like them are tried."""
    require_buyer(actor)
    asked = _asked(actor, typed, filters)
    found, page = _page(asked, page, per_page)
    instead = ""
    if not found.offers and (others := finding.alike(typed)):
        instead = as_typed(typed, others)
        found, page = _page(_asked(actor, instead, filters), 1, per_page)
        instead = instead if found.offers else ""
    offers = catalog.offers_among(actor, found.offers)
    return Found(
        rows=catalog.prices_to_show(actor, offers), total=found.total, capped=found.capped,
        page=page, pages=max(1, -(-found.total // per_page)), instead=instead,
        preferred=frozenset(asked.preferred), territory=asked.territory,
    )  # fmt: skip


def facets(actor: Actor, typed: str, filters: Filters) -> Facets:
    """How the offers that :func:`search` finds divide, by its corrected words too."""
    require_buyer(actor)
    counted, capped = finding.counts(_asked(actor, typed, filters))
    if not counted and (others := finding.alike(typed)):
        counted, capped = finding.counts(_asked(actor, as_typed(typed, others), filters))
    by: dict[str, list[finding.Counted]] = {}
    for each in counted:
        by.setdefault(each.kind, []).append(each)
    return Facets(
        categories=_categories(by.get("category", []), filters),
        suppliers=_suppliers(by.get("supplier", []), filters),
        lead_times=[
            Choice(each.value, each.value, each.count, each.value == str(filters.lead_time))
            for each in sorted(by.get("lead_time", []), key=lambda each: int(each.value))
        ],
        attributes=_attributes(by, filters),
        capped=capped,
    )


def suggestions(actor: Actor, typed: str) -> list[str]:
    """What was typed with its last word finished, as names of products have it."""
    require_buyer(actor)
    told = words(typed)
    if not told or len(told[-1]) < 2 or typed[-1:].isspace():
        return []
    before = " ".join(told[:-1])
    return [f"{before} {each}".strip() for each in finding.beginning(told[-1], MOST_SUGGESTED)]


def preferred_suppliers(actor: Actor) -> list[UUID]:
    """The suppliers on any list of the actor's company."""
    rows = SupplierListEntry.objects.filter(list__company_id=actor.company_id)
    return list(rows.values_list("supplier_id", flat=True).distinct().order_by("supplier_id"))


def _asked(actor: Actor, typed: str, filters: Filters) -> Asked:
    territory = filters.territory or Company.objects.get(pk=actor.company_id).country
    return Asked(
        typed=typed, filters=filters, territory=territory,
        preferred=preferred_suppliers(actor), now=utc_now(),
    )  # fmt: skip


def _page(asked: Asked, page: int, per_page: int) -> tuple[Hits, int]:
    """That page, or the first where there are not so many."""
    page = min(max(page, 1), LAST_PAGE)
    found = finding.hits(asked, offset=(page - 1) * per_page, limit=per_page)
    if not found.offers and page > 1:
        return finding.hits(asked, offset=0, limit=per_page), 1
    return found, page


def _categories(counted: Sequence[finding.Counted], filters: Filters) -> list[Choice]:
    known = Category.objects.in_bulk([each.value for each in counted])
    return [
        Choice(each.value, known[each.value].name, each.count, each.value == filters.category)
        for each in counted
        if each.value in known
    ]


def _suppliers(counted: Sequence[finding.Counted], filters: Filters) -> list[Choice]:
    known = Company.objects.in_bulk([UUID(each.value) for each in counted])
    return [
        Choice(each.value, known[UUID(each.value)].legal_name, each.count,
               each.value == filters.supplier)
        for each in counted
    ]  # fmt: skip


def _attributes(by: dict[str, list[finding.Counted]], filters: Filters) -> list[Facet]:
    """Facets of the category chosen; without one of that which most of the products are of."""
    category = filters.category or _main(by.get("category", []))
    try:
        attributes = [each.attribute for each in held(way_to(category))] if category else []
    except CategoryNotFound:
        attributes = []
    bounds = {each.key: each.value.split() for each in by.get("bounds", [])}
    values: dict[str, list[finding.Counted]] = {}
    for each in by.get("value", []):
        values.setdefault(each.key, []).append(each)
    return [
        _facet(each, values[each.key], bounds.get(each.key, []), filters)
        for each in attributes
        if each.key in values
    ]


def _main(counted: Sequence[finding.Counted]) -> str:
    total = sum(each.count for each in counted)
    return counted[0].value if counted and counted[0].count * 2 > total else ""


def _facet(
    attribute: Attribute, counted: Sequence[finding.Counted], bounds: list[str], filters: Filters
) -> Facet:
    labels = {each.value: each.name for each in attribute.choices.all()}
    is_number = attribute.kind == AttributeKind.NUMBER
    if is_number:  # another category may have a text by the same key
        counted = [each for each in counted if finding.is_number(each.value)]
    chosen = filters.values.get(attribute.key, ())
    ordered = sorted(counted, key=lambda each: exact(each.value)) if is_number else counted
    return Facet(
        key=attribute.key,
        name=attribute.name,
        unit=attribute.unit,
        least=bounds[0] if is_number and bounds else "",
        most=bounds[1] if is_number and bounds else "",
        choices=[
            Choice(each.value, labels.get(each.value, each.value), each.count, each.value in chosen)
            for each in ordered
        ],
    )
