"""Which auctions an actor may open, and from which side of the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from auctions.models import Auction
from auctions.models.auction import OPEN_PHASES
from auctions.realtime.errors import AuctionUnknown
from auctions.subject import AuctionSubject, subject_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company


class Side(StrEnum):
    """On which side of the table somebody sits."""

    SUPPLIER = "supplier"
    BUYER = "buyer"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Place:
    """One auction as one actor may open it."""

    auction: Auction
    side: Side

    @property
    def subject(self) -> AuctionSubject:
        """What the auction is about."""
        return subject_from(self.auction.subject)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended yet."""
        return self.auction.phase in OPEN_PHASES


def auctions_of(actor: Actor, *, open_only: bool | None = None) -> QuerySet[Auction]:
    """The auctions this actor's company runs, bids in or, as the operator, arbitrates.

    ``open_only`` narrows to those still open (True) or ended (False). Newest first. Raises
    AccessForbidden without the right to watch auctions.
    """
    actor.require(Capability.AUCTION_WATCH)
    mine = Q(owner_id=actor.company_id) | Q(seats__company_id=actor.company_id)
    if _arbitrates(actor):
        mine = Q()
    found = Auction.objects.filter(mine)
    if open_only is not None:
        found = found.filter(phase__in=OPEN_PHASES) if open_only else found.exclude(
            phase__in=OPEN_PHASES
        )  # fmt: skip
    return found.select_related("owner").distinct().order_by("-created_at", "id")


def place_of(actor: Actor, auction_id: UUID) -> Place:
    """The auction and the actor's side. Raises AuctionUnknown where there is none for them."""
    auction = auctions_of(actor).filter(pk=auction_id).first()
    if auction is None:
        raise AuctionUnknown()
    return Place(auction, side_of(actor, auction))


def side_of(actor: Actor, auction: Auction) -> Side:
    """The side of an actor who may open this auction."""
    if auction.owner_id == actor.company_id:
        return Side.BUYER
    if auction.seats.filter(company_id=actor.company_id).exists():
        return Side.SUPPLIER
    return Side.NEUTRAL


def _arbitrates(actor: Actor) -> bool:
    return (
        actor.can(Capability.AUCTION_ARBITRATE)
        and Company.objects.filter(pk=actor.company_id, operates=True).exists()
    )
