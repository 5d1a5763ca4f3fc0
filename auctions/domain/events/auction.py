"""The auction and its lots, in every format: from the genesis to the award."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from auctions.domain.codec import later
from auctions.domain.commands import Officer
from auctions.domain.terms import Terms


class DeadlineCause(StrEnum):
    """Why a deadline moved."""

    SOFT_CLOSE = "soft_close"
    BUYER = "buyer"
    UNLOCK_PENDING = "unlock_pending"
    STAGGERED = "staggered"  # the lot before it ends later


class LotOutcome(StrEnum):
    """How a lot ended."""

    WON = "won"
    NO_BID = "no_bid"
    RESERVE_NOT_MET = "reserve_not_met"


class AuctionOutcome(StrEnum):
    """How the auction ended: closed with a result, or failed."""

    CLOSED = "closed"
    NO_BID = "no_bid"
    RESERVE_NOT_MET = "reserve_not_met"


@dataclass(frozen=True, slots=True)
class Opened:
    """Genesis: the whole terms, with hidden values as commitments."""

    kind: ClassVar[str] = "opened"
    reference: str  # the tender's public reference
    title: str
    terms: Terms
    terms_hash: str


@dataclass(frozen=True, slots=True)
class PrebidOpened:
    kind: ClassVar[str] = "prebid_opened"
    at: datetime


@dataclass(frozen=True, slots=True)
class LotScheduled:
    """A serial lot's start became known."""

    kind: ClassVar[str] = "lot_scheduled"
    lot: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class LotStarted:
    kind: ClassVar[str] = "lot_started"
    lot: int
    at: datetime
    deadline: datetime
    hard_stop: datetime


@dataclass(frozen=True, slots=True)
class DeadlineMoved:
    kind: ClassVar[str] = "deadline_moved"
    lot: int
    deadline: datetime
    cause: DeadlineCause
    extension: int  # how many times this lot was extended so far, whatever the cause


@dataclass(frozen=True, slots=True)
class HardStopAnnounced:
    kind: ClassVar[str] = "hard_stop_announced"
    lot: int
    hard_stop: datetime


@dataclass(frozen=True, slots=True)
class RanksHidden:
    kind: ClassVar[str] = "ranks_hidden"
    lot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TermsChanged:
    kind: ClassVar[str] = "terms_changed"
    terms: Terms
    terms_hash: str
    consent_until: datetime
    by: Officer
    extensions_kept: bool | None = later()  # as the command said; None in older ledgers


@dataclass(frozen=True, slots=True)
class MessagePosted:
    kind: ClassVar[str] = "message_posted"
    sender: str
    to: str
    text: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class ReserveOpened:
    kind: ClassVar[str] = "reserve_opened"
    lot: int
    salt: str  # hex
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LotClosed:
    kind: ClassVar[str] = "lot_closed"
    lot: int
    at: datetime  # the boundary itself, not when it was decided
    outcome: LotOutcome
    seat: str | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Closed:
    kind: ClassVar[str] = "closed"
    at: datetime
    outcome: AuctionOutcome


@dataclass(frozen=True, slots=True)
class Cancelled:
    kind: ClassVar[str] = "cancelled"
    at: datetime
    reason: str
    by: Officer


@dataclass(frozen=True, slots=True)
class Annulled:
    kind: ClassVar[str] = "annulled"
    at: datetime
    reason: str
    by: Officer


@dataclass(frozen=True, slots=True)
class BuyerExtended:
    """The buyer used one of its extensions; a DeadlineMoved follows."""

    kind: ClassVar[str] = "buyer_extended"
    lot: int
    length: timedelta
    by: Officer


@dataclass(frozen=True, slots=True)
class AwardRecorded:
    kind: ClassVar[str] = "award_recorded"
    lot: int
    seat: str | None
    amount: Decimal | None
    reason: str
    at: datetime
