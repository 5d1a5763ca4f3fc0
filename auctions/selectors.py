"""Reading one auction from its ledger."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from auctions.domain.state import AuctionState, Phase
from auctions.ledger import store
from auctions.models import Auction
from auctions.realtime.errors import AuctionUnknown

OPEN = tuple(phase for phase in Phase if phase.is_open)


def load(auction_id: UUID) -> AuctionState:
    """The auction's state as of its last committed entry. Raises AuctionUnknown.

    Trusted code only: it holds what nobody may see at once. What a person may see of it is
    rendered by ``auctions.realtime.rendering``.
    """
    version = Auction.objects.filter(pk=auction_id).values_list("rules_version", flat=True).first()
    if version is None:
        raise AuctionUnknown()
    with connection.cursor() as cursor:
        return store.load_state(cursor, auction_id, rules_version=version).state
