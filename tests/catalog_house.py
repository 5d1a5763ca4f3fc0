"""Companies, offers and prices for the tests of the catalog."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from crm_core.access.actor import Actor
from crm_core.companies.models import Role
from marketplace.catalog.models import Offer, OfferFile, Price
from marketplace.catalog.services import files, offers, prices
from marketplace.catalog.services.files import FileInput
from marketplace.catalog.services.offers import OfferInput
from marketplace.catalog.services.prices import PriceInput
from marketplace.catalog.services.products import ProductInput
from tests import files_made as made
from tests.people import make_actor, make_company

GTIN = "4006381333931"
_PRODUCT = {each.name for each in fields(ProductInput)}


def manager() -> Actor:
    """The catalog manager of a verified company that sells."""
    return make_actor(Role.CATALOG_MANAGER, make_company(buys=False))


def buyer() -> Actor:
    """A procurement officer of a verified company that buys, in Estonia."""
    return make_actor(Role.OFFICER, make_company(sells=False))


def typed(**values: Any) -> dict[str, Any]:
    """A product and an offer as typed, for the services."""
    usual = {"name_en": "Hexagon bolt", "gtin": GTIN, "sku": "HX-16", **values}
    return {
        "product": ProductInput(**{k: v for k, v in usual.items() if k in _PRODUCT}),
        "offer": OfferInput(**{k: v for k, v in usual.items() if k not in _PRODUCT}),
    }


def draft(actor: Actor, **values: Any) -> Offer:
    """A draft."""
    return offers.create_offer(actor=actor, **typed(**values))


def change(actor: Actor, offer: Offer, **values: Any) -> Offer:
    """The offer with what is typed now."""
    return offers.change_offer(
        actor=actor, offer_id=offer.pk, **typed(**{"sku": offer.sku, **values})
    )


def price(actor: Actor, offer: Offer, amount: str, /, **values: Any) -> Price:
    """A price of the offer, public and in euro unless told otherwise."""
    usual = {"amount": Decimal(amount), "currency": "EUR", **values}
    return prices.add_price(actor=actor, offer_id=offer.pk, price=PriceInput(**usual))


def active(actor: Actor, amount: str = "12.50", **values: Any) -> Offer:
    """A published offer with a public price."""
    offer = draft(actor, **values)
    price(actor, offer, amount)
    return offers.publish_offer(actor=actor, offer_id=offer.pk)


def picture(actor: Actor, offer: Offer, colour: str = "teal", **values: Any) -> OfferFile:
    """A picture of the offer."""
    told = FileInput(**{"kind": "image", "alt_en": f"A {colour} bolt", **values})
    content = made.picture("PNG", (2000, 1000), colour)
    return files.add_file(
        actor=actor, offer_id=offer.pk, typed=told, file=made.Upload(content), name="bolt.png"
    )


def paper(actor: Actor, offer: Offer, kind: str = "manual", text: str = "Turn it") -> OfferFile:
    """A document of the offer, in English."""
    told, content = FileInput(kind=kind, language="en"), made.pdf(text)
    return files.add_file(
        actor=actor, offer_id=offer.pk, typed=told, file=made.Upload(content), name=f"{kind}.pdf"
    )
