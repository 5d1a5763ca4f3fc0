"""Who could give what to whom: listings as nodes, what fits as edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reference.domain.conversion import Scale, convert

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit by its code; ``scale`` is None where it converts into no other."""

    code: str
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """How far apart what one gives and gets may be: percent of what one gives, or money."""

    percent: Decimal | None = None
    amount: Decimal | None = None

    def allows(self, gives: Decimal, gets: Decimal) -> bool:
        """Whether the difference stays within the cap."""
        apart = abs(gives - gets)
        if self.percent is not None and apart * HUNDRED > gives * self.percent:
            return False
        return self.amount is None or apart <= self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a listing asks for: a product, or goods of a category and of those below it.

    ``highest`` is the highest value of one ``unit`` that is acceptable.
    """

    key: str
    quantity: Decimal
    unit: Measure
    highest: Decimal
    product: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A listing: ``quantity`` is what is left of it, given in multiples of ``step``.

    ``categories`` are the category of the goods with all above it; ``territory`` the countries to
    which they go (empty: all), ``country`` the one of the company.
    """

    key: str
    company: str
    country: str
    quantity: Decimal
    step: Decimal
    unit: Measure
    unit_value: Decimal
    currency: str
    cap: Cap
    wants: tuple[Want, ...]
    product: str = ""
    categories: frozenset[str] = frozenset()
    territory: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edge:
    """``giver`` could give ``taker`` up to ``steps`` times its step, for the taker's ``want``."""

    giver: str
    taker: str
    want: str
    steps: int


Graph = Mapping[str, Mapping[str, Edge]]
"""By the giver's key and the taker's."""


def graph(nodes: Iterable[Node]) -> Graph:
    """Every edge between the nodes, keys in order. Of several wants of one taker the one that takes
    most counts, of equal ones the first."""
    every = sorted(nodes, key=lambda node: node.key)
    by_product: dict[str, list[Node]] = defaultdict(list)
    by_category: dict[str, list[Node]] = defaultdict(list)
    for node in every:
        if node.product:
            by_product[node.product].append(node)
        for code in node.categories:
            by_category[code].append(node)
    found: dict[str, dict[str, Edge]] = {node.key: {} for node in every}
    for taker in every:
        for want in taker.wants:
            for giver in _candidates(want, by_product, by_category):
                edge = edge_for(giver, taker, want)
                known = found[giver.key].get(taker.key)
                if edge is not None and (known is None or edge.steps > known.steps):
                    found[giver.key][taker.key] = edge
    return {key: dict(sorted(edges.items())) for key, edges in found.items()}


def edge_for(giver: Node, taker: Node, want: Want) -> Edge | None:
    """What the giver could give for this want; None where it does not fit."""
    if giver.company == taker.company or giver.currency != taker.currency:
        return None
    if giver.territory and taker.country not in giver.territory:
        return None
    fits = want.product == giver.product if want.product else want.category in giver.categories
    ratio = _ratio(giver.unit, want.unit)
    if not fits or ratio is None:
        return None
    if Fraction(giver.unit_value) > Fraction(want.highest) * ratio:
        return None
    most = min(Fraction(giver.quantity), Fraction(want.quantity) / ratio)
    steps = most // Fraction(giver.step)
    return Edge(giver.key, taker.key, want.key, steps) if steps > 0 else None


def _candidates(
    want: Want, by_product: Mapping[str, list[Node]], by_category: Mapping[str, list[Node]]
) -> Iterator[Node]:
    if want.product:
        yield from by_product.get(want.product, ())
    else:
        yield from by_category.get(want.category, ())


def _ratio(one: Measure, other: Measure) -> Fraction | None:
    """How much of ``other`` one unit of ``one`` is, exactly; None where they do not compare."""
    if one.code == other.code:
        return Fraction(1)
    if one.scale is None or other.scale is None or one.scale.kind != other.scale.kind:
        return None
    if one.scale.offset or other.scale.offset:
        return None  # a degree of temperature is no quantity of goods
    return convert(Fraction(1), one.scale, other.scale)
