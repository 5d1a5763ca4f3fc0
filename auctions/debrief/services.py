"""The debrief of one place in an ended auction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from auctions.debrief.paths import LotDebrief, Passage, lot_debriefs
from auctions.domain.state import EMPTY, AuctionState
from auctions.integrity.services import check_ended
from auctions.models import Seat
from auctions.realtime.reading import steps_after
from auctions.services.own_bids import OwnBid, own_bids
from auctions.services.own_packages import OwnPackage, own_packages
from auctions.services.policies import Place, place_of
from crm_core.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Debrief:
    """Everything one place may look back at. ``names`` holds only seats it may know."""

    place: Place
    state: AuctionState
    lots: Sequence[LotDebrief]
    bids: Sequence[OwnBid]
    packages: Sequence[OwnPackage] = ()
    names: dict[str, str] = field(default_factory=dict)


def debrief_of(actor: Actor, auction_id: UUID) -> Debrief:
    """Raises AuctionUnknown without a place, NotEndedYet before the end."""
    place = place_of(actor, auction_id)
    check_ended(place)
    with connection.cursor() as cursor:
        steps = steps_after(cursor, place.auction.pk, EMPTY)
    passages: list[Passage] = [
        (step.before, step.event, step.after, step.entry.recorded_at) for step in steps
    ]
    state = steps[-1].after
    lots = lot_debriefs(passages, state, place.viewer)
    bids = [] if place.viewer.seat is None else own_bids(place)
    packages = []
    if place.viewer.seat is not None and state.rules.packages is not None:
        packages = own_packages(place)
    return Debrief(place, state, lots, bids, packages, _names(place))


def _names(place: Place) -> dict[str, str]:
    seats = Seat.objects.filter(auction=place.auction)
    if place.viewer.seat is not None:
        seats = seats.filter(code=place.viewer.seat)
    return dict(seats.values_list("code", "company__legal_name"))
