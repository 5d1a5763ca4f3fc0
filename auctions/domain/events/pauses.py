"""A lot that stands still and goes on, and the lost connections that may be the cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from auctions.domain.commands import Officer


class PauseCause(StrEnum):
    """Why a lot stands still; each cause is lifted by itself."""

    OFFICER = "officer"
    WITHDRAWAL = "withdrawal"
    CONSENT = "consent"
    CONNECTIONS = "connections"  # too many bidders lost theirs at once


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
