"""Surrogate bids: a neutral person bids for a supplier that approved it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from auctions.domain.commands.base import Officer


@dataclass(frozen=True, slots=True)
class ApproveSurrogate:
    """Let a neutral person place one bid on the lot for the seat, not below ``amount``."""

    seat: str
    lot: int
    amount: Decimal
    ref: str
    retyped: Decimal | None = None  # the amount, typed again past the guard's threshold


@dataclass(frozen=True, slots=True)
class EndSurrogate:
    """Take the approval back."""

    seat: str
    lot: int
    ref: str


@dataclass(frozen=True, slots=True)
class PlaceSurrogateBid:
    """By a neutral person: the one bid that the seat approved, as it was told to place it."""

    seat: str
    lot: int
    amount: Decimal
    reason: str
    by: Officer
    ref: str
