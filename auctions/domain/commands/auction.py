"""The course of the auction: pauses, times, its end, the award."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from auctions.domain.codec import later
from auctions.domain.commands.base import Officer
from auctions.domain.terms import Terms


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
class ChangeTerms:
    """Edit the terms while paused: time parameters only once a bid exists.

    ``extensions_kept``: then also the buyer's extensions, but for a shorter length. Whoever edits
    says so; an edit in a ledger older than this does not.
    """

    terms: Terms
    by: Officer
    ref: str
    extensions_kept: bool | None = later()


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
