"""Automatic bids down to a secret limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from auctions.domain.codec import LATER, later


@dataclass(frozen=True, slots=True)
class OpenedLimit:
    """What a limit for automatic bids commits to. Without a salt it was not opened, but inferred
    by the verifier from the bids it led to."""

    salt: str  # hex
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SetBidLimit:
    """Have bids placed for a seat down to a limit; replaces its last one on the lot.

    ``sealed`` and ``opened`` are left out wherever a command is written down.
    """

    seat: str
    lot: int
    commitment: str  # hex SHA-256(salt || limit)
    ref: str
    retyped: bool | None = None  # the limit, typed again past the guard's threshold: the same?
    sealed: str | None = later()
    opened: OpenedLimit | None = field(default=None, repr=False, metadata=LATER)


@dataclass(frozen=True, slots=True)
class EndBidLimit:
    """Have no more bids placed for a seat on a lot. What was bid stands."""

    seat: str
    lot: int
    ref: str
