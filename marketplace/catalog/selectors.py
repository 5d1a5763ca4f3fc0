"""Reads that carry their authorisation: own offers, those of others, and what they cost whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.companies.selectors import directory
from kernel.clock import utc_now
from marketplace.catalog.domain.prices import Buyer
from marketplace.catalog.errors import OfferNotFound
from marketplace.catalog.models import (
    CustomerGroup,
    GroupMember,
    Offer,
    OfferState,
    Price,
    PriceChange,
)
from marketplace.catalog.policies import open_offers, require_buyer, require_seller
from marketplace.catalog.pricing import Priced, priced

_SHOWN = ("company", "product", "product__category", "unit", "content_unit")
MOST_WORDS = 8


def own_offers(actor: Actor, *, state: str = "", search: str = "") -> QuerySet[Offer]:
    """Offers of the actor's company by SKU, each with ``price_count``, its prices not ended."""
    require_seller(actor)
    found = Offer.objects.filter(company_id=actor.company_id).select_related(*_SHOWN)
    if state in OfferState.values:
        found = found.filter(state=state)
    open_prices = Q(prices__valid_until=None) | Q(prices__valid_until__gt=utc_now())
    found = found.annotate(price_count=Count("prices", filter=open_prices))
    return _fitting(found, search).order_by("sku", "id")


def offers_to_buy(actor: Actor, *, search: str = "") -> QuerySet[Offer]:
    """What the actor's company could order now, by SKU: active, valid, of a supplier in good
    standing, and offered in the company's country."""
    require_buyer(actor)
    country = Company.objects.get(pk=actor.company_id).country
    return _fitting(_open_to_all(), search).filter(_reaches(country)).order_by("sku", "id")


def offer_to_buy(actor: Actor, offer_id: UUID) -> Offer:
    """An offer that is open now, whichever country it is for. Raises OfferNotFound."""
    require_buyer(actor)
    offer = _open_to_all().filter(pk=offer_id).first()
    if offer is None:
        raise OfferNotFound()
    return offer


def offers_among(actor: Actor, offer_ids: Sequence[UUID]) -> list[Offer]:
    """Those of the offers that are open now, in the order of the ids."""
    require_buyer(actor)
    found = {each.pk: each for each in _open_to_all().filter(pk__in=offer_ids)}
    return [found[each] for each in offer_ids if each in found]


def price_for(
    actor: Actor,
    offer: Offer,
    *,
    quantity: Decimal | None = None,
    currency: str = "",
    territory: str = "",
    at: datetime | None = None,
) -> Priced:
    """What the offer costs the actor's company: of all its prices only those that concern it are
    looked at. Without a quantity for the smallest order, without a currency in the first that
    there is, without a territory in the company's country, without a moment now."""
    require_buyer(actor)
    territory = territory or Company.objects.get(pk=actor.company_id).country
    return priced(
        offer, _concerning(actor.company_id, [offer])[offer.pk], _buyer(actor.company_id, [offer]),
        quantity=quantity, currency=currency, territory=territory, at=at or utc_now(),
    )  # fmt: skip


