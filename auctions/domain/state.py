"""The state of one auction: what its rules need, O(seats x lots), and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from auctions.domain.affine import Affine
from auctions.domain.commands import KeyMeans, OpeningRole
from auctions.domain.events import AuctionOutcome, LotOutcome, LotsPaid, PauseCause
from auctions.domain.state_opening import Opening
from auctions.domain.state_packages import Choice, PackageRead, SeatDiscount, SeatPackage
from auctions.domain.terms import Terms


class Phase(StrEnum):
    """Where the auction stands. ``settling`` is seen from outside: see visibility."""

    SCHEDULED = "scheduled"
    PREBID = "prebid"
    RUNNING = "running"  # at least one lot started
    CLOSED = "closed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"

    @property
    def is_open(self) -> bool:
        return self in (Phase.SCHEDULED, Phase.PREBID, Phase.RUNNING)


class LotPhase(StrEnum):
    """Where one lot stands. A paused lot keeps what it was in ``LotState.started``."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    SEALED = "sealed"  # the deadline passed, the sealed offers wait for their opening
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Offer:
    """A standing bid. ``seq`` is its ledger entry: the order of decision settles ties."""

    amount: Decimal
    seq: int
    received_at: datetime
    prebid: bool
    lines: tuple[Decimal, ...] | None = None  # the unit prices it is the total of
    surrogate: bool = False  # placed by a neutral person


@dataclass(frozen=True, slots=True)
class Approval:
    """One bid may be placed for the seat by a neutral person, from ``amount`` to ``most``."""

    amount: Decimal
    seq: int
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class SeatOnLot:
    """One seat's bids on one lot."""

    best: Offer | None = None
    previous: Offer | None = None  # what an approved withdrawal brings back; None once used
    bids: int = 0  # accepted, withdrawn ones included
    unlocked_to: Decimal | None = None
    unlock_pending: Decimal | None = None
    first: Decimal | None = None  # the initial offer
    revived: bool = False  # ``best`` came back by a withdrawal and cannot be withdrawn itself
    surrogate: Approval | None = None


@dataclass(frozen=True, slots=True)
class BidLimit:
    """A limit for automatic bids, which only the platform's process key opens."""

    seq: int
    commitment: str
    sealed: str


