"""Who takes part: seats, consent, values of the criteria, disqualification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from auctions.domain.commands import Officer
from auctions.domain.events.auction import LotOutcome


@dataclass(frozen=True, slots=True)
class SeatAdmitted:
    kind: ClassVar[str] = "seat_admitted"
    seat: str
    late: bool


@dataclass(frozen=True, slots=True)
class SeatRemoved:
    kind: ClassVar[str] = "seat_removed"
    seat: str
    declined: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TermsAccepted:
    kind: ClassVar[str] = "terms_accepted"
    seat: str
    version: int
    terms_hash: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class PricesDeclared:
    """In which money one seat bids; before its first bid a later entry replaces an earlier one."""

    kind: ClassVar[str] = "prices_declared"
    seat: str
    currency: str
    vat: Decimal | None
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class ScoringSet:
    """One seat's values of the criteria on one lot; a later entry replaces an earlier one."""

    kind: ClassVar[str] = "scoring_set"
    lot: int
    seat: str
    values: tuple[Decimal, ...]
    by: Officer
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatDisqualified:
    """Its offers count no more, on any lot."""

    kind: ClassVar[str] = "seat_disqualified"
    seat: str
    reason: str
    by: Officer
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatRequalified:
    """Its offers count again."""

    kind: ClassVar[str] = "seat_requalified"
    seat: str
    reason: str
    by: Officer
    at: datetime


@dataclass(frozen=True, slots=True)
class WinnerChanged:
    """Who wins a closed lot after somebody was disqualified or requalified."""

    kind: ClassVar[str] = "winner_changed"
    lot: int
    outcome: LotOutcome
    seat: str | None
    amount: Decimal | None
    at: datetime
