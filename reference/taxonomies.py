"""Reads of taxonomies: the tree, a category's place in it, and what it is described by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from reference.domain.attributes import Checked, Definition, check
from reference.domain.conversion import Scale
from reference.errors import CategoryNotFound
from reference.models import (
    Attribute,
    AttributeChoice,
    AttributeKind,
    Category,
    CategoryMapping,
    Relation,
    Taxonomy,
    Unit,
)
from reference.selectors import matching, scale_of

_UP = """
WITH RECURSIVE up AS (
    SELECT code, parent_id, 0 AS steps FROM reference_category WHERE code = %s
    UNION ALL
    SELECT c.code, c.parent_id, up.steps + 1
    FROM reference_category c JOIN up ON c.code = up.parent_id WHERE up.steps < 40
)
SELECT c.* FROM reference_category c JOIN up ON up.code = c.code ORDER BY up.steps DESC
"""
_DOWN = """
WITH RECURSIVE down AS (
    SELECT code, 0 AS steps FROM reference_category WHERE parent_id = %s
    UNION ALL
    SELECT c.code, down.steps + 1
    FROM reference_category c JOIN down ON c.parent_id = down.code WHERE down.steps < 40
)
SELECT code FROM down
"""


@dataclass(frozen=True, slots=True)
class Held:
    """An attribute that holds for a category; ``inherited`` from one above it, or its own."""

    attribute: Attribute
    inherited: bool


@dataclass(frozen=True, slots=True)
class Corresponding:
    """A category of another taxonomy and what it is to the one that was asked about."""

    category: Category
    relation: Relation


def taxonomies() -> list[tuple[Taxonomy, int]]:
    """Every taxonomy with the number of its categories in use."""
    rows = Category.objects.filter(retired=False).values_list("taxonomy")
    counted = dict(rows.annotate(n=Count("pk")).order_by())
    return [(each, counted.get(each.value, 0)) for each in Taxonomy]


def branches(found: QuerySet[Category]) -> QuerySet[Category]:
    """The same categories, each knowing as ``has_children`` whether there are some below it."""
    below = Category.objects.filter(parent=OuterRef("pk"), retired=False)
    return found.annotate(has_children=Exists(below))


def tree(taxonomy: str, *, parent: str | None = None, search: str = "") -> QuerySet[Category]:
    """The categories at the top or below ``parent``; with ``search``, those that hold its words,
    wherever they are."""
    found = Category.objects.filter(taxonomy=taxonomy, retired=False)
    if search:
        found = matching(found, search, code="notation")
    else:
        found = found.filter(parent_id=parent)
    return branches(found).order_by("level", "code")


def way_to(code: str) -> list[Category]:
    """The category with those above it, the most general first. Raises CategoryNotFound."""
    found = list(Category.objects.raw(_UP, [code]))
    if not found:
        raise CategoryNotFound()
    return found


def below(code: str) -> list[str]:
    """The codes of every category below this one."""
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, [code])
        return [row[0] for row in cursor.fetchall()]


def held(way: Sequence[Category], *, retired: bool = False) -> list[Held]:
    """What the last category of a ``way`` is described by: general attributes first, two queries.

    Those that are retired come only when asked for, and then of the category itself.
    """
    order = {category.pk: at for at, category in enumerate(way)}
    choices = AttributeChoice.objects.filter(retired=False)
    found = (
        Attribute.objects.filter(category__in=order)
        .select_related("unit", "category")
        .prefetch_related(Prefetch("choices", choices))
    )
    own = way[-1].pk
    kept = [each for each in found if not each.retired or (retired and each.category_id == own)]
    kept.sort(key=lambda each: (each.retired, order[each.category_id], each.pk))
    return [Held(each, each.category_id != own) for each in kept]


def corresponding(code: str) -> list[Corresponding]:
    """The categories of other taxonomies that a category corresponds to, by whichever side the
    pair was told from; the same ones first. Those that are retired are left out. One query."""
    pairs = (
        CategoryMapping.objects.filter(Q(source=code) | Q(target=code))
        .filter(source__retired=False, target__retired=False)
        .select_related("source", "target")
    )
    found = [
        Corresponding(each.target, Relation(each.relation))
        if each.source_id == code
        else Corresponding(each.source, Relation(each.relation).turned)
        for each in pairs
    ]
    order = list(Relation)
    return sorted(found, key=lambda each: (order.index(each.relation), each.category.pk))


def mappings(search: str = "") -> QuerySet[CategoryMapping]:
    """All pairs; with ``search``, those of which a code begins so or a name holds it."""
    found = CategoryMapping.objects.select_related("source", "target")
    if search:
        sides = [
            Q(**{f"{side}__notation__istartswith": search})
            | Q(**{f"{side}__name_{language}__icontains": search})
            for side in ("source", "target")
            for language in ("en", "ru", "uk")
        ]
        found = found.filter(reduce(or_, sides))
    return found


def definitions(code: str) -> list[Definition]:
    """What the attributes of a category take. Raises CategoryNotFound."""
    return [_definition(each.attribute) for each in held(way_to(code))]


def check_values(code: str, given: Mapping[str, object]) -> Checked:
    """Values for goods of a category, judged and brought into the form in which they are kept.

    Raises CategoryNotFound; what is wrong with a value is told by its key.
    """
    return check(definitions(code), given, _units_in(given.values()))


def _units_in(values: Iterable[object]) -> dict[str, Scale]:
    """How the units that came with values measure; those that do not convert are left out."""
    named = {each.get("unit") for each in values if isinstance(each, Mapping)}
    codes = sorted(each for each in named if isinstance(each, str) and len(each) <= 3)
    units = Unit.objects.filter(pk__in=codes).exclude(kind="") if codes else ()
    return {each.pk: scale_of(each.pk, each) for each in units}


def _definition(attribute: Attribute) -> Definition:
    unit: Any = attribute.unit
    return Definition(
        key=attribute.key,
        kind=attribute.kind,
        required=attribute.required,
        unit=scale_of(unit.pk, unit) if unit is not None else None,
        decimals=attribute.decimals or 0,
        lowest=attribute.lowest,
        highest=attribute.highest,
        choices={
            each.value: [name for name in (each.name_en, each.name_ru, each.name_uk) if name]
            for each in attribute.choices.all()
        }
        if attribute.kind == AttributeKind.CHOICE
        else {},
    )
