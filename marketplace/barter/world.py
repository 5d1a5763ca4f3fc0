"""The active listings of one currency, as the rules of barter take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F, Q

from crm_core.companies.gates import Gate, standings_for
from kernel.clock import utc_now
from marketplace.barter.domain.graph import Cap, Measure, Node, Want
from marketplace.barter.models import BarterListing, BarterState, BarterWant
from reference.models import Category, Currency, Unit
from reference.selectors import ancestors_and_self, scale_of

MOST_LISTINGS = 2_000


@dataclass(frozen=True)
class World:
    """``nodes`` and ``listings`` by the listing's id as text; ``places`` of the currency. ``cut``
    says that there are more listings than a search looks at; the longest unchanged are in it."""

    currency: str
    places: int
    listings: dict[str, BarterListing]
    cut: bool = False
    _parents: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Each listing as a node."""
        return {key: self._node(each) for key, each in self.listings.items()}

    @property
    def companies(self) -> dict[str, str]:
        """Whose each listing is."""
        return {key: str(each.company_id) for key, each in self.listings.items()}

    def _node(self, listing: BarterListing) -> Node:
        return Node(
            key=str(listing.pk), company=str(listing.company_id), country=listing.company.country,
            quantity=listing.left, step=listing.step, unit=measure(listing.unit),
            unit_value=listing.unit_value, currency=listing.currency_id,
            cap=Cap(listing.cap_percent, listing.cap_amount),
            wants=tuple(_want(each) for each in listing.wants.all() if each.left > 0),
            product=str(listing.product_id or ""), categories=self._way(listing.category_id),
            territory=frozenset(listing.territory),
        )  # fmt: skip

    def _way(self, code: str | None) -> frozenset[str]:
        found = set()
        while code:
            found.add(code)
            code = self._parents.get(code)
        return frozenset(found)


def load_world(currency: str) -> World:
    """Active, valid listings of companies in good standing, of which something is left.

    The number of queries does not depend on how many there are.
    """
    active = (
        BarterListing.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=utc_now()),
            state=BarterState.ACTIVE, currency_id=currency,
            company__standing__in=standings_for(Gate.OFFER), promised__lt=F("quantity"),
        )
        .select_related("company", "unit")
        .prefetch_related("wants__unit")
        .order_by("updated_at", "id")
    )  # fmt: skip
    found = list(active[: MOST_LISTINGS + 1])
    listings = {str(each.pk): each for each in found[:MOST_LISTINGS]}
    codes = ancestors_and_self(each.category_id for each in found if each.category_id)
    parents = dict(Category.objects.filter(pk__in=codes).values_list("pk", "parent_id"))
    places = Currency.objects.get(pk=currency).digits
    return World(currency, places, listings, len(found) > MOST_LISTINGS, parents)


def measure(unit: Unit) -> Measure:
    """A unit as the rules take it."""
    return Measure(unit.pk, scale_of(unit.pk, unit) if unit.kind else None)


def _want(want: BarterWant) -> Want:
    return Want(
        key=str(want.pk), quantity=want.left, unit=measure(want.unit), highest=want.highest,
        product=str(want.product_id or ""), category=want.category_id or "",
    )  # fmt: skip
