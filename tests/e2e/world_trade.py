"""The part of the world that trades: offers, orders, requests for quotation, barter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from config.demo import barter, catalog, orders, quotes, tenders
from crm_core.access.actor import Actor
from marketplace.barter.models import BarterListing, BarterProposal
from marketplace.barter.services import answering, listings
from marketplace.carts.models import CartLine, Requisition
from marketplace.catalog.models import CustomerGroup, Offer
from marketplace.catalog.services import offers
from marketplace.catalog.services.offers import OfferInput
from marketplace.catalog.services.products import ProductInput
from marketplace.exchange.services import imports, working
from marketplace.orders.models import Order
from marketplace.quotes.models import Rfq
from marketplace.search import indexing
from tests import barter_house, quote_house
from tests import catalog_house as goods


def load() -> None:
    """The demonstration's offers, orders, requests and listings, found by the search."""
    catalog.load(lambda _line: None)
    orders.load(lambda _line: None)
    quotes.load(lambda _line: None)
    barter.load(lambda _line: None)
    indexing.rebuild()


def offered() -> dict[str, list[Any]]:
    """Offers of every kind of price, a draft without one and one withdrawn; a group."""
    manager = catalog.manager("baltmet")
    own = {each.sku: each for each in Offer.objects.filter(company_id=manager.company_id)}
    withdrawn = offers.create_offer(
        actor=manager, product=ProductInput(name_uk="Полоса 40 × 4"), offer=OfferInput(sku="OLD-1")
    )
    offers.withdraw_offer(actor=manager, offer_id=withdrawn.pk)
    others = Offer.objects.get(sku="NW-PL20-355")
    return {
        "own_offer_id": [own["BM-L50-6"].pk, own["BM-GR-1000"].pk, withdrawn.pk],
        "catalog_offer_id": [own["BM-L50-6"].pk, own["BM-HX16-60"].pk, others.pk],
        "rfq_id": [*Rfq.objects.values_list("pk", flat=True), _drafted()],
        "order_id": list(Order.objects.values_list("pk", flat=True)),
        "requisition_id": list(Requisition.objects.values_list("pk", flat=True)),
        "cart_line_id": list(CartLine.objects.values_list("pk", flat=True))[:1],
        "price_id": [own["BM-L50-6"].prices.first().pk],
        "import_run_id": _imported(manager),
        "file_id": [
            goods.picture(manager, own["BM-L50-6"]).pk,
            goods.paper(manager, own["BM-L50-6"]).pk,
        ],
        "group_id": [CustomerGroup.objects.get(company_id=manager.company_id).pk],
    }


def _drafted() -> UUID:
    """A request for quotation that is written, with a line and a supplier."""
    return quote_house.draft(tenders.buyer(), catalog.manager("baltmet")).pk


def _imported(manager: Actor) -> list[UUID]:
    """A file of offers that is refused, and one that is read: rows of every kind."""
    head = b"sku,name_en,currency,price\n"
    found = []
    for content in (b"sku\n", head + b"BM-L50-6,,EUR,990\nN-1,Nut,EUR,1\nN-2,,EUR,1\n"):
        run = imports.upload(actor=manager, file=SimpleUploadedFile("offers.csv", content))
        working.go_on(run.pk)
        found.append(run.pk)
    return found


def bartered() -> dict[str, list[Any]]:
    """Own listings in every state; an open proposal, an agreed one, and one that was declined."""
    manager = barter.trader("baltmet")
    mine = list(BarterListing.objects.filter(company_id=manager.company_id))
    draft, withdrawn = (barter_house.draft(manager) for _ in range(2))
    listings.withdraw_listing(actor=manager, listing_id=withdrawn.pk)
    other = barter_house.trader()
    for state in ("agreed", "ended"):
        ours = barter_house.active(manager, barter_house.FUEL, barter_house.TIMBER)
        barter_house.active(other, barter_house.TIMBER, barter_house.FUEL)
        found = barter_house.proposed(manager, ours)[0]
        if state == "agreed":
            barter_house.accept_all(found, manager, other)
        else:
            answering.decline(actor=other, proposal_id=found.pk)
    proposals = BarterProposal.objects.filter(parties__company_id=manager.company_id)
    return {
        "barter_listing_id": [each.pk for each in (*mine, draft, withdrawn)],
        "barter_proposal_id": list(proposals.order_by("state").values_list("pk", flat=True)),
    }
