"""What a standing holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from auctions.domain.events import AuctionOutcome, LotOutcome
from auctions.domain.state import Phase
from auctions.domain.visibility.levels import LevelStanding
from auctions.domain.visibility.limits import LimitStanding
from auctions.domain.visibility.packages import PackagesStanding
from auctions.domain.visibility.random_end import RandomEndStanding
from auctions.domain.visibility.rounds import RoundsStanding
from auctions.domain.visibility.sealed import SealedStanding
from auctions.domain.visibility.turns import TurnsStanding


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """A supplier's own figures on a lot. None: not granted, or there is none."""

    best: Decimal | None
    best_at: datetime | None
    bids: int
    prebid: bool
    rank: int | None
    of: int | None
    leading: bool | None  # only where rank or lead is told
    gap: Decimal | None  # by how much the lead is better than the own best
    most: Decimal | None  # next valid bid; None: no limit to a first bid, or no room below
    room: bool  # whether any amount would do
    reserve_met: bool | None  # by the own offer
    withdrawable_until: datetime | None
    withdrawal_pending: bool
    unlock_pending: Decimal | None
    unlocked_to: Decimal | None
    won: bool | None  # after the close
    awarded: bool | None  # once the award is recorded
    values: tuple[Decimal, ...] | None = None  # of the criteria, where the terms score
    score: Decimal | None = None  # of ``best``, to six digits; ranking does not round
    disqualified: bool = False
    surrogate: Decimal | None = None  # how low the surrogate bid may go that it approved
    limit: LimitStanding | None = None  # of automatic bids, where the terms have them
    lines: tuple[Decimal, ...] | None = None  # the unit prices behind ``best``
    least: Decimal | None = None  # in the place of ``most`` where quantities are bid


@dataclass(frozen=True, slots=True)
class ParticipantStanding:
    """One participant on a lot, for those who may see every bid."""

    seat: str  # id or alias
    best: Decimal | None
    rank: int | None
    gap: Decimal | None
    bids: int
    last_bid_at: datetime | None
    prebid: bool
    surrogate: bool = False  # whether the best was placed by a neutral person
    values: tuple[Decimal, ...] | None = None
    score: Decimal | None = None
    level: int | None = None  # the latest it accepted, where prices move by levels
    out: bool | None = None  # whether it did not accept a level within its time
    lines: tuple[Decimal, ...] | None = None  # the unit prices behind ``best``
    currency: str | None = None  # of ``best``, where the terms list currencies or VAT rates
    vat: Decimal | None = None  # percent
    value: Decimal | None = None  # ``best`` on the common basis; ranking does not round


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """A request that waits for a neutral person."""

    seat: str
    amount: Decimal
    best: Decimal | None
    currency: str | None = None  # of both, where it may be another than the auction's


@dataclass(frozen=True, slots=True)
class SurrogateApproval:
    """An approved surrogate bid that a neutral person may place."""

    seat: str
    least: Decimal
    most: Decimal | None  # that may be placed; None: no limit to a first bid
    best: Decimal | None
    currency: str | None = None  # of all three, where it may be another than the auction's


@dataclass(frozen=True, slots=True)
class LotStanding:
    """One lot. ``phase``: waiting, prebid, running, settling, awaiting_seeds, paused, sealed or
    closed."""

    number: int
    phase: str
    started: bool
    starts_at: datetime | None
    deadline: datetime | None
    hard_stop: datetime | None
    resumes_at: datetime | None
    remaining: timedelta | None  # while paused: to the deadline, or to the start
    pauses: tuple[str, ...]
    extensions: int
    ranks_hidden: bool
    outcome: LotOutcome | None
    own: OwnStanding | None
    lead: Decimal | None
    bidders: int | None
    bids: int | None
    reserve_met: bool | None  # by the lead; suppliers have theirs in ``own``
    participants: tuple[ParticipantStanding, ...] | None
    withdrawal: str | None  # the seat whose withdrawal waits: id or alias
    unlocks: tuple[UnlockRequest, ...] | None
    winner: str | None
    price: Decimal | None
    reserve: Decimal | None
    awarded: str | None  # the seat the award names
    sealed: SealedStanding | None = None  # of the sealed formats
    level: LevelStanding | None = None  # where prices move by levels, once the lot started
    surrogates: tuple[SurrogateApproval, ...] | None = None  # neutral, where the terms have them
    turns: TurnsStanding | None = None  # of rounds in turns, once the lot started
    packages: PackagesStanding | None = None  # where the terms have packages
    rounds: RoundsStanding | None = None  # of sealed rounds
    paid: Decimal | None = None  # ``price`` in the winner's own money, where that is another
    paid_in: str | None = None  # its currency
    random_end: RandomEndStanding | None = None


@dataclass(frozen=True, slots=True)
class SeatStanding:
    """A seat and its consent."""

    seat: str
    late: bool
    removed: bool
    declined: bool
    accepted_version: int
    disqualified: bool = False
    currency: str | None = None  # in which it bids, once it said so
    vat: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One auction as one viewer may see it. ``seats`` holds a supplier's own seat alone."""

    phase: Phase
    paused: bool  # every open lot stands still
    outcome: AuctionOutcome | None
    ended_at: datetime | None
    ended_reason: str
    terms_version: int
    terms_hash: str
    consent_until: datetime | None
    seats: tuple[SeatStanding, ...]
    lots: tuple[LotStanding, ...]