def prices_to_show(actor: Actor, offers: Sequence[Offer]) -> list[tuple[Offer, Priced]]:
    """Each offer with what its smallest order costs the actor's company. Three queries."""
    country = Company.objects.get(pk=actor.company_id).country
    rules = _concerning(actor.company_id, offers)
    buyer, now = _buyer(actor.company_id, offers), utc_now()
    return [
        (each, priced(each, rules[each.pk], buyer, territory=country, at=now)) for each in offers
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer at a quantity, in a currency (empty: the first that there is)."""

    offer: Offer
    quantity: Decimal
    currency: str = ""


def prices_asked(actor: Actor, asked: Sequence[Asked]) -> list[Priced]:
    """What each costs the actor's company now, in its country. Three queries."""
    require_buyer(actor)
    country = Company.objects.get(pk=actor.company_id).country
    offers = [each.offer for each in asked]
    rules = _concerning(actor.company_id, offers)
    buyer, now = _buyer(actor.company_id, offers), utc_now()
    return [
        priced(each.offer, rules[each.offer.pk], buyer, quantity=each.quantity,
               currency=each.currency, territory=country, at=now)
        for each in asked
    ]  # fmt: skip


def orderable(actor: Actor, offer_ids: Sequence[UUID]) -> QuerySet[Offer]:
    """Those of these offers that the actor's company could order now in its country."""
    return offers_to_buy(actor).filter(pk__in=offer_ids)


def public_prices(offers: Sequence[Offer]) -> list[tuple[Offer, Priced]]:
    """Each offer with what its smallest order costs everybody, in the supplier's own country. For
    the supplier's list. One query."""
    found: dict[UUID, list[Price]] = {each.pk: [] for each in offers}
    for price in Price.objects.filter(offer__in=offers, scope="public").select_related("currency"):
        found[price.offer_id].append(price)
    nobody, now = Buyer(company=""), utc_now()
    return [
        (each, priced(each, found[each.pk], nobody, territory=each.company.country, at=now))
        for each in offers
    ]


def prices_of(offer: Offer) -> QuerySet[Price]:
    """Every price of one's own offer with whom it is for, the nearest scope first."""
    # By the alphabet the scopes stand in the order in which they are tried.
    return offer.prices.select_related("customer", "group", "currency").order_by(
        "scope", "customer__latin_name", "group__name", "contract", "currency_id", "least",
        "created_at", "id",
    )  # fmt: skip


def history_of(offer: Offer) -> QuerySet[PriceChange]:
    """What happened to the prices of one's own offer, latest first."""
    return offer.price_changes.select_related(
        "price", "price__customer", "price__group", "actor"
    ).order_by("-id")


def groups(actor: Actor) -> QuerySet[CustomerGroup]:
    """The company's customer groups by name, each with its members and their companies."""
    require_seller(actor)
    members = GroupMember.objects.select_related("company").order_by("company__latin_name", "id")
    return (
        CustomerGroup.objects.filter(company_id=actor.company_id)
        .prefetch_related(Prefetch("members", members))
        .order_by("name", "id")
    )


def customers(actor: Actor, *, search: str = "") -> QuerySet[Company]:
    """Verified companies that buy, the actor's own aside: to whom a price may be given."""
    require_seller(actor)
    return directory(search=search).filter(buys=True).exclude(pk=actor.company_id)


def _open_to_all() -> QuerySet[Offer]:
    return open_offers().select_related(*_SHOWN)


def _reaches(country: str) -> Q:
    return Q(territory=[]) | Q(territory__contains=[country])


def _fitting(found: QuerySet[Offer], search: str) -> QuerySet[Offer]:
    """Offers of which every word stands in a name, the SKU, the part number or the GTIN."""
    for word in search.split()[:MOST_WORDS]:
        test = Q(sku__icontains=word) | Q(product__gtin__contains=word)
        for field in ("name_en", "name_ru", "name_uk", "manufacturer", "part_number"):
            test |= Q(**{f"product__{field}__icontains": word})
        found = found.filter(test)
    return found


def _groups_of(company_id: UUID, suppliers: Iterable[UUID]) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(company_id=company_id, group__company_id__in=suppliers)


def _buyer(company_id: UUID, offers: Sequence[Offer]) -> Buyer:
    mine = _groups_of(company_id, {each.company_id for each in offers})
    return Buyer(
        company=str(company_id),
        groups=frozenset(str(each) for each in mine.values_list("group_id", flat=True)),
    )


def _concerning(company_id: UUID, offers: Sequence[Offer]) -> dict[UUID, list[Price]]:
    """By offer the prices that concern a company: nobody learns of what others are given."""
    mine = _groups_of(company_id, {each.company_id for each in offers})
    found: dict[UUID, list[Price]] = {each.pk: [] for each in offers}
    for price in Price.objects.filter(
        Q(scope="public") | Q(customer_id=company_id) | Q(group_id__in=mine.values("group_id")),
        offer__in=offers,
    ).select_related("customer", "group", "currency"):
        found[price.offer_id].append(price)
    return found
