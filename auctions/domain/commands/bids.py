"""Offers, taking them back, and the decisions these need."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from auctions.domain.codec import later
from auctions.domain.commands.base import Officer


@dataclass(frozen=True, slots=True)
class PlaceBid:
    """A binding offer for a lot at a unit price; before the start a pre-bid.

    For a lot with lines ``lines`` are the unit prices in order, and ``amount`` is their total.
    """

    seat: str
    lot: int
    amount: Decimal
    ref: str
    retyped: Decimal | None = None  # the amount, typed again past the guard's threshold
    lines: tuple[Decimal, ...] | None = later()


@dataclass(frozen=True, slots=True)
class AcceptLevel:
    """Accept the price of a level, by its number: what binds is the level named."""

    seat: str
    lot: int
    level: int
    ref: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Ask to take back one's own latest bid on a lot.

    ``round`` is that of the offer meant, where there are sealed rounds; else None.
    """

    seat: str
    lot: int
    ref: str
    round: int | None = later()


@dataclass(frozen=True, slots=True)
class RequestUnlock:
    """Ask a neutral person to let a bid past the guard's block."""

    seat: str
    lot: int
    amount: Decimal
    ref: str


@dataclass(frozen=True, slots=True)
class DecideWithdrawal:
    """Approve or refuse a withdrawal, with a reason."""

    lot: int
    approve: bool
    reason: str
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class DecideUnlock:
    """Approve or refuse a blocked bid; never by the buyer."""

    lot: int
    seat: str
    approve: bool
    reason: str
    by: Officer
    ref: str
