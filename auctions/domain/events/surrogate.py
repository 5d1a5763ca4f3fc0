"""Surrogate bids: a supplier's one-time approval, and the bid a neutral person places by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from auctions.domain.commands import Officer
from auctions.domain.events.bids import BidPlaced


@dataclass(frozen=True, slots=True)
class SurrogateApproved:
    """One bid may be placed for this seat, not below ``amount`` and not above ``most``."""

    kind: ClassVar[str] = "surrogate_approved"
    lot: int
    seat: str
    amount: Decimal
    most: Decimal | None  # the highest it could bid itself then; None where nothing limited it
    retyped: bool
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class SurrogateEnded:
    kind: ClassVar[str] = "surrogate_ended"
    lot: int
    seat: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class SurrogateBidPlaced(BidPlaced):
    """A bid placed for its seat. ``ref`` is that of the neutral person."""

    kind: ClassVar[str] = "surrogate_bid_placed"
    approval: int  # seq of the entry that approved it
    reason: str
    by: Officer
