"""Companies, listings and proposals for the tests of barter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm_core.access.actor import Actor
from crm_core.companies.models import Role
from marketplace.barter.models import BarterListing, BarterProposal
from marketplace.barter.services import answering, finding, listings
from marketplace.barter.services.listings import ListingInput, WantInput
from tests.people import make_actor, make_company

STEEL, FASTENERS, FUEL = "14622000-7", "44531400-5", "09100000-0"
TIMBER = "03410000-7"


def trader(**fields: Any) -> Actor:
    """The catalog manager of a verified company in Estonia."""
    return make_actor(Role.CATALOG_MANAGER, make_company(**fields))


def want(category: str = FASTENERS, **values: Any) -> WantInput:
    """A hundred pieces for 1000 each at most, unless told otherwise."""
    usual = {"quantity": Decimal(100), "highest": Decimal(1000), **values}
    return WantInput(category=category, **usual)


def typed(gives: str = STEEL, needs: str = FASTENERS, **values: Any) -> ListingInput:
    """Ten pieces worth 100 euro each, with a cap of ten percent, unless told otherwise."""
    usual: dict[str, Any] = {
        "title": f"Goods {gives}", "category": gives, "quantity": Decimal(10),
        "unit_value": Decimal(100), "currency": "EUR", "cap_percent": Decimal(10),
        "wants": [want(needs)],
    }  # fmt: skip
    return ListingInput(**{**usual, **values})


def draft(actor: Actor, gives: str = STEEL, needs: str = FASTENERS, **values: Any) -> BarterListing:
    """A draft."""
    return listings.create_listing(actor=actor, listing=typed(gives, needs, **values))


def active(
    actor: Actor, gives: str = STEEL, needs: str = FASTENERS, **values: Any
) -> BarterListing:
    """A published listing."""
    made = draft(actor, gives, needs, **values)
    return listings.publish_listing(actor=actor, listing_id=made.pk)


def proposed(actor: Actor, listing: BarterListing) -> list[BarterProposal]:
    """What a search of the listing proposes."""
    return list(finding.find_for(actor=actor, listing_id=listing.pk).made)


def accept_all(proposal: BarterProposal, *actors: Actor) -> BarterProposal:
    """Everybody accepts; the proposal as it is then."""
    for actor in actors:
        answering.accept(actor=actor, proposal_id=proposal.pk)
    proposal.refresh_from_db()
    return proposal


def places(one: Actor, other: Actor) -> dict[str, Any]:
    """Listings of ``one`` in every state, an open and an agreed proposal with ``other``."""
    listing = active(one)
    active(other, FASTENERS, STEEL)
    agreed = accept_all(proposed(one, listing)[0], one, other)
    active(other, FASTENERS, STEEL, quantity=Decimal(5), wants=[want(STEEL)])
    again = active(one, quantity=Decimal(5))
    withdrawn = draft(one)
    listings.withdraw_listing(actor=one, listing_id=withdrawn.pk)
    return {
        "barter_listing_id": again.pk,
        "barter_draft": draft(one).pk,
        "barter_withdrawn": withdrawn.pk,
        "barter_proposal_id": proposed(one, again)[0].pk,
        "barter_agreed": agreed.pk,
    }
