"""Who may do what in the catalog, and the fetching that goes with it.

Every function both authorises and fetches: what an actor may not see does not exist for it.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.gates import Gate, standings_for
from kernel.clock import utc_now
from marketplace.catalog.errors import (
    BuyersOnly,
    GroupNotFound,
    OfferFileNotFound,
    OfferNotFound,
    PriceNotFound,
    SellersOnly,
)
from marketplace.catalog.models import CustomerGroup, Offer, OfferFile, OfferState, Price


def require_seller(actor: Actor, capability: Capability = Capability.CATALOG_READ) -> None:
    """Raise what ``require`` raises, or SellersOnly."""
    actor.require(capability)
    if not actor.company_sells:
        raise SellersOnly()


def require_buyer(actor: Actor) -> None:
    """Raise what ``require`` raises, or BuyersOnly."""
    actor.require(Capability.CATALOG_READ)
    if not actor.company_buys:
        raise BuyersOnly()


def own_offer(
    actor: Actor,
    offer_id: UUID,
    capability: Capability = Capability.CATALOG_READ,
    *,
    lock: bool = False,
) -> Offer:
    """An offer of the actor's company with its product and units. Raises OfferNotFound.

    With ``lock`` the row stays locked until the transaction ends.
    """
    require_seller(actor, capability)
    offers = Offer.objects.filter(pk=offer_id, company_id=actor.company_id).select_related(
        "company", "product", "product__category", "unit", "content_unit"
    )
    if lock:
        offers = offers.select_for_update(of=("self",))
    offer = offers.first()
    if offer is None:
        raise OfferNotFound()
    return offer


def own_price(actor: Actor, price_id: UUID) -> Price:
    """A price of the actor's company, locked, with its offer. Raises PriceNotFound."""
    require_seller(actor, Capability.OFFER_EDIT)
    price = (
        Price.objects.filter(pk=price_id, offer__company_id=actor.company_id)
        .select_related("offer")
        .select_for_update(of=("self",))
        .first()
    )
    if price is None:
        raise PriceNotFound()
    return price


def open_offers() -> QuerySet[Offer]:
    """What buyers see now: active, valid, of a supplier in good standing."""
    now = utc_now()
    return Offer.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now),
        state=OfferState.ACTIVE,
        valid_from__lte=now,
        company__sells=True,
        company__standing__in=standings_for(Gate.OFFER),
    )


def own_file(actor: Actor, file_id: UUID) -> OfferFile:
    """A file of the actor's company's offer, to change, locked. Raises OfferFileNotFound."""
    require_seller(actor, Capability.OFFER_EDIT)
    found = (
        OfferFile.objects.filter(pk=file_id, offer__company_id=actor.company_id)
        .select_for_update(of=("self",))
        .first()
    )
    if found is None:
        raise OfferFileNotFound()
    return found


def seen_file(actor: Actor, file_id: UUID) -> OfferFile:
    """A file of an offer that is the actor's company's own, or that buyers see now and the company
    buys. Raises OfferFileNotFound."""
    actor.require(Capability.CATALOG_READ)
    seen = Q(offer__company_id=actor.company_id)
    if actor.company_buys:
        seen |= Q(offer__in=open_offers())
    found = OfferFile.objects.filter(seen, pk=file_id).first()
    if found is None:
        raise OfferFileNotFound()
    return found


def own_group(
    actor: Actor, group_id: UUID, capability: Capability = Capability.CATALOG_READ
) -> CustomerGroup:
    """A customer group of the actor's company. Raises GroupNotFound."""
    require_seller(actor, capability)
    group = CustomerGroup.objects.filter(pk=group_id, company_id=actor.company_id).first()
    if group is None:
        raise GroupNotFound()
    return group
