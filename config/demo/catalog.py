"""Offers of the demonstration, with prices of every scope, written by the real use cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from config.demo.companies import BUYER, STEEL, SUPPLIERS
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from kernel.clock import utc_now
from marketplace.catalog.models import CustomerGroup, Offer, Price
from marketplace.catalog.services import groups, offers, prices
from marketplace.catalog.services.offers import OfferInput
from marketplace.catalog.services.prices import PriceInput
from marketplace.catalog.services.products import ProductInput

GROUP = "Baltic utilities"
FASTENERS = "44531400-5"
BOLT = ProductInput(
    name_en="Hexagon bolt M16 × 60, class 8.8, hot-dip galvanised",
    name_ru="Болт шестигранный M16 × 60, класс 8.8, горячее цинкование",
    name_uk="Болт шестигранний M16 × 60, клас 8.8, гаряче цинкування",
    manufacturer="Nordic Fasteners", part_number="HX16-60-88Z", gtin="2000000000015",
    category=FASTENERS,
)  # fmt: skip
D = Decimal


def _price(amount: str, least: str = "0", **more: Any) -> PriceInput:
    return PriceInput(amount=D(amount), currency="EUR", least=D(least), **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One offer: its prices for all, for the group, for the demonstration's buyer."""

    firm: str
    product: ProductInput
    offer: OfferInput
    public: tuple[PriceInput, ...] = ()
    to_group: tuple[PriceInput, ...] = ()
    to_buyer: tuple[PriceInput, ...] = ()
    ended: tuple[PriceInput, ...] = ()


STANDS = (
    Stand(
        firm="baltmet",
        product=ProductInput(
            name_en="Equal angle 50 × 50 × 5, S235JR, 6 m",
            name_ru="Уголок равнополочный 50 × 50 × 5, S235JR, 6 м",
            name_uk="Кутик рівнополичний 50 × 50 × 5, S235JR, 6 м",
            category=STEEL,
        ),
        offer=OfferInput(sku="BM-L50-6", unit="TNE", increment=D("0.5"), min_order=D(1),
                         max_order=D(200), lead_time_days=5,
                         territory=("EE", "FI", "LT", "LV", "PL")),
        ended=(_price("862"),),
        public=(_price("845"), _price("815", "10"), _price("789.50", "25")),
        to_group=(_price("826"), _price("801", "10"), _price("774", "25")),
    ),
    Stand(
        firm="baltmet",
        product=BOLT,
        offer=OfferInput(sku="BM-HX16-60", unit="BX", pack_level="inner",
                         content_quantity=D(50), content_unit="C62", min_order=D(2),
                         increment=D(2), lead_time_days=2, warranty_months=24),
        public=(_price("41.80"), _price("38.90", "20"), _price("36.20", "100")),
        to_buyer=(_price("37.40", scope="customer"),),
    ),
    Stand(
        firm="baltmet",
        product=ProductInput(
            name_en="Steel grating 1000 × 1000, mesh 34 × 38, galvanised",
            name_ru="Решётчатый настил 1000 × 1000, ячейка 34 × 38, оцинкованный",
            name_uk="Решітчастий настил 1000 × 1000, комірка 34 × 38, оцинкований",
            category=STEEL,
        ),
        offer=OfferInput(sku="BM-GR-1000", lead_time_days=10),
    ),
    Stand(
        firm="nordwerk-stahl",
        product=ProductInput(
            name_en="Heavy plate 20 mm, S355J2+N, 2000 × 6000",
            name_ru="Толстый лист 20 мм, S355J2+N, 2000 × 6000",
            name_uk="Товстий лист 20 мм, S355J2+N, 2000 × 6000",
            category=STEEL,
        ),
        offer=OfferInput(sku="NW-PL20-355", unit="TNE", min_order=D("1.884"),
                         increment=D("1.884"), lead_time_days=21),
        public=(_price("918"), _price("896", "20")),
        to_buyer=(_price("874", scope="contract", contract="PE-2026-014", least="20"),
                  _price("889", scope="contract", contract="PE-2026-014")),
    ),
    Stand(
        firm="nordwerk-stahl",
        product=BOLT,
        offer=OfferInput(sku="4711-16060", unit="BX", pack_level="inner",
                         content_quantity=D(50), content_unit="C62", min_order=D(10),
                         increment=D(10), lead_time_days=7, warranty_months=24,
                         territory=("DE", "EE", "LT", "LV", "PL")),
        public=(_price("35.10"), _price("33.60", "200")),
    ),
)  # fmt: skip


def load(say: Callable[[str], None]) -> None:
    """Load the offers that are not there yet."""
    made = [_stand(manager(each.firm), each) for each in STANDS]
    if any(made):
        say("Catalog: offers of Baltmet and Nordwerk, with contract, customer and group prices.")


def manager(reference: str) -> Actor:
    """The demonstration's catalog manager of a firm."""
    firm = next(each for each in SUPPLIERS if each.reference == reference)
    person = next(each for each in firm.people if each.role == Role.CATALOG_MANAGER)
    company = Company.objects.get(reference=reference)
    return load_actor(User.objects.get(email=person.email).pk, company.pk)


def _stand(actor: Actor, stand: Stand) -> bool:
    if Offer.objects.filter(company_id=actor.company_id, sku=stand.offer.sku).exists():
        return False
    begun = utc_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def add(typed: PriceInput, begins: datetime = begun) -> Price:
        return prices.add_price(
            actor=actor, offer_id=made.pk, price=replace(typed, valid_from=begins)
        )

    made = offers.create_offer(
        actor=actor, product=stand.product,
        offer=replace(stand.offer, valid_from=begun),
    )  # fmt: skip
    buyer = Company.objects.get(reference=BUYER.reference)
    for each in stand.ended:
        before = add(each, begun - timedelta(days=30))
        prices.end_price(actor=actor, price_id=before.pk)
    for each in stand.public:
        add(each)
    for each in stand.to_group:
        add(replace(each, scope="group", group=_group(actor, buyer.pk)))
    for each in stand.to_buyer:
        add(replace(each, customer=buyer.pk))
    if stand.public:
        offers.publish_offer(actor=actor, offer_id=made.pk)
    return True


def _group(actor: Actor, customer: UUID) -> UUID:
    found = CustomerGroup.objects.filter(company_id=actor.company_id, name=GROUP).first()
    made = found or groups.create_group(actor=actor, name=GROUP)
    groups.add_customer(actor=actor, group_id=made.pk, company_id=customer)
    return made.pk
