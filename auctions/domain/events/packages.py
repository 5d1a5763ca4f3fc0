"""Packages and discounts on a condition, sealed as offers are, and who wins which lots by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from auctions.domain.codec import later


@dataclass(frozen=True, slots=True)
class SealedPackagePlaced:
    """As a sealed offer; which lots it holds is sealed too. Number 0 is the discount."""

    kind: ClassVar[str] = "sealed_package_placed"
    seat: str
    package: int
    envelope: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class SealedPackageWithdrawn:
    kind: ClassVar[str] = "sealed_package_withdrawn"
    seat: str
    package: int
    offer: int  # seq of the package taken back
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class LotPrice:
    """The unit price of one lot within a package."""

    lot: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PackageOpened:
    kind: ClassVar[str] = "package_opened"
    seat: str
    package: int
    offer: int  # seq of the sealed package
    prices: tuple[LotPrice, ...]  # in order of lots
    total: Decimal


@dataclass(frozen=True, slots=True)
class DiscountOpened:
    """Percent off everything the seat wins, if it wins all of ``lots``, ``count`` lots at least,
    and ``least`` in all before the discount."""

    kind: ClassVar[str] = "discount_opened"
    seat: str
    offer: int
    percent: Decimal
    lots: tuple[int, ...]
    count: int
    least: Decimal


@dataclass(frozen=True, slots=True)
class PackageRejected:
    """What the envelope held is no package, or discount, by the terms; ``reason`` is a code."""

    kind: ClassVar[str] = "package_rejected"
    seat: str
    package: int
    offer: int
    reason: str


@dataclass(frozen=True, slots=True)
class AllocatedLot:
    """Who gets a lot, at which unit price, by which sealed entry."""

    lot: int
    seat: str
    amount: Decimal  # as asked, after a discount
    offer: int
    package: int | None  # None: by an offer for this lot alone
    paid: Decimal | None = later()  # a unit; None: as asked


@dataclass(frozen=True, slots=True)
class LotsPaid:
    """Vickrey: what one winner is paid in all for lots that are tied to each other."""

    seat: str
    lots: tuple[int, ...]
    asked: Decimal  # quantity x unit price over these lots, after a discount, not rounded
    paid: Decimal  # likewise, before unit prices are rounded down


@dataclass(frozen=True, slots=True)
class ChoiceFound:
    """The best choice after a round, whatever the reserves. ``better``: than before the round."""

    kind: ClassVar[str] = "choice_found"
    round: int
    lots: tuple[AllocatedLot, ...]
    total: Decimal
    discounts: tuple[str, ...]  # the seats whose discount would hold
    better: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LotsAllocated:
    """The best choice among all offers, and what it asks; beside it that of single offers."""

    kind: ClassVar[str] = "lots_allocated"
    lots: tuple[AllocatedLot, ...]
    total: Decimal
    discounts: tuple[str, ...]  # the seats whose discount holds
    single_lots: int  # how many lots offers for one lot could serve
    single_total: Decimal
    at: datetime
    payments: tuple[LotsPaid, ...] | None = later()  # Vickrey: beside what is asked above
    paid: Decimal | None = later()  # the total of the lots at the unit prices paid
