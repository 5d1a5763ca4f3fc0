"""Anonymous sockets: admitted by an observer link, few at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from auctions.models import ObserverLink
from auctions.realtime.errors import AuctionUnknown
from auctions.realtime.rate import RateLimiter
from auctions.services.errors import TooManyObservers
from auctions.services.observers import link_of

PER_SECOND = 3  # new sockets of one address; twice as many at once
MOST_OPEN = 300  # sockets of one auction in one process

_arrivals = RateLimiter()
_EVERY_AUCTION = UUID(int=0)


def admitted_link(scope: Mapping[str, Any], secret: str, auction_id: UUID) -> ObserverLink:
    """The link with this secret, if it is one of that auction.

    Raises TooManyObservers before anything is looked up, ObserverLinkInvalid, AuctionUnknown.
    """
    address, _port = scope.get("client") or ("", 0)
    if not _arrivals.allow(_EVERY_AUCTION, str(address), PER_SECOND):
        raise TooManyObservers()
    link = link_of(secret)
    if link.auction_id != auction_id:
        raise AuctionUnknown()
    return link


class Onlookers:
    """The anonymous sockets open in this process. Of the event loop's thread only."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        self._open: dict[UUID, set[object]] = {}

    def enter(self, auction_id: UUID, socket: object) -> None:
        """One more. Raises TooManyObservers."""
        sockets = self._open.setdefault(auction_id, set())
        if len(sockets) >= self._most:
            raise TooManyObservers()
        sockets.add(socket)

    def leave(self, auction_id: UUID, socket: object) -> None:
        """The socket is gone; nothing happens to one that never entered."""
        sockets = self._open.get(auction_id)
        if sockets is None:
            return
        sockets.discard(socket)
        if not sockets:
            del self._open[auction_id]


onlookers = Onlookers()
