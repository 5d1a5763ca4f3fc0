"""Offers: written, changed, published, withdrawn and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from kernel.clock import utc_now
from marketplace.catalog.errors import (
    FieldWrong,
    OfferOver,
    OfferStateMoved,
    OfferUnpriced,
    SkuTaken,
)
from marketplace.catalog.models import Offer, OfferState, PackLevel
from marketplace.catalog.policies import own_offer, require_seller
from marketplace.catalog.services import checks
from marketplace.catalog.services.products import ProductInput, drop_unused, product_for
from marketplace.catalog.services.told import offer_changed
from reference.models import Unit

MOST_DAYS = 3650
MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferInput:
    """An offer as typed. ``unit`` and ``content_unit`` are codes of UN/ECE Rec 20; without a
    ``content_unit`` a unit holds itself. ``valid_from`` None: from now on."""

    sku: str
    unit: str = "C62"
    content_quantity: Decimal = Decimal(1)
    content_unit: str = ""
    increment: Decimal = Decimal(1)
    min_order: Decimal = Decimal(1)
    max_order: Decimal | None = None
    pack_level: str = PackLevel.EACH.value
    lead_time_days: int | None = None
    warranty_months: int | None = None
    territory: Sequence[str] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def create_offer(*, actor: Actor, product: ProductInput, offer: OfferInput) -> Offer:
    """A new draft. Raises FieldWrong, AttributesWrong, SkuTaken."""
    require_seller(actor, Capability.OFFER_EDIT)
    with transaction.atomic():
        _one_at_a_time(actor)
        made = Offer(company_id=actor.company_id, created_by_id=actor.user_id)
        _describe(made, offer)
        made.product = product_for(actor, product)
        made.save(force_insert=True)
    return made


def change_offer(
    *,
    actor: Actor,
    offer_id: UUID,
    product: ProductInput,
    offer: OfferInput,
    expected: Callable[[Offer], None] = lambda _offer: None,
) -> Offer:
    """Change what an offer says; an active one changes for buyers at once. Raises FieldWrong,
    AttributesWrong, SkuTaken, ProductShared, and whatever ``expected`` raises of the offer as it
    stands, locked."""
    with transaction.atomic():
        _one_at_a_time(actor)
        found = own_offer(actor, offer_id, Capability.OFFER_EDIT, lock=True)
        expected(found)
        _describe(found, offer)
        before = found.product_id
        found.product = product_for(actor, product, found.product)
        found.save()
        if found.product_id != before:
            drop_unused(before)
        offer_changed(found)
    return found


def publish_offer(*, actor: Actor, offer_id: UUID) -> Offer:
    """Show a draft to buyers. Raises OfferStateMoved, OfferOver, OfferUnpriced."""
    with transaction.atomic():
        offer = own_offer(actor, offer_id, Capability.OFFER_PUBLISH, lock=True)
        if offer.state != OfferState.DRAFT:
            raise OfferStateMoved()
        _activate(offer)
    return offer


def withdraw_offer(*, actor: Actor, offer_id: UUID) -> Offer:
    """Take an offer, active or a draft, out of the catalog; its prices and their history stay.
    Raises OfferStateMoved where it was withdrawn before."""
    with transaction.atomic():
        offer = own_offer(actor, offer_id, Capability.OFFER_EDIT, lock=True)
        if offer.state == OfferState.WITHDRAWN:
            raise OfferStateMoved()
        offer.state, offer.withdrawn_at = OfferState.WITHDRAWN, utc_now()
        _save_state(offer)
    return offer


def put_back_offer(*, actor: Actor, offer_id: UUID) -> Offer:
    """Undo a withdrawal: active again if it ever was, else a draft again. Raises OfferStateMoved,
    OfferOver, OfferUnpriced."""
    with transaction.atomic():
        offer = own_offer(actor, offer_id, Capability.OFFER_EDIT, lock=True)
        if offer.state != OfferState.WITHDRAWN:
            raise OfferStateMoved()
        if offer.published_at is not None:
            actor.require(Capability.OFFER_PUBLISH)
            _activate(offer)
        else:
            offer.state, offer.withdrawn_at = OfferState.DRAFT, None
            _save_state(offer)
    return offer


def _activate(offer: Offer) -> None:
    now = utc_now()
    if offer.valid_until is not None and offer.valid_until <= now:
        raise OfferOver()
    if not offer.prices.filter(Q(valid_until=None) | Q(valid_until__gt=now)).exists():
        raise OfferUnpriced()
    offer.state, offer.withdrawn_at = OfferState.ACTIVE, None
    offer.published_at = offer.published_at or now
    _save_state(offer)


def _save_state(offer: Offer) -> None:
    offer.updated_at = utc_now()
    offer.save(update_fields=["state", "published_at", "withdrawn_at", "updated_at"])
    offer_changed(offer)


def _one_at_a_time(actor: Actor) -> None:
    """Two writers of one company wait for each other, so that a taken SKU is seen."""
    Company.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.company_id)


def _describe(offer: Offer, typed: OfferInput) -> None:
    offer.sku = checks.text("sku", typed.sku, 80, needed=True)
    taken = Offer.objects.filter(company_id=offer.company_id, sku__iexact=offer.sku)
    if taken.exclude(pk=offer.pk).exists():
        raise SkuTaken(field="sku")
    offer.unit = checks.known("unit", Unit, typed.unit)
    offer.content_unit = checks.known("content_unit", Unit, typed.content_unit or typed.unit)
    set_terms(offer, typed)


def set_terms(offer: Offer, typed: OfferInput) -> None:
    """Put what is typed into an offer, its SKU and units aside. Asks nothing of the database.
    Raises FieldWrong."""
    for name in ("content_quantity", "increment", "min_order"):
        setattr(offer, name, checks.number(name, getattr(typed, name)))
    offer.max_order = (
        None if typed.max_order is None else checks.number("max_order", typed.max_order)
    )
    if offer.max_order is not None and offer.max_order < offer.min_order:
        raise FieldWrong(field="max_order", reason=_("The largest order is below the smallest."))
    if offer.order_rule.fault(offer.min_order):
        raise FieldWrong(
            field="min_order", reason=_("The smallest order is no multiple of the increment.")
        )
    if typed.pack_level not in PackLevel.values:
        raise FieldWrong(field="pack_level", reason=_("Choose from the list."))
    offer.pack_level = typed.pack_level
    offer.lead_time_days = _whole("lead_time_days", typed.lead_time_days, MOST_DAYS)
    offer.warranty_months = _whole("warranty_months", typed.warranty_months, MOST_MONTHS)
    offer.territory = checks.countries("territory", typed.territory)
    if typed.valid_from is not None:
        offer.valid_from = typed.valid_from
    offer.valid_until = typed.valid_until
    checks.span("valid_until", offer.valid_from, offer.valid_until)
    offer.updated_at = utc_now()


def _whole(field: str, value: int | None, most: int) -> int | None:
    if value is not None and not 0 <= value <= most:
        raise FieldWrong(
            field=field,
            reason=_("Write a whole number between 0 and %(most)d.") % {"most": most},
        )
    return value
