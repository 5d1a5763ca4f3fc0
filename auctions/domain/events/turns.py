"""Rounds in turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


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
class OfferTakenBack:
    """The seat returned to its offer at the turn's start; before the lot's start, to none."""

    kind: ClassVar[str] = "offer_taken_back"
    lot: int
    seat: str
    received_at: datetime
    ref: str
