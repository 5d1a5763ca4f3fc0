"""Listings: written as drafts, published, withdrawn, written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from infra.problems import message
from kernel.clock import utc_now
from kernel.decimals import MAX_INTEGER_DIGITS
from marketplace.barter.errors import ListingOver, ListingStateMoved, NothingLeft
from marketplace.barter.models import (
    BarterEnd,
    BarterListing,
    BarterProposal,
    BarterProposalState,
    BarterState,
    BarterWant,
)
from marketplace.barter.policies import COMMIT, EDIT, own_listing, require_trader
from marketplace.barter.services.ending import end_proposal
from marketplace.catalog.domain import gtin
from marketplace.catalog.errors import FieldWrong
from marketplace.catalog.models import Product
from marketplace.catalog.services import checks
from reference.models import Category, Currency, Unit
from reference.taxonomies import check_values

MOST_WANTS = 10
MOST_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantInput:
    """A want as typed: a product by its GTIN, or a category by its code."""

    quantity: Decimal | None
    highest: Decimal | None
    unit: str = "C62"
    category: str = ""
    gtin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingInput:
    """A listing as typed. One of the caps is given; ``attributes`` are those of the category."""

    title: str
    quantity: Decimal | None
    unit_value: Decimal | None
    currency: str
    unit: str = "C62"
    description: str = ""
    category: str = ""
    gtin: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    step: Decimal | None = Decimal(1)
    cap_percent: Decimal | None = None
    cap_amount: Decimal | None = None
    territory: Sequence[str] = ()
    valid_until: datetime | None = None
    wants: Sequence[WantInput] = ()


def create_listing(*, actor: Actor, listing: ListingInput) -> BarterListing:
    """Begin a draft. Raises FieldWrong of the catalog, with the field."""
    require_trader(actor, EDIT)
    with transaction.atomic():
        made = BarterListing(company_id=actor.company_id, created_by_id=actor.user_id)
        _describe(made, listing)
    return made


def change_listing(*, actor: Actor, listing_id: UUID, listing: ListingInput) -> BarterListing:
    """Write a draft anew. Raises FieldWrong, ListingStateMoved where it is no draft."""
    with transaction.atomic():
        found = own_listing(actor, listing_id, EDIT, lock=True)
        _must_be(found, BarterState.DRAFT)
        _describe(found, listing)
    return found


def publish_listing(*, actor: Actor, listing_id: UUID) -> BarterListing:
    """Let a draft be found. Raises ListingStateMoved, ListingOver, NothingLeft."""
    with transaction.atomic():
        found = own_listing(actor, listing_id, COMMIT, lock=True)
        _must_be(found, BarterState.DRAFT)
        if found.valid_until is not None and found.valid_until <= utc_now():
            raise ListingOver()
        if found.left < found.step:
            raise NothingLeft()
        _move(found, BarterState.ACTIVE)
    return found


def withdraw_listing(*, actor: Actor, listing_id: UUID) -> BarterListing:
    """Take a listing out; open proposals that need it end. Agreed ones stay."""
    with transaction.atomic():
        # Proposals are locked before listings, everywhere, and each in the order of their ids.
        own_listing(actor, listing_id, EDIT)
        waiting = BarterProposal.objects.filter(
            pk__in=BarterProposal.objects.filter(
                parties__listing_id=listing_id, state=BarterProposalState.OPEN
            ).values("pk")
        )
        open_ones = list(waiting.select_for_update().order_by("pk"))
        found = own_listing(actor, listing_id, EDIT, lock=True)
        if found.state == BarterState.WITHDRAWN:
            raise ListingStateMoved()
        _move(found, BarterState.WITHDRAWN)
        for each in open_ones:
            if each.state == BarterProposalState.OPEN:
                end_proposal(each, BarterEnd.WITHDRAWN, actor.urn)
    return found


def reopen_listing(*, actor: Actor, listing_id: UUID) -> BarterListing:
    """A withdrawn listing as a draft again."""
    with transaction.atomic():
        found = own_listing(actor, listing_id, EDIT, lock=True)
        _must_be(found, BarterState.WITHDRAWN)
        _move(found, BarterState.DRAFT)
    return found


def _must_be(listing: BarterListing, state: BarterState) -> None:
    if listing.state != state:
        raise ListingStateMoved()


def _move(listing: BarterListing, state: BarterState) -> None:
    listing.state, listing.updated_at = state, utc_now()
    listing.save(update_fields=["state", "updated_at"])


def _describe(listing: BarterListing, typed: ListingInput) -> None:
    listing.title = checks.text("title", typed.title, 200, needed=True)
    listing.description = typed.description.strip()
    if len(listing.description) > 2000:
        raise FieldWrong(field="description", reason=_("Use 2000 characters at most."))
    listing.product = _product("gtin", typed.gtin)
    listing.category = _category("category", typed.category)
    if listing.category is None and listing.product is not None:
        listing.category = listing.product.category
    if listing.category is None and listing.product is None:
        raise FieldWrong(
            field="category",
            reason=_("Choose a category, or name a product of the catalog: by it others find you."),
        )
    listing.attributes = _attributes(listing.category, typed.attributes)
    listing.step = checks.number("step", typed.step)
    listing.quantity = checks.number("quantity", typed.quantity)
    if listing.quantity < listing.promised:
        raise FieldWrong(field="quantity", reason=_("More than this is promised in agreed swaps."))
    if listing.quantity < listing.step:
        raise FieldWrong(field="step", reason=_("The step is greater than the quantity."))
    listing.unit = checks.known("unit", Unit, typed.unit)
    listing.unit_value = checks.money("unit_value", typed.unit_value)
    listing.currency = checks.known("currency", Currency, typed.currency.upper())
    if listing.quantity * listing.unit_value >= Decimal(10) ** MAX_INTEGER_DIGITS:
        raise FieldWrong(field="unit_value", reason=_("This number is too large."))
    _cap(listing, typed)
    listing.territory = checks.countries("territory", typed.territory)
    listing.valid_until = typed.valid_until
    if typed.valid_until is not None and typed.valid_until <= utc_now():
        raise FieldWrong(field="valid_until", reason=_("Choose a moment to come."))
    listing.updated_at = utc_now()
    wants = _wants(listing, typed.wants)
    listing.save()
    listing.wants.all().delete()
    BarterWant.objects.bulk_create(wants)


def _cap(listing: BarterListing, typed: ListingInput) -> None:
    if (typed.cap_percent is None) == (typed.cap_amount is None):
        raise FieldWrong(field="cap_percent", reason=_("Write one cap: in percent or in money."))
    listing.cap_percent = listing.cap_amount = None
    if typed.cap_percent is not None:
        listing.cap_percent = checks.number("cap_percent", typed.cap_percent, zero=True)
        if listing.cap_percent > MOST_PERCENT:
            raise FieldWrong(field="cap_percent", reason=_("Write 100 percent at most."))
        if round(listing.cap_percent, 2) != listing.cap_percent:
            raise FieldWrong(field="cap_percent", reason=_("Use two decimal places at most."))
    else:
        listing.cap_amount = checks.number(
            "cap_amount", typed.cap_amount, digits=MAX_INTEGER_DIGITS, zero=True
        )


def _wants(listing: BarterListing, typed: Sequence[WantInput]) -> list[BarterWant]:
    if not typed:
        raise FieldWrong(field="wants", reason=_("Say what you want: at least one thing."))
    if len(typed) > MOST_WANTS:
        raise FieldWrong(
            field="wants", reason=_("Name %(most)d things at most.") % {"most": MOST_WANTS}
        )
    found = []
    for position, each in enumerate(typed):
        try:
            found.append(_want(listing, position, each))
        except FieldWrong as error:
            reason = _("Thing %(number)d: %(reason)s") % {
                "number": position + 1, "reason": message(error),
            }  # fmt: skip
            raise FieldWrong(field="wants", reason=reason) from error
    return found


def _want(listing: BarterListing, position: int, typed: WantInput) -> BarterWant:
    product = _product("gtin", typed.gtin)
    category = None if product else _category("category", typed.category)
    if product is None and category is None:
        raise FieldWrong(field="category", reason=_("Choose a category or name a product."))
    return BarterWant(
        listing=listing, position=position, product=product, category=category,
        quantity=checks.number("quantity", typed.quantity),
        unit=checks.known("unit", Unit, typed.unit),
        highest=checks.money("highest", typed.highest),
    )  # fmt: skip


def _product(name: str, typed: str) -> Product | None:
    if not typed.strip():
        return None
    try:
        found = Product.objects.filter(gtin=gtin.read(typed)).select_related("category").first()
    except ValueError:
        found = None
    if found is None:
        raise FieldWrong(field=name, reason=_("The catalog has no product with this GTIN."))
    return found


def _category(name: str, code: str) -> Category | None:
    return checks.known(name, Category, code) if code.strip() else None


def _attributes(category: Category | None, typed: Mapping[str, object]) -> dict[str, object]:
    if category is None or not typed:
        if typed:
            raise FieldWrong(field="attributes", reason=_("Attributes are those of a category."))
        return {}
    checked = check_values(category.pk, typed)
    for key, error in checked.errors.items():
        raise FieldWrong(field="attributes", reason=f"{key}: {message(error)}")
    return dict(checked.values)
