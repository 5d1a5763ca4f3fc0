"""The random end and the final stage: seeds bound before the start, opened after the window, and
what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from auctions.domain.commands import KeyHolder


@dataclass(frozen=True, slots=True)
class SeedCommitted:
    """One of the two seeds is fixed; the entry holds its SHA-256 alone."""

    kind: ClassVar[str] = "seed_committed"
    holder: KeyHolder
    commitment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SeedsAwaited:
    """The whole window is over; the seeds are to be opened until ``until``."""

    kind: ClassVar[str] = "seeds_awaited"
    lot: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class SeedMissing:
    """A seed, or a key of final offers, was not there at the start, or a seed not opened in time:
    an Annulled follows."""

    kind: ClassVar[str] = "seed_missing"
    lot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SeedsRevealed:
    """Both seeds, in hex."""

    kind: ClassVar[str] = "seeds_revealed"
    platform_seed: str
    auditor_seed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndDrawn:
    """The lot's cut-off: so long after the window's begin, in running time, bids counted."""

    kind: ClassVar[str] = "end_drawn"
    lot: int
    offset: timedelta
    at: datetime


@dataclass(frozen=True, slots=True)
class BidsVoided:
    """So many of a seat's latest bids came past the cut-off: with it they ceased to count."""

    kind: ClassVar[str] = "bids_voided"
    lot: int
    seat: str
    bids: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FinalistNamed:
    """The seat may make a final sealed offer."""

    kind: ClassVar[str] = "finalist_named"
    lot: int
    seat: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FinalStageStarted:
    """Final sealed offers are taken until ``until``."""

    kind: ClassVar[str] = "final_stage_started"
    lot: int
    at: datetime
    until: datetime
