"""Who may do what in barter, and the fetching that goes with it.

Every function both authorises and fetches: what an actor may not see does not exist for it.
"""

from __future__ import annotations

from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.barter.errors import ListingNotFound, ProposalNotFound, TradersOnly
from marketplace.barter.models import BarterListing, BarterProposal

READ, EDIT, COMMIT = Capability.CATALOG_READ, Capability.OFFER_EDIT, Capability.OFFER_PUBLISH
"""Reading; writing listings; publishing them and answering proposals, which asks the gate of
offers: only a verified company binds itself."""


def require_trader(actor: Actor, capability: Capability = READ) -> None:
    """Raise what ``require`` raises, or TradersOnly."""
    actor.require(capability)
    if not (actor.company_buys or actor.company_sells):
        raise TradersOnly()


def own_listing(
    actor: Actor, listing_id: UUID, capability: Capability = READ, *, lock: bool = False
) -> BarterListing:
    """A listing of the actor's company. Raises ListingNotFound.

    With ``lock`` the row stays locked until the transaction ends.
    """
    require_trader(actor, capability)
    found = BarterListing.objects.filter(pk=listing_id, company_id=actor.company_id)
    found = found.select_related("company", "product", "category", "unit", "currency")
    listing = (found.select_for_update(of=("self",)) if lock else found).first()
    if listing is None:
        raise ListingNotFound()
    return listing


def own_proposal(
    actor: Actor, proposal_id: UUID, capability: Capability = READ, *, lock: bool = False
) -> BarterProposal:
    """A proposal of which the actor's company is a party. Raises ProposalNotFound."""
    require_trader(actor, capability)
    found = BarterProposal.objects.filter(pk=proposal_id, parties__company_id=actor.company_id)
    proposal = (found.select_for_update(of=("self",)) if lock else found).first()
    if proposal is None:
        raise ProposalNotFound()
    return proposal
