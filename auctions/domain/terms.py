"""The terms: every rule of one auction, hashed, accepted by each supplier before it bids.

A terms document is a versioned value. Its hash stands in the ledger's first entry, and changes
only by an amendment that asks consent again. Defaults are what a procurement officer gets without
touching a setting.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from auctions.domain.codec import from_body, later, to_body
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_scoring import ScoringTerms
from kernel.canonical import canonical


class Format(StrEnum):
    """How a price is found."""

    ENGLISH = "english"  # open descending price
    SEALED = "sealed"  # one hidden offer each; the lowest wins at its price
    VICKREY = "vickrey"  # as sealed; the winner is paid the second lowest price
    DUTCH = "dutch"  # the price rises until somebody accepts it
    JAPANESE = "japanese"  # the price falls; who does not accept a level is out
    TURNS = "turns"  # three rounds in turns
    SEALED_ROUNDS = "sealed_rounds"  # sealed offers in rounds, each opened before the next
    OPEN_CLOSED = "open_closed"  # open descending price with a random end, then final offers
    BUDGET = "budget"  # the price is fixed; who offers the highest quantity for it wins


class LotOrder(StrEnum):
    """When the lots of one auction run."""

    PARALLEL = "parallel"  # all at once
    SERIAL = "serial"  # lot n+1 starts at close(n) + gap
    STAGGERED = "staggered"  # all start at once; end(n+1) = max(planned, end(n) + gap)


class Basis(StrEnum):
    """What a next bid must undercut."""

    OWN = "own"  # the bidder's own best
    LEADER = "leader"  # the lead; only where every bidder sees the lead


class StepKind(StrEnum):
    """How the decrement is measured."""

    ABSOLUTE = "absolute"
    PERCENT = "percent"  # of the exact basis
    SMALLER = "smaller"  # both given, the smaller counts
    BANDS = "bands"  # by the price band in which the basis lies


class TiePolicy(StrEnum):
    """How equal amounts rank."""

    FIRST = "first"  # first decided ranks better
    EQUAL_BEST = "equal_best"  # all share the better rank
    EQUAL_WORST = "equal_worst"  # all share the worse rank
    FORBID_LEAD = "forbid_lead"  # equalling the lead is refused; only where the lead is seen


class Trigger(StrEnum):
    """Which accepted bid inside the window extends a lot."""

    ANY_BID = "any_bid"
    RANK_CHANGE = "rank_change"  # in ranks 1..k; any bid while ranks are hidden


class Scope(StrEnum):
    """Which lots a soft close extends."""

    THIS_LOT = "this_lot"
    ALL_LOTS = "all_lots"  # those running


class ExtensionBase(StrEnum):
    """The moment to which the reset length is added."""

    BID = "bid"
    DEADLINE = "deadline"


class Count(StrEnum):
    """Whether suppliers learn how many bid."""

    HIDDEN = "hidden"  # own rank without "of N"
    SHOWN = "shown"


class Disclosure(StrEnum):
    """Who may have the full export after the close."""

    BUYER = "buyer"  # buyer and auditor
    PUBLIC = "public"


class Vat(StrEnum):
    """Whether amounts include value-added tax: lot, step and bid agree."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True, slots=True)
