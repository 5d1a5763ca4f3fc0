"""Open bids, their withdrawal, and the unlocking of large steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from auctions.domain.commands import Officer


@dataclass(frozen=True, slots=True)
class BidPlaced:
    kind: ClassVar[str] = "bid_placed"
    lot: int
    seat: str
    amount: Decimal
    prebid: bool
    retyped: bool
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class BidLines:
    """The unit prices behind a bid on a lot with lines: the entry that follows the bid's.

    Apart from it, so that who may know the amount need not learn the prices it is made of.
    """

    kind: ClassVar[str] = "bid_lines"
    lot: int
    seat: str
    bid: int  # seq of the bid
    prices: tuple[Decimal, ...]  # in the order of the lines


@dataclass(frozen=True, slots=True)
class WithdrawalRequested:
    kind: ClassVar[str] = "withdrawal_requested"
    lot: int
    seat: str
    bid: int  # seq of the bid in question
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class WithdrawalDecided:
    kind: ClassVar[str] = "withdrawal_decided"
    lot: int
    seat: str
    bid: int
    approved: bool
    reason: str
    by: Officer


@dataclass(frozen=True, slots=True)
class UnlockRequested:
    kind: ClassVar[str] = "unlock_requested"
    lot: int
    seat: str
    amount: Decimal
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class UnlockDecided:
    """Approved: the seat may go as low as ``amount`` on this lot, once, by a new bid."""

    kind: ClassVar[str] = "unlock_decided"
    lot: int
    seat: str
    amount: Decimal
    approved: bool
    reason: str
    by: Officer
