"""Who may do what with requests and quotes, and the fetching that goes with it.

Every function both authorises and fetches: what an actor may not see does not exist for it.
"""

from __future__ import annotations

from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.quotes.errors import RequestBuyersOnly, RfqMoved, RfqNotFound
from marketplace.quotes.models import Rfq, RfqInvitation, RfqState

READ = Capability.TENDER_READ
DRAFT = Capability.CART_EDIT  # a requester may write what an officer opens
RUN = Capability.TENDER_PUBLISH
DECIDE = Capability.TENDER_AWARD
ANSWER = Capability.TENDER_ANSWER


def require_buyer(actor: Actor, capability: Capability) -> None:
    """Raise what ``require`` raises, or RequestBuyersOnly."""
    actor.require(capability)
    if not actor.company_buys:
        raise RequestBuyersOnly()


def own_rfq(
    actor: Actor, rfq_id: UUID, capability: Capability = READ, *states: str, lock: bool = False
) -> Rfq:
    """A request of the actor's company, in one of the states where some are named.

    Raises RfqNotFound, RfqMoved.
    """
    actor.require(capability)
    found = Rfq.objects.filter(pk=rfq_id, company_id=actor.company_id)
    found = found.select_related("company", "currency")
    if lock:
        found = found.select_for_update(of=("self",))
    rfq = found.first()
    if rfq is None:
        raise RfqNotFound()
    if states and rfq.state not in states:
        raise RfqMoved()
    return rfq


def own_invitation(
    actor: Actor, rfq_id: UUID, capability: Capability = READ, *, lock: bool = False
) -> RfqInvitation:
    """The invitation of the actor's company; of a draft the supplier knows nothing.

    With ``lock`` the request stays locked too, so that no quote slips in beside the opening.
    """
    actor.require(capability)
    if lock:
        Rfq.objects.select_for_update().filter(pk=rfq_id).first()
    found = RfqInvitation.objects.filter(
        rfq_id=rfq_id, supplier_id=actor.company_id, rfq__published_at__isnull=False
    ).select_related("rfq", "rfq__company", "rfq__currency", "supplier")
    invitation = found.first()
    if invitation is None:
        raise RfqNotFound()
    return invitation


def is_buyer(actor: Actor, rfq_id: UUID) -> bool:
    """Whether the request is of the actor's own company, else of an invited one. Raises
    RfqNotFound where it is neither."""
    actor.require(READ)
    if Rfq.objects.filter(pk=rfq_id, company_id=actor.company_id).exists():
        return True
    own_invitation(actor, rfq_id)
    return False


OPEN_OR_OPENED = (RfqState.OPEN, RfqState.CLOSED)