@dataclass(frozen=True, slots=True)
class SeatLimits:
    """One seat's limits on one lot: the one that holds, and all there ever were."""

    current: BidLimit | None = None
    every: tuple[BidLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingWithdrawal:
    seat: str
    bid: int
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class LostConnections:
    """A lot's one automatic pause. ``until`` is None once its cause was lifted."""

    bidders: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Prices:
    """In which money a seat bids."""

    currency: str
    vat: Decimal | None  # in percent; None where the terms list no rates


@dataclass(frozen=True, slots=True)
class Seat:
    """A supplier's place at the table."""

    id: str
    late: bool
    removed: bool = False
    declined: bool = False
    accepted_version: int = 0  # of the terms; 0: not yet
    disqualified: bool = False
    prices: Prices | None = None

    def may_bid(self, version: int) -> bool:
        return not self.removed and not self.disqualified and self.accepted_version == version


@dataclass(frozen=True, slots=True)
class SealedOffer:
    """One seat's offer that nobody can read yet."""

    envelope: str
    seq: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SealedLot:
    """The sealed offers of one lot, the latest of each seat."""

    offers: Mapping[str, SealedOffer] = field(default_factory=dict)
    rejected: Mapping[str, str] = field(default_factory=dict)  # seat to the reason's code


@dataclass(frozen=True, slots=True)
class Sealing:
    """The keys of sealed offers: public ones first, private ones with the opening.

    Where there are rounds, those of the round under way; all public ones are known before.
    """

    auditor: str = ""
    office: str = ""
    handed_over: KeyMeans | None = None
    handed_over_by: OpeningRole | None = None
    auditor_secret: str = ""
    office_secret: str = ""
    round: int = 0  # whose keys they are; 0 where there are no rounds
    auditor_rounds: tuple[str, ...] = ()
    office_rounds: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()  # all there were, the first one first

    @property
    def ready(self) -> bool:
        """Whether an offer can be sealed."""
        return bool(self.auditor and self.office)


@dataclass(frozen=True, slots=True)
class SeatPackages:
    """One seat's packages by number, the latest of each; 0 is its discount.

    Where there are rounds, ``offers`` are those of the round, ``opened`` and ``discount`` stand,
    and ``rejected`` stays empty: what was rejected is in ``read``.
    """

    offers: Mapping[int, SealedOffer] = field(default_factory=dict)
    opened: Mapping[int, SeatPackage] = field(default_factory=dict)
    rejected: Mapping[int, str] = field(default_factory=dict)
    discount: SeatDiscount | None = None
    placed: int = 0  # withdrawn and replaced ones included
    read: tuple[PackageRead, ...] = ()  # what was opened in rounds, in that order


@dataclass(frozen=True, slots=True)
class Allocated:
    """What was found over all lots: which went by packages, and what it costs."""

    by_package: Mapping[int, int]  # lot to the number of its winner's package
    total: Decimal
    discounts: frozenset[str]  # the seats whose discount holds
    single_lots: int
    single_total: Decimal
    asked: Mapping[int, Decimal] = field(default_factory=dict)  # a unit, after a discount, by lot
    payments: tuple[LotsPaid, ...] | None = None  # None: what is asked is paid
    paid: Decimal | None = None  # in the place of ``total``, which is what is asked


@dataclass(frozen=True, slots=True)
class Packages:
    """Packages and discounts of all seats."""

    seats: Mapping[str, SeatPackages] = field(default_factory=dict)
    allocated: Allocated | None = None
    choice: Choice | None = None  # of the latest round that was ended


@dataclass(frozen=True, slots=True)
class OpenedOffer:
    """What one seat's envelope of a round held: an amount, or the code of why it was no offer."""

    seq: int
    received_at: datetime
    amount: Decimal | None
    rejected: str = ""
    lines: tuple[Decimal, ...] | None = None  # the unit prices it is the total of


@dataclass(frozen=True, slots=True)
class RoundsLot:
    """A lot of sealed rounds once it started. Envelopes of the round stand in ``sealed``."""

    round: int = 1  # under way, or the last one that was
    opened: Mapping[str, OpenedOffer] = field(default_factory=dict)  # before the round is ended
    ended: tuple[Mapping[str, OpenedOffer], ...] = ()  # each ended round's, the first one first
    improved: tuple[int, ...] = ()  # the rounds after which the lead was lower than before
    stop: str = ""  # why there is no further round


@dataclass(frozen=True, slots=True)
class Levels:
    """The prices of a lot that moves by levels (Dutch, Japanese), and who accepted which."""

    prices: tuple[Decimal, ...]  # of every level so far; the last one holds now
    opened_at: datetime  # of that one
    accepted: Mapping[str, int] = field(default_factory=dict)  # each seat's latest level
    out: Mapping[str, int] = field(default_factory=dict)  # the level it did not accept
    stops_at: datetime | None = None  # Dutch: somebody accepted, received at this moment

    @property
    def number(self) -> int:
        """The level that holds now."""
        return len(self.prices) - 1

    @property
    def price(self) -> Decimal:
        """The price that holds now."""
        return self.prices[-1]

    def is_in(self, seat: str) -> bool:
        """Whether the seat may still accept the level that holds now."""
        if seat in self.out:
            return False
        return self.number == 0 or self.accepted.get(seat, -1) >= self.number - 1


@dataclass(frozen=True, slots=True)
class TurnsLot:
    """A lot of rounds in turns once it started. What ``shown`` holds, everybody sees."""

    begins: datetime  # the start, moved along by every pause: stages count from it
    participants: int
    order: tuple[str, ...] = ()  # of the round that is under way or about to begin
    stage: int = 0
    before: Offer | None = None  # the offer on turn had as its turn began
    shown: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WindowBid:
    """A bid within the window of a random end, and what the seat had before it."""

    seat: str
    seq: int
    offset: timedelta  # running time since the window's begin
    received_at: datetime
    before: SeatOnLot


@dataclass(frozen=True, slots=True)
class RandomEnd:
    """A lot with a random end once it started. Nothing here follows from the cut-off before it is
    drawn."""

    begins: datetime  # of the window, moved along by every pause
    awaits: bool = False  # the window is over: the seeds are awaited
    bids: tuple[WindowBid, ...] = ()
    drawn: timedelta | None = None
    finalists: tuple[str, ...] = ()
    final: bool = False  # the final stage began

    def void(self, seat: str | None = None) -> tuple[WindowBid, ...]:
        """The bids, or those of one seat, that came past the cut-off; none before it is drawn."""
        drawn = self.drawn
        if drawn is None:
            return ()
        late = (bid for bid in self.bids if bid.offset > drawn)
        return tuple(bid for bid in late if seat is None or bid.seat == seat)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The two seeds of a random end: their hashes first, themselves after the window."""

    office: str = ""
    auditor: str = ""
    office_seed: str = ""
    auditor_seed: str = ""


@dataclass(frozen=True, slots=True)
class LotState:
    """One lot's life. Times are absolute while it runs, remainders while it is paused."""

    number: int
    phase: LotPhase = LotPhase.WAITING
    started: bool = False
    starts_at: datetime | None = None  # None: a serial lot whose turn is not known yet
    deadline: datetime | None = None
    hard_stop: datetime | None = None
    paused_at: datetime | None = None
    pauses: frozenset[PauseCause] = frozenset()
    resumes_at: datetime | None = None
    running_since: datetime | None = None  # the latest start or resumption
    start_fixed: bool = False  # an edit set ``starts_at`` anew: a pause does not shift it
    extensions: int = 0
    soft_extensions: int = 0
    buyer_extensions: int = 0
    unlock_extended: bool = False
    ranks_hidden: bool = False
    hard_stop_announced: bool = False
    withdrawal: PendingWithdrawal | None = None
    loss: LostConnections | None = None
    seats: Mapping[str, SeatOnLot] = field(default_factory=dict)
    outcome: LotOutcome | None = None
    winner: str | None = None
    price: Decimal | None = None
    closed_at: datetime | None = None
    reserve: Decimal | None = None  # known once opened
    barred: frozenset[str] = frozenset()  # disqualified seats: their offers do not count
    scoring: Mapping[str, Affine] = field(default_factory=dict)  # by seat; else the price ranks
    money: Mapping[str, Affine] = field(default_factory=dict)  # the first part of ``scoring``
    values: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)  # behind ``scoring``
    limits: Mapping[str, SeatLimits] = field(default_factory=dict)  # for automatic bids
    sealed: SealedLot | None = None
    levels: Levels | None = None  # once a lot with levels started
    turns: TurnsLot | None = None
    rounds: RoundsLot | None = None  # once a lot of sealed rounds started
    random_end: RandomEnd | None = None
    rises: bool = False  # bids are quantities for a budget: see auctions.domain.direction


@dataclass(frozen=True, slots=True)
class AuctionState:
    """All of one auction. ``seq`` is the last entry evolved; 0 before genesis."""

    seq: int = 0
    phase: Phase = Phase.SCHEDULED
    terms: Terms | None = None
    terms_hash: str = ""
    prebid_opened: bool = False  # pre-bids are taken on lots that wait
    reference: str = ""
    title: str = ""
    seats: Mapping[str, Seat] = field(default_factory=dict)
    lots: Mapping[int, LotState] = field(default_factory=dict)
    consent_until: datetime | None = None
    outcome: AuctionOutcome | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    awards: Mapping[int, str | None] = field(default_factory=dict)
    sealing: Sealing | None = None
    packages: Packages | None = None
    seeds: Seeds | None = None

    @property
    def rules(self) -> Terms:
        """The terms in force; only after genesis."""
        if self.terms is None:
            raise ValueError("the auction has no genesis yet")
        return self.terms


EMPTY = AuctionState()
ZERO = timedelta(0)
