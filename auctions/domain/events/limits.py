"""Automatic bids: a supplier's secret limit, and the bids that are placed down to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from auctions.domain.events.bids import BidPlaced


@dataclass(frozen=True, slots=True)
class BidLimitSet:
    """From now on bids are placed for this seat, down to a limit that nobody else can read."""

    kind: ClassVar[str] = "bid_limit_set"
    lot: int
    seat: str
    commitment: str  # hex SHA-256(salt || limit); opened at the lot's close
    sealed: str  # hex: salt and limit under the platform's process key
    retyped: bool
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class BidLimitEnded:
    """No more bids are placed for the seat. ``ref`` is empty where asking a bid back ended it."""

    kind: ClassVar[str] = "bid_limit_ended"
    lot: int
    seat: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class AutomaticBidPlaced(BidPlaced):
    """A bid by a limit. ``received_at`` is that of what it answers; ``ref`` is empty."""

    kind: ClassVar[str] = "automatic_bid_placed"
    cause: int  # seq of the entry that began the decision it belongs to
    limit: int  # seq of the entry that set the limit


@dataclass(frozen=True, slots=True)
class BidLimitOpened:
    """At the lot's close: what one entry committed to."""

    kind: ClassVar[str] = "bid_limit_opened"
    lot: int
    seat: str
    limit: int  # seq of the entry that set it
    salt: str  # hex
    amount: Decimal
