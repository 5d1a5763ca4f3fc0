"""What happened: the entries of the ledger. An event's fields are its body, for ever.

Bodies carry seat ids, never names or addresses. ``received_at`` is the moment a web process
received the command; the ledger adds its own ``recorded_at`` and ``seq``. A kind is never renamed
and never gains or loses a field: a new need is a new kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from auctions.domain.codec import BodyMalformed, from_body, to_body
from auctions.domain.commands import KeyHolder, KeyMeans, Officer
from auctions.domain.terms import Terms


class DeadlineCause(StrEnum):
    """Why a deadline moved."""

    SOFT_CLOSE = "soft_close"
    BUYER = "buyer"
    UNLOCK_PENDING = "unlock_pending"
    STAGGERED = "staggered"  # the lot before it ends later


class PauseCause(StrEnum):
    """Why a lot stands still; each cause is lifted by itself."""

    OFFICER = "officer"
    WITHDRAWAL = "withdrawal"
    CONSENT = "consent"
    CONNECTIONS = "connections"  # too many bidders lost theirs at once


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
class LotPaused:
    kind: ClassVar[str] = "lot_paused"
    lot: int
    cause: PauseCause
    by: Officer
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeAnnounced:
    """Every cause of the pause is lifted; bidding goes on at ``resumes_at``."""

    kind: ClassVar[str] = "resume_announced"
    lot: int
    resumes_at: datetime


@dataclass(frozen=True, slots=True)
class PauseLifted:
    """One cause is lifted while another still holds the lot."""

    kind: ClassVar[str] = "pause_lifted"
    lot: int
    cause: PauseCause
    at: datetime


@dataclass(frozen=True, slots=True)
class LotResumed:
    """``starts_at`` for a lot that had not started, ``deadline`` and ``hard_stop`` otherwise."""

    kind: ClassVar[str] = "lot_resumed"
    lot: int
    at: datetime
    starts_at: datetime | None
    deadline: datetime | None
    hard_stop: datetime | None


@dataclass(frozen=True, slots=True)
class ConnectionsLost:
    """Why a pause follows by itself: so many of so many bidders were cut off together.

    Counts alone, never whose. ``until`` is when the pause's cause ends at the latest.
    """

    kind: ClassVar[str] = "connections_lost"
    lot: int
    bidders: int  # connected before, the lost ones included
    lost: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ConnectionsBack:
    """Why an automatic pause ends before its time: so many are connected again."""

    kind: ClassVar[str] = "connections_back"
    lot: int
    bidders: int  # as counted when the pause began
    back: int
    at: datetime


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


@dataclass(frozen=True, slots=True)
class TermsChanged:
    kind: ClassVar[str] = "terms_changed"
    terms: Terms
    terms_hash: str
    consent_until: datetime
    by: Officer


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
class LevelOpened:
    """A price that holds from ``at`` to ``until``: of a Dutch clock, or of a Japanese round."""

    kind: ClassVar[str] = "level_opened"
    lot: int
    level: int  # 0, 1, 2, ...
    price: Decimal
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class LevelAccepted:
    """A seat is bound at the price of a level."""

    kind: ClassVar[str] = "level_accepted"
    lot: int
    seat: str
    level: int
    amount: Decimal
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class DroppedOut:
    """A seat did not accept a level within its full time, and is out of the lot."""

    kind: ClassVar[str] = "dropped_out"
    lot: int
    seat: str
    level: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AwardRecorded:
    kind: ClassVar[str] = "award_recorded"
    lot: int
    seat: str | None
    amount: Decimal | None
    reason: str
    at: datetime


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
class SealingKeySet:
    """A public key to which sealed offers are encrypted."""

    kind: ClassVar[str] = "sealing_key_set"
    holder: KeyHolder
    public_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SealedOfferPlaced:
    """``envelope`` is the whole encrypted offer: what is opened later is this, or nothing."""

    kind: ClassVar[str] = "sealed_offer_placed"
    lot: int
    seat: str
    envelope: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class SealedOfferWithdrawn:
    kind: ClassVar[str] = "sealed_offer_withdrawn"
    lot: int
    seat: str
    offer: int  # seq of the offer taken back
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class LotSealed:
    """The deadline passed with offers: from now on they wait for their opening."""

    kind: ClassVar[str] = "lot_sealed"
    lot: int
    at: datetime
    offers: int


@dataclass(frozen=True, slots=True)
class KeyHandedOver:
    """The auditor's key is there; the offers open with the office's."""

    kind: ClassVar[str] = "key_handed_over"
    holder: KeyHolder
    means: KeyMeans
    at: datetime


@dataclass(frozen=True, slots=True)
class OffersOpened:
    """Both private keys, published with the opening so that anybody may decrypt again."""

    kind: ClassVar[str] = "offers_opened"
    auditor_key: str
    office_key: str
    auditor_means: KeyMeans
    office_means: KeyMeans
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferOpened:
    kind: ClassVar[str] = "offer_opened"
    lot: int
    seat: str
    offer: int  # seq of the sealed offer
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OfferRejected:
    """What the envelope held is no offer by the terms; ``reason`` is a code."""

    kind: ClassVar[str] = "offer_rejected"
    lot: int
    seat: str
    offer: int
    reason: str


@dataclass(frozen=True, slots=True)
class RoundOrdered:
    """The order of turns of a round, the first to go first, and the offers as they stand."""

    kind: ClassVar[str] = "round_ordered"
    lot: int
    round: int
    order: tuple[str, ...]
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A pause, a turn or the announcement began."""

    kind: ClassVar[str] = "stage_started"
    lot: int
    stage: int  # its place in the plan, from 0
    what: str
    round: int
    turn: int  # within the round, from 1; 0 where it is no turn
    at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A turn is over, and the seat's offer is shown to all."""

    kind: ClassVar[str] = "turn_ended"
    lot: int
    round: int
    turn: int
    seat: str
    amount: Decimal
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
class OfferTakenBack:
    """The seat returned to its offer at the turn's start; before the lot's start, to none."""

    kind: ClassVar[str] = "offer_taken_back"
    lot: int
    seat: str
    received_at: datetime
    ref: str


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


