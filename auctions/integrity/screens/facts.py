"""What the screens look at, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an alert is about."""

    SHARED_ORIGIN = "shared_origin"
    ROTATION = "rotation"
    SHADOWING = "shadowing"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Bid:
    """An accepted bid in the order of the ledger; withdrawn ones are left out."""

    seat: str
    amount: Decimal
    at: datetime
    automatic: bool = False  # placed by the supplier's limit, in the very moment of another
    unit_price: Decimal | None = None  # where ``amount`` is a quantity for a budget

    @property
    def price(self) -> Decimal:
        """What ranks: the lower, the better."""
        return self.amount if self.unit_price is None else self.unit_price


@dataclass(frozen=True, slots=True)
class Contest:
    """One closed lot: its bids in order, and who won it."""

    lot: int
    bids: tuple[Bid, ...]
    winner: str | None

    @property
    def last(self) -> Mapping[str, Bid]:
        """The latest standing offer of each seat."""
        return {bid.seat: bid for bid in self.bids}


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a seat was connected: hashes that only compare."""

    seat: str
    address: str
    device: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """One earlier lot of the same buyer: which companies bid, and who won."""

    reference: str
    lot: int
    closed_at: datetime
    companies: frozenset[str]
    winner: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign. ``who`` are seats; ``evidence`` are the facts it rests on, for people to check."""

    kind: Kind
    lot: int  # 0: the auction as a whole
    who: tuple[str, ...]
    evidence: Mapping[str, Any] = field(default_factory=dict)
