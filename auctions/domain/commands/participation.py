"""Who takes part and on what terms; messages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from auctions.domain.commands.base import Officer


@dataclass(frozen=True, slots=True)
class AcceptTerms:
    """Accept, or consent to an edited version of, the terms by their hash."""

    seat: str
    version: int
    terms_hash: str
    ref: str


@dataclass(frozen=True, slots=True)
class DeclarePrices:
    """Say in which currency one's own bids are, and which VAT their prices carry."""

    seat: str
    currency: str
    vat: Decimal | None
    ref: str


@dataclass(frozen=True, slots=True)
class PostMessage:
    """A message: buyer to all or to one seat; a seat to the buyer."""

    sender: str  # BUYER or a seat
    to: str  # EVERYONE, BUYER or a seat
    text: str
    ref: str


@dataclass(frozen=True, slots=True)
class AdmitSeat:
    """Give an invited supplier a seat; also while the auction runs (late invitation)."""

    seat: str


@dataclass(frozen=True, slots=True)
class RemoveSeat:
    """Take back an invitation (by the buyer) or decline it (by the seat); before any bid."""

    seat: str
    reason: str
    declined: bool


@dataclass(frozen=True, slots=True)
class SetScoring:
    """Fix one seat's values of the criteria on one lot, in the order of the terms."""

    seat: str
    lot: int
    values: tuple[Decimal, ...]
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class Disqualify:
    """Take a supplier's offers out of the order; also after the close, before an award to it."""

    seat: str
    reason: str
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class Requalify:
    """Let a disqualified supplier's offers count again."""

    seat: str
    reason: str
    by: Officer
    ref: str