Event = (
    Opened
    | SeatAdmitted
    | SeatRemoved
    | TermsAccepted
    | PrebidOpened
    | LotScheduled
    | LotStarted
    | BidPlaced
    | DeadlineMoved
    | HardStopAnnounced
    | RanksHidden
    | LotPaused
    | ResumeAnnounced
    | PauseLifted
    | LotResumed
    | ConnectionsLost
    | ConnectionsBack
    | WithdrawalRequested
    | WithdrawalDecided
    | UnlockRequested
    | UnlockDecided
    | TermsChanged
    | MessagePosted
    | ReserveOpened
    | LotClosed
    | Closed
    | Cancelled
    | Annulled
    | BuyerExtended
    | AwardRecorded
    | ScoringSet
    | SeatDisqualified
    | SeatRequalified
    | WinnerChanged
    | SealingKeySet
    | SealedOfferPlaced
    | SealedOfferWithdrawn
    | LotSealed
    | KeyHandedOver
    | OffersOpened
    | OfferOpened
    | OfferRejected
    | LevelOpened
    | LevelAccepted
    | DroppedOut
    | RoundOrdered
    | StageStarted
    | TurnEnded
    | OfferTakenBack
)

KINDS: dict[str, type[Any]] = {cls.kind: cls for cls in Event.__args__}


def event_body(event: Event) -> dict[str, Any]:
    """The canonical body of an event; its kind stands beside it in the entry."""
    body: dict[str, Any] = to_body(event)
    return body


def event_from(kind: str, body: Any) -> Event:
    """The event of a ledger entry; raises BodyMalformed for an unknown kind or form."""
    cls = KINDS.get(kind)
    if cls is None:
        raise BodyMalformed(f"unknown kind of entry: {kind!r}")
    event: Event = from_body(cls, body)
    return event
