"""Prices that move by levels: Dutch and Japanese."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


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
