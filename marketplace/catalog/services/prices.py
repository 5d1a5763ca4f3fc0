"""Prices of an offer: added and ended, never changed. Each step is a line of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from kernel.clock import utc_now
from marketplace.catalog import selectors
from marketplace.catalog.errors import (
    CustomerUnknown,
    FieldWrong,
    GroupNotFound,
    PriceEnded,
    PriceThere,
)
from marketplace.catalog.models import (
    CustomerGroup,
    Offer,
    Price,
    PriceChange,
    PriceChangeKind,
    PriceScope,
)
from marketplace.catalog.policies import own_group, own_offer, own_price
from marketplace.catalog.services import checks
from marketplace.catalog.services.told import offer_changed
from reference.models import Currency


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceInput:
    """A price as typed, per orderable unit.

    A contract's names the customer and the contract, a customer's the customer, a group's the
    group. ``least`` begins its band and ``below`` is the first quantity above it. It holds from
    ``valid_from`` (None: from now) and not at ``valid_until`` any more.
    """

    amount: Decimal | None
    currency: str
    scope: str = PriceScope.PUBLIC.value
    customer: UUID | None = None
    group: UUID | None = None
    contract: str = ""
    least: Decimal = Decimal(0)
    below: Decimal | None = None
    territory: Sequence[str] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def add_price(*, actor: Actor, offer_id: UUID, price: PriceInput) -> Price:
    """Add a price to one's own offer. Raises FieldWrong, CustomerUnknown, PriceThere."""
    with transaction.atomic():
        offer = own_offer(actor, offer_id, Capability.OFFER_EDIT, lock=True)
        made = _price(actor, offer, price)
        if _is_there(made):
            raise PriceThere()
        made.save(force_insert=True)
        _remember(actor, made, PriceChangeKind.ADDED)
        offer_changed(offer)
    return made


def end_price(*, actor: Actor, price_id: UUID, at: datetime | None = None) -> Price:
    """Let a price hold until ``at``, by default now, and no longer. One that has not begun then
    never holds. Raises PriceEnded where it ends by then already, FieldWrong for a past moment."""
    with transaction.atomic():
        price = own_price(actor, price_id)
        now = utc_now()
        if at is not None and at < now:
            raise FieldWrong(field="at", reason=_("Choose a moment to come."))
        ends = max(at or now, price.valid_from)
        if price.valid_until is not None and price.valid_until <= ends:
            raise PriceEnded()
        price.valid_until = ends
        price.save(update_fields=["valid_until"])
        _remember(actor, price, PriceChangeKind.ENDED)
        offer_changed(price.offer)
    return price


def _remember(actor: Actor, price: Price, kind: PriceChangeKind) -> None:
    PriceChange.objects.create(
        offer_id=price.offer_id, price=price, kind=kind, valid_until=price.valid_until,
        actor_id=actor.user_id,
    )  # fmt: skip


def _price(actor: Actor, offer: Offer, typed: PriceInput) -> Price:
    if typed.scope not in PriceScope.values:
        raise FieldWrong(field="scope", reason=_("Choose from the list."))
    made = Price(offer=offer, scope=typed.scope)
    if typed.scope in (PriceScope.CONTRACT, PriceScope.CUSTOMER):
        made.customer = _customer(actor, typed.customer)
    if typed.scope == PriceScope.CONTRACT:
        made.contract = checks.text("contract", typed.contract, 80, needed=True)
    if typed.scope == PriceScope.GROUP:
        made.group = _group(actor, typed.group)
    made.amount = checks.money("amount", typed.amount)
    made.currency = checks.known("currency", Currency, typed.currency.upper())
    made.least = checks.number("least", typed.least, zero=True)
    if typed.below is not None:
        made.below = checks.number("below", typed.below)
        if made.below <= made.least:
            raise FieldWrong(field="below", reason=_("The band must end above its beginning."))
    made.territory = checks.countries("territory", typed.territory)
    if typed.valid_from is not None:
        made.valid_from = typed.valid_from
    made.valid_until = typed.valid_until
    checks.span("valid_until", made.valid_from, made.valid_until)
    return made


def _customer(actor: Actor, company_id: UUID | None) -> Company:
    found = selectors.customers(actor).filter(pk=company_id).first() if company_id else None
    if found is None:
        raise CustomerUnknown(field="customer")
    return found


def _group(actor: Actor, group_id: UUID | None) -> CustomerGroup:
    try:
        if group_id is not None:
            return own_group(actor, group_id, Capability.OFFER_EDIT)
    except GroupNotFound:
        pass
    raise FieldWrong(field="group", reason=_("Choose one of your customer groups."))


def _is_there(price: Price) -> bool:
    """Whether the same price is there, open-ended; the offer is locked, so nobody adds one now."""
    same = (
        "offer", "scope", "customer", "group", "contract", "currency", "least", "below",
        "territory", "valid_from",
    )  # fmt: skip
    if price.valid_until is not None:
        return False
    return Price.objects.filter(
        valid_until=None, **{name: getattr(price, name) for name in same}
    ).exists()
