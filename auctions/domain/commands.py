"""What may be asked of an auction. A command is a plain value; ``machine.decide`` judges it.

``ref`` is the caller's own name for the command, unique per seat (or officer) and auction for
ever. Who may send which command is settled before: seats by admission, officers by capability.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from auctions.domain.codec import LATER, later
from auctions.domain.terms import Terms

BUYER = "buyer"
EVERYONE = "all"


class Officer(StrEnum):
    """On whose behalf an officer acts; the person is kept outside the ledger."""

    BUYER = "buyer"
    NEUTRAL = "neutral"  # a person of the operator, on neither side
    PLATFORM = "platform"


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
class Pause:
    """Stop bidding on every open lot; bids received up to now are still decided."""

    reason: str
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Announce that bidding goes on after the notice of the terms."""

    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class ReportLoss:
    """The platform saw ``lost`` of ``bidders`` connected bidders cut off together."""

    bidders: int
    lost: int


@dataclass(frozen=True, slots=True)
class ReportReturn:
    """The platform sees ``back`` bidders connected while an automatic pause holds a lot."""

    back: int


@dataclass(frozen=True, slots=True)
class Extend:
    """Move a running lot's deadline, within what the terms grant the buyer."""

    lot: int
    length: timedelta
    by: Officer
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


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """Edit the terms while paused: time parameters only once a bid exists."""

    terms: Terms
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the auction without a result, before the close."""

    reason: str
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class Annul:
    """Declare the auction void because something went wrong; also after the close."""

    reason: str
    by: Officer
    ref: str


@dataclass(frozen=True, slots=True)
class OpenedReserve:
    """A hidden reserve and its salt, handed over to close a lot."""

    lot: int
    salt: str  # hex
    amount: Decimal


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


@dataclass(frozen=True, slots=True)
class Tick:
    """Do what is due at ``due``: start, hide, announce, resume, close. Only the clock and gate."""

    due: datetime
    reserves: tuple[OpenedReserve, ...] = ()  # of every lot that has one


@dataclass(frozen=True, slots=True)
class RecordAward:
    """What the tender decided about a closed lot."""

    lot: int
    seat: str | None  # None: not awarded
    amount: Decimal | None
    reason: str
    ref: str


@dataclass(frozen=True, slots=True)
class SetScoring:
    """Fix one seat's values of the criteria on one lot, in the order of the terms."""

    seat: str
    lot: int
    values: tuple[Decimal, ...]
    by: Officer
    ref: str


class KeyHolder(StrEnum):
    """Which of the two keys that open sealed offers together."""

    AUDITOR = "auditor"
    OFFICE = "office"  # the buyer's officer or the platform


class KeyMeans(StrEnum):
    """From where a key was handed over."""

    PERSON = "person"  # unlocked by the passphrase of its keeper
    RECOVERY = "recovery"  # the recovery sheet kept offline
    FILE = "file"  # the officer's copy
    PLATFORM = "platform"  # the platform's own copy


@dataclass(frozen=True, slots=True)
class SetSealingKey:
    """Make a public key known; offers are sealed to both of them. Once for each holder."""

    holder: KeyHolder
    public_key: str  # hex of an uncompressed point of P-256


@dataclass(frozen=True, slots=True)
class SetRoundKeys:
    """Make one holder's public keys known, one for each round, in their order. Once."""

    holder: KeyHolder
    public_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceSealedOffer:
    """A binding offer for a lot that nobody can read before the opening; replaces one's last."""

    seat: str
    lot: int
    envelope: str  # hex, of one length: kernel.sealing
    ref: str
    round: int | None = later()  # for which it is sealed, where there are sealed rounds


@dataclass(frozen=True, slots=True)
class PlaceSealedPackage:
    """A binding offer over several lots, all or nothing, that nobody can read before the opening.

    Replaces one's last of that number. Number 0 is the discount on a condition.
    """

    seat: str
    package: int
    envelope: str  # hex, of one length, longer than that of an offer for one lot
    ref: str


@dataclass(frozen=True, slots=True)
class WithdrawPackage:
    """Take back one's own package, or discount, before the deadline."""

    seat: str
    package: int
    ref: str


@dataclass(frozen=True, slots=True)
class HandOverKey:
    """The auditor's key is there, after the deadline; it was checked against the public one."""

    means: KeyMeans


@dataclass(frozen=True, slots=True)
class OpenOffers:
    """Open every offer with both private keys (hex), and settle the lots.

    ``never_opened`` are lots whose reserve no entry opens, since the auction was called off: only
    a verifier names them, and takes it that the reserve was not met.
    """

    auditor_key: str
    office_key: str
    means: KeyMeans  # of the office's key
    reserves: tuple[OpenedReserve, ...] = ()
    never_opened: tuple[int, ...] | None = later()


@dataclass(frozen=True, slots=True)
class CommitSeed:
    """Fix a seed of the random end by its hash, before the start. Once for each holder."""

    holder: KeyHolder
    commitment: str  # hex SHA-256


@dataclass(frozen=True, slots=True)
class RevealSeeds:
    """Open both seeds (hex) after the window, and settle the lots."""

    platform_seed: str
    auditor_seed: str
    reserves: tuple[OpenedReserve, ...] = ()


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


Command = (
    PlaceBid
    | AcceptLevel
    | Withdraw
    | RequestUnlock
    | AcceptTerms
    | PostMessage
    | AdmitSeat
    | RemoveSeat
    | Pause
    | Resume
    | ReportLoss
    | ReportReturn
    | Extend
    | DecideWithdrawal
    | DecideUnlock
    | ChangeTerms
    | Cancel
    | Annul
    | Tick
    | RecordAward
    | SetScoring
    | Disqualify
    | Requalify
    | SetSealingKey
    | SetRoundKeys
    | PlaceSealedOffer
    | PlaceSealedPackage
    | WithdrawPackage
    | HandOverKey
    | OpenOffers
    | CommitSeed
    | RevealSeeds
    | SetBidLimit
    | EndBidLimit
    | DeclarePrices
    | ApproveSurrogate
    | EndSurrogate
    | PlaceSurrogateBid
)

# A command that draws a line under what came before: whatever was received up to its moment, in
# any process, is decided first (AUCTIONS, "Boundaries").
BOUNDARY_COMMANDS = (Pause, ReportLoss, Withdraw, ChangeTerms, Cancel, Annul)

# Where being first decides: such a command is decided only after whatever was received before it,
# in any process, so that the order of decision is that of receipt.
IN_ORDER_OF_RECEIPT = (AcceptLevel,)