class Band:
    """The decrement from ``least`` on, up to the next band: an amount or percent of the basis."""

    least: Decimal  # the lowest basis in it; 0 in the first
    absolute: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FrontBuffer:
    """By how much whoever takes the lead must undercut it: an amount or percent of the lead."""

    absolute: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The decrement ``d``: absolute in the lot's currency and scale, or percent of the basis."""

    kind: StepKind = StepKind.PERCENT
    absolute: Decimal | None = None
    percent: Decimal | None = Decimal("0.5")
    bands: tuple[Band, ...] | None = later()  # in order of ``least``


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One position of a lot: a bid gives its unit price."""

    number: int  # 1, 2, ...
    title: str
    quantity: Decimal
    unit: str  # UN/ECE Rec 20 code
    scale: int = 2  # digits after the point of its unit price, 0 to 6
    ceiling: Decimal | None = None  # the highest unit price


@dataclass(frozen=True, slots=True)
class LotTerms:
    """One lot. Amounts are unit prices at ``scale`` digits; the lot's total is derived.

    A lot with ``lines`` is bid for as a whole: its quantity is 1, and the amount of a bid is the
    total of its lines (``auctions.domain.rules.lines``). With a budget, amounts are quantities of
    ``unit`` at ``scale`` digits, the total is the budget, and ``quantity`` is what the buyer
    expects: it binds nobody.
    """

    number: int  # 1, 2, ...: also the order of serial lots
    title: str
    quantity: Decimal
    unit: str  # UN/ECE Rec 20 code
    scale: int = 2  # digits after the point, 0 to 6
    ceiling: Decimal | None = None  # the highest first bid
    step: Step = field(default_factory=Step)
    grid: Decimal | None = None  # amounts must be multiples of it
    reserve_commitment: str | None = None  # hex SHA-256(salt || value); opened at close
    start: Decimal | None = later()  # the price of level 0, where prices move by levels
    lines: tuple[LineTerms, ...] | None = later()  # the positions whose unit prices are bid
    budget: Decimal | None = later()  # what is paid for the whole lot, whatever quantity wins it
    floor: Decimal | None = later()  # with a budget: the lowest first quantity


@dataclass(frozen=True, slots=True)
class Guard:
    """Thresholds in percent of drop from own best: protection against slips of the finger."""

    warn: Decimal | None = Decimal(10)
    retype: Decimal | None = Decimal(25)  # the amount must be typed again
    block: Decimal | None = None  # a neutral person must unlock; off by default


@dataclass(frozen=True, slots=True)
class SoftClose:
    """A late bid moves the deadline, so nobody wins by being last on the wire."""

    window: timedelta = timedelta(minutes=3)  # 0 switches it off
    reset: timedelta = timedelta(minutes=3)
    trigger: Trigger = Trigger.ANY_BID
    trigger_ranks: int = 1  # k of RANK_CHANGE
    scope: Scope = Scope.THIS_LOT
    base: ExtensionBase = ExtensionBase.BID
    limit: int | None = None  # extensions a lot; None: unlimited
    hard_stop: timedelta = timedelta(hours=4)  # of running time from the lot's start


@dataclass(frozen=True, slots=True)
class Feedback:
    """What suppliers are told while the lot runs."""

    rank: bool = True
    lead: bool = False
    after_first_bid: bool = True  # nothing before own first valid bid
    lead_min_bidders: int = 2  # the lead is told only with at least N bidders on the lot
    hide_ranks_last: timedelta = timedelta(0)  # from then on, until the lot closes
    count: Count = Count.HIDDEN
    reserve_met: bool = False  # tell suppliers met / not met


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Taking back one's own latest bid, decided by the buyer (neutral where the buyer is blind)."""

    allowed: bool = True
    window: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class BuyerExtension:
    """What the buyer may add to a running lot; only before the soft-close window."""

    times: int = 0
    length: timedelta = timedelta(minutes=10)  # the most at once


class KeyKeeper(StrEnum):
    """Whose person keeps the auditor's key of sealed offers."""

    NEUTRAL = "neutral"  # a neutral person of the operator
    AUDITOR = "auditor"  # an auditor of the buyer's company


@dataclass(frozen=True, slots=True)
class SealedTerms:
    """Sealed offers: who keeps the auditor's key, and whether their number is told before."""

    keeper: KeyKeeper = KeyKeeper.NEUTRAL
    show_count: bool = False  # to the buyer, before the deadline


@dataclass(frozen=True, slots=True)
class PackageTerms:
    """Offers over several lots, all or nothing, beside those for one lot (sealed first price)."""

    per_supplier: int = 5  # packages one supplier may have
    most_lots: int = 12  # in one package
    discounts: bool = False  # whether a supplier may give one on a condition


@dataclass(frozen=True, slots=True)
class SealedRoundsTerms:
    """Multi-round sealed: how many rounds at most, and what ends a lot before the last one."""

    rounds: int = 3
    length: timedelta = timedelta(minutes=30)  # of each
    pause: timedelta = timedelta(minutes=5)  # from the opening of a round to the next one's start
    stop_unimproved: bool = True  # a round in which the lead did not get lower is the last
    least_active: int = 2  # a round with fewer valid offers is the last; 0: however few
    stop_at_reserve: bool = False  # a round after which the hidden reserve is met is the last
    keeper: KeyKeeper = KeyKeeper.NEUTRAL
    show_count: bool = False  # to the buyer, before the round's deadline


@dataclass(frozen=True, slots=True)
class DutchTerms:
    """Dutch reverse: how long each price of the rising clock stands."""

    tick: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class JapaneseTerms:
    """Japanese reverse: the full time of each level."""

    level: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class OpenClosedTerms:
    """A random end, and the final sealed offers after it."""

    window: timedelta = timedelta(minutes=10)  # it always runs in full
    reveal: timedelta = timedelta(minutes=60)  # for opening the seeds after it
    keeper: KeyKeeper = KeyKeeper.NEUTRAL  # of the auditor's seed and key
    final: timedelta = timedelta(minutes=5)  # for a final sealed offer; 0: there is none
    within: Decimal = Decimal(10)  # percent above the best bid that may make one
    least: int = 3  # so many of the best bidders may make one in any case


@dataclass(frozen=True, slots=True)
class TurnsTerms:
    """Rounds in turns: how many, and how long each stage is."""

    rounds: int = 3
    first_pause: timedelta = timedelta(minutes=5)
    turn: timedelta = timedelta(minutes=2)
    pause: timedelta = timedelta(minutes=2)  # between rounds
    announcement: timedelta = timedelta(minutes=2)  # from the last turn to the result


