"""What a viewer may see of packages: its own, how many there are, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from auctions.domain.rules import packages as rule
from auctions.domain.state import AuctionState, LotPhase, LotState, Packages, SeatPackages
from auctions.domain.visibility.packages_in_rounds import PackageRounds, package_rounds
from auctions.domain.visibility.table import Aliases, Field, Viewer, granted, label
from kernel.sealing import fingerprint


@dataclass(frozen=True, slots=True)
class OpenedPackage:
    """A package of anybody, to whoever may see every bid; to a supplier its own."""

    seat: str  # id or alias
    package: int
    prices: tuple[tuple[int, Decimal], ...]
    total: Decimal
    won: bool


@dataclass(frozen=True, slots=True)
class OpenedDiscount:
    seat: str
    percent: Decimal
    lots: tuple[int, ...]
    count: int
    least: Decimal
    holds: bool


@dataclass(frozen=True, slots=True)
class OwnPackage:
    """What the viewer sealed under one number; 0 is its discount."""

    package: int
    at: datetime
    fingerprint: str
    rejected: str | None  # the code of why it counts for nothing


@dataclass(frozen=True, slots=True)
class PackagesStanding:
    """How this lot went; on the first lot also what is of the whole auction, told once."""

    sealed: int | None  # packages and discounts of all
    own: tuple[OwnPackage, ...]
    opened: tuple[OpenedPackage, ...]
    discounts: tuple[OpenedDiscount, ...]
    by_package: bool | None  # whether this lot went by a package
    won_by: int | None  # this lot's winner has it by its package of that number
    total: Decimal | None  # of all lots, as they were allocated
    single_lots: int | None
    single_total: Decimal | None
    asked: Decimal | None  # a unit, by this lot's winner, where another price is paid
    paid: Decimal | None  # for all lots, where that is not ``total``
    rounds: PackageRounds | None = None  # where there are sealed rounds


def packages_standing(
    state: AuctionState, lot: LotState, viewer: Viewer, alias: Aliases
) -> PackagesStanding | None:
    """None where the terms have no packages."""
    if state.rules.packages is None:
        return None
    packages = state.packages or Packages()
    is_first = lot.number == min(state.lots)
    tell = is_first and granted(Field.ALLOCATION, viewer, state, lot)
    found = packages.allocated if tell else None
    own = None if viewer.seat is None else packages.seats.get(viewer.seat)
    won_by = asked = None
    if packages.allocated is not None and lot.phase is LotPhase.CLOSED:
        may = granted(Field.WINNER, viewer, state, lot) or (
            viewer.seat is not None and lot.winner == viewer.seat
        )
        won_by = packages.allocated.by_package.get(lot.number) if may else None
        asked = rule.asked(state, lot.number) if may else None
    seats = {
        seat: mine
        for seat, mine in packages.seats.items()
        if is_first and granted(Field.BID, viewer, state, lot, seat)
    }
    return PackagesStanding(
        sealed=rule.sealed_count(state)
        if granted(Field.SEALED_COUNT, viewer, state, lot)
        else None,
        own=() if own is None or not is_first else _own(own),
        opened=tuple(
            OpenedPackage(
                label(viewer, state, seat, alias),
                number,
                tuple(sorted(package.prices.items())),
                package.total,
                rule.won(state, seat, number),
            )
            for seat, mine in seats.items()
            for number, package in sorted(mine.opened.items())
        ),
        discounts=tuple(
            OpenedDiscount(
                label(viewer, state, seat, alias),
                mine.discount.percent,
                mine.discount.lots,
                mine.discount.count,
                mine.discount.least,
                rule.won(state, seat, rule.DISCOUNT),
            )
            for seat, mine in seats.items()
            if mine.discount is not None
        ),
        by_package=_by_package(state, lot, viewer),
        won_by=won_by,
        total=None if found is None else found.total,
        single_lots=None if found is None else found.single_lots,
        single_total=None if found is None else found.single_total,
        rounds=package_rounds(state, lot, viewer, alias) if is_first else None,
        asked=asked,
        paid=None if found is None else found.paid,
    )


def _own(mine: SeatPackages) -> tuple[OwnPackage, ...]:
    return tuple(
        OwnPackage(
            number,
            offer.received_at,
            fingerprint(bytes.fromhex(offer.envelope)),
            mine.rejected.get(number),
        )
        for number, offer in sorted(mine.offers.items())
    )


def _by_package(state: AuctionState, lot: LotState, viewer: Viewer) -> bool | None:
    found = None if state.packages is None else state.packages.allocated
    if lot.winner is None or not granted(Field.BY_PACKAGE, viewer, state, lot):
        return None
    return found is not None and lot.number in found.by_package
