"""A snapshot without a socket: the same renderer, fed from the ledger on the caller's thread."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from auctions.domain.state import EMPTY
from auctions.models import Checkpoint
from auctions.realtime import messages as m
from auctions.realtime.audience import Audience
from auctions.realtime.reading import refused_bids, steps_after
from auctions.realtime.rendering import Renderer
from auctions.services.policies import Place, surroundings


def you_of(place: Place) -> m.You:
    """How a viewer is told whom it speaks for."""
    return m.You(role=place.role, seat=place.viewer.seat, name=place.name, may=list(place.may))


def snapshot_for(place: Place, now: datetime) -> m.Snapshot:
    """Everything this place may see of its auction, as of the last committed entry."""
    audience = Audience(Renderer(place.viewer, surroundings(place.auction)))
    refused: list[m.OwnBid] = []
    with connection.cursor() as cursor:
        steps = steps_after(cursor, place.auction.pk, EMPTY)
        if place.viewer.seat is not None:
            refused = refused_bids(cursor, place.auction.pk, place.viewer.seat)
    audience.recall(steps, Checkpoint.objects.filter(auction=place.auction).count())
    state = steps[-1].after if steps else EMPTY
    return audience.snapshot(state, now, you_of(place), refused)