@dataclass(frozen=True, slots=True)
class AutomaticPause:
    """When lost connections pause the auction by themselves."""

    share: int = 50  # percent: more than so many of the connected bidders must be lost
    bidders: int = 3  # connected at least, before the loss
    within: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=10)  # the notice of the resumption included


@dataclass(frozen=True, slots=True)
class AutomaticBids:
    """Bids placed for a supplier down to its secret limit; how such a limit may be set."""

    changes: int = 20  # how often one seat may set a limit on one lot
    steps: int = 200  # of the own decrement, from the own best to the limit at most


@dataclass(frozen=True, slots=True)
class LineRules:
    """What the unit price of a position may be."""

    zero: bool = False  # may be nought
    rise: bool = True  # may be higher than in the own best bid, where the total falls


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that binds. ``version`` starts at 1 and grows with each consented edit."""

    lots: tuple[LotTerms, ...]
    starts_at: datetime
    currency: str  # ISO 4217
    platform_key: str  # key_id of the platform's signing key, pinned
    version: int = 1
    format: Format = Format.ENGLISH
    vat: Vat = Vat.NET
    lot_order: LotOrder = LotOrder.PARALLEL
    lot_gap: timedelta = timedelta(minutes=1)  # between serial lots
    prebid_opens_at: datetime | None = None
    length: timedelta = timedelta(minutes=30)  # of each lot
    basis: Basis = Basis.OWN
    ties: TiePolicy = TiePolicy.FIRST
    guard: Guard = field(default_factory=Guard)
    soft_close: SoftClose = field(default_factory=SoftClose)
    feedback: Feedback = field(default_factory=Feedback)
    withdrawal: Withdrawal = field(default_factory=Withdrawal)
    buyer_extension: BuyerExtension = field(default_factory=BuyerExtension)
    resume_notice: timedelta = timedelta(seconds=60)
    consent_time: timedelta = timedelta(minutes=10)  # to accept an edited version
    blind: bool = False  # the buyer sees aliases until the close
    disclosure: Disclosure = Disclosure.BUYER
    commands_per_second: int = 5  # per seat, before the ledger
    front_buffer: FrontBuffer | None = later()  # only where the lead is always seen
    scoring: ScoringTerms | None = later()  # the price alone ranks without it
    sealed: SealedTerms | None = later()  # of the sealed formats
    dutch: DutchTerms | None = later()  # exactly where the format is Dutch
    japanese: JapaneseTerms | None = later()  # exactly where the format is Japanese
    turns: TurnsTerms | None = later()
    open_closed: OpenClosedTerms | None = later()  # exactly where the end is random
    automatic_pause: AutomaticPause | None = later()  # None: the auction never pauses by itself
    automatic_bids: AutomaticBids | None = later()  # None: every bid is placed by a person
    packages: PackageTerms | None = later()  # None: every offer is for one lot
    surrogates: bool | None = later()  # True: a neutral person may bid for who approves it
    preset: str | None = later()  # a named set of limits: auctions.domain.presets
    line_rules: LineRules | None = later()  # of lots with lines; None: the defaults of LineRules
    sealed_rounds: SealedRoundsTerms | None = later()  # of multi-round sealed
    # In which bids may be, beside ``currency``; and VAT rates, of which each seat names its own.
    currencies: tuple[CurrencyRate, ...] | None = later()
    vat_rates: tuple[Decimal, ...] | None = later()  # percent

    def lot(self, number: int) -> LotTerms | None:
        """The lot of that number, or None."""
        if 0 < number <= len(self.lots) and self.lots[number - 1].number == number:
            return self.lots[number - 1]
        return next((lot for lot in self.lots if lot.number == number), None)

    @property
    def sealing(self) -> SealedTerms | SealedRoundsTerms | None:
        """Who keeps the auditor's key of sealed offers; None where offers are not sealed."""
        return self.sealed or self.sealed_rounds

    def document(self) -> dict[str, Any]:
        """The canonical document: what is shown, hashed and accepted."""
        body: dict[str, Any] = to_body(self)
        return body

    def digest(self) -> str:
        """Hex SHA-256 of the canonical document: what a supplier accepts."""
        return hashlib.sha256(canonical(self.document())).hexdigest()


def terms_from_document(document: Any) -> Terms:
    """The inverse of :meth:`Terms.document`; raises BodyMalformed."""
    return from_body(Terms, document)


def reserve_commitment(salt: bytes, amount: str) -> str:
    """Hex SHA-256(salt || amount): binds a hidden reserve without telling it."""
    return hashlib.sha256(salt + amount.encode("ascii")).hexdigest()


def limit_commitment(salt: bytes, amount: str) -> str:
    """As for a reserve, of a limit for automatic bids."""
    return reserve_commitment(salt, amount)
