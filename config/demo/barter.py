"""Barter of the demonstration: a direct swap and a cycle of three, written by the use cases."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from config.demo.companies import STEEL, SUPPLIERS
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from marketplace.barter.models import BarterListing
from marketplace.barter.services import finding, listings
from marketplace.barter.services.listings import ListingInput, WantInput

D = Decimal
FASTENERS, CABLE, TRANSPORT, TIMBER = "44531400-5", "44320000-9", "60100000-9", "03410000-7"


def _gives(title: str, category: str, wants: WantInput, **more: Any) -> ListingInput:
    return ListingInput(
        title=title, category=category, wants=(wants,), currency="EUR",
        **{"cap_percent": D(5), **more},
    )  # fmt: skip


LISTINGS: tuple[tuple[str, ListingInput], ...] = (
    ("baltmet", _gives(
        "Equal angle 50 × 50 × 5, S235JR, from stock", STEEL,
        WantInput(category=FASTENERS, quantity=D(800), unit="BX", highest=D(42)),
        quantity=D(36), unit="TNE", step=D("0.5"), unit_value=D(845))),
    ("nordwerk-stahl", _gives(
        "Hexagon bolts M16 × 60, boxes of 50, surplus", FASTENERS,
        WantInput(category=STEEL, quantity=D(20000), unit="KGM", highest=D("0.88")),
        quantity=D(600), unit="BX", step=D(10), unit_value=D("35.10"))),
    ("ferrum-trade", _gives(
        "Carriage by road, Gdańsk to the Baltic countries", TRANSPORT,
        WantInput(category=TIMBER, quantity=D(120), unit="MTQ", highest=D(240)),
        quantity=D(30), unit_value=D(780))),
    ("liguria-metalli", _gives(
        "Sawn timber, spruce, left from a project", TIMBER,
        WantInput(category=CABLE, quantity=D(5000), unit="MTR", highest=D(6)),
        quantity=D(100), unit="MTQ", unit_value=D(226))),
    ("aceros-iberica", _gives(
        "Power cable 4 × 16, drums", CABLE,
        WantInput(category=TRANSPORT, quantity=D(40), highest=D(800)),
        quantity=D(4), unit="KMT", step=D("0.25"), unit_value=D(5400))),
)  # fmt: skip


def load(say: Callable[[str], None]) -> None:
    """Load the listings that are not there yet, and propose what is found."""
    made = [each for firm, each in LISTINGS if _listed(trader(firm), each)]
    if made:
        found = finding.find_all()
        say(f"Barter: {len(made)} listings, {found} proposals: a direct swap and a cycle of three.")


def trader(reference: str) -> Actor:
    """The demonstration's catalog manager of a firm."""
    firm = next(each for each in SUPPLIERS if each.reference == reference)
    person = next(each for each in firm.people if each.role == Role.CATALOG_MANAGER)
    company = Company.objects.get(reference=reference)
    user = User.objects.get(email=person.email)
    return load_actor(user.pk, company.pk)


def _listed(actor: Actor, listing: ListingInput) -> bool:
    if BarterListing.objects.filter(company_id=actor.company_id, title=listing.title).exists():
        return False
    draft = listings.create_listing(actor=actor, listing=listing)
    listings.publish_listing(actor=actor, listing_id=draft.pk)
    return True
