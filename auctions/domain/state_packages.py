"""Packages and discounts once they are opened, and what was found of them after each round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SeatPackage:
    """A package once it is opened: a unit price for each of its lots."""

    seq: int
    prices: Mapping[int, Decimal]
    total: Decimal


@dataclass(frozen=True, slots=True)
class SeatDiscount:
    """A discount once it is opened, and on what condition."""

    percent: Decimal
    lots: tuple[int, ...]
    count: int
    least: Decimal


@dataclass(frozen=True, slots=True)
class PackageRead:
    """What one envelope of a round held: a package, a discount (number 0), or the code of why it
    counts for nothing."""

    round: int
    number: int
    seq: int
    received_at: datetime
    package: SeatPackage | None = None
    discount: SeatDiscount | None = None
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The best choice after a round, whatever the reserves."""

    round: int
    entries: frozenset[int]  # which sealed the offers and packages it consists of
    discounts: frozenset[str]  # the seats whose discount would hold
    lots: int  # how many it serves
    total: Decimal
