"""Which auctions an actor finds in its list."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from auctions.models import Auction, Seat
from auctions.models.auction import OPEN_PHASES
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company


def auctions_of(actor: Actor, *, is_open: bool | None = None) -> QuerySet[Auction]:
    """The auctions this actor's company runs, bids in or, as the operator, arbitrates.

    ``is_open`` narrows to those not ended (True) or ended (False). Newest first. Raises
    AccessForbidden without the right to watch auctions.
    """
    actor.require(Capability.AUCTION_WATCH)
    found = (
        Auction.objects.filter(is_practice=False)
        .select_related("owner")
        .order_by("-created_at", "id")
    )
    if not _arbitrates(actor):
        seat = Seat.objects.filter(auction=OuterRef("pk"), company_id=actor.company_id)
        found = found.filter(Q(owner_id=actor.company_id) | Exists(seat))
    if is_open is None:
        return found
    return found.filter(Q(phase__in=OPEN_PHASES) if is_open else ~Q(phase__in=OPEN_PHASES))


def _arbitrates(actor: Actor) -> bool:
    return (
        actor.can(Capability.AUCTION_ARBITRATE)
        and Company.objects.filter(pk=actor.company_id, operates=True).exists()
    )
