"""Packages in sealed rounds as they are shown: one's own round by round, the best choice so far.

Of rivals' packages a supplier learns nothing. Whether its own ones are in the best choice is told
with the rank, and means as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from auctions.domain.rules.packages_in_rounds import most_in_all
from auctions.domain.state import AuctionState, LotPhase, LotState, Packages, SeatPackages
from auctions.domain.visibility.table import Aliases, Field, Viewer, granted, label
from kernel.decimals import exact


@dataclass(frozen=True, slots=True)
class ReadPackage:
    """What the viewer's own envelope of an ended round held; 0 is its discount."""

    round: int
    package: int
    at: datetime
    prices: tuple[tuple[int, Decimal], ...]  # empty: a discount, or rejected
    total: Decimal | None
    rejected: str


@dataclass(frozen=True, slots=True)
class ChosenPackage:
    """A package of the best choice so far, or (0) a discount that would hold."""

    seat: str  # id or alias
    package: int


@dataclass(frozen=True, slots=True)
class PackageRounds:
    """``most``: how much each own package that stands, once sealed again, may cost in all.

    ``chosen`` holds the viewer's own alone, unless it may see every bid. None: not granted, or
    there is none yet.
    """

    read: tuple[ReadPackage, ...]
    most: tuple[tuple[int, Decimal], ...]
    chosen: tuple[ChosenPackage, ...] | None
    lots: int | None  # that the best choice so far serves
    total: Decimal | None


def package_rounds(
    state: AuctionState, lot: LotState, viewer: Viewer, alias: Aliases
) -> PackageRounds | None:
    """None in a format without rounds."""
    if state.rules.sealed_rounds is None:
        return None
    packages = state.packages or Packages()
    mine = SeatPackages()
    if viewer.seat is not None and granted(Field.BID, viewer, state, lot, viewer.seat):
        mine = packages.seats.get(viewer.seat, mine)
    over = lot.phase is LotPhase.CLOSED
    whole = packages.choice if granted(Field.ALLOCATION, viewer, state, lot) and not over else None
    return PackageRounds(
        read=_read(mine),
        most=() if over else _most(state, viewer.seat or "", mine),
        chosen=_chosen(state, packages, lot, viewer, alias) if not over else None,
        lots=None if whole is None else whole.lots,
        total=None if whole is None else whole.total,
    )


def _read(mine: SeatPackages) -> tuple[ReadPackage, ...]:
    return tuple(
        ReadPackage(
            round=read.round,
            package=read.number,
            at=read.received_at,
            prices=() if read.package is None else tuple(sorted(read.package.prices.items())),
            total=None if read.package is None else read.package.total,
            rejected=read.rejected,
        )
        for read in mine.read
    )


def _most(state: AuctionState, seat: str, mine: SeatPackages) -> tuple[tuple[int, Decimal], ...]:
    found = (
        (number, most_in_all(state, seat, package.prices))
        for number, package in sorted(mine.opened.items())
    )
    return tuple((number, exact(most)) for number, most in found if most is not None)


def _chosen(
    state: AuctionState, packages: Packages, lot: LotState, viewer: Viewer, alias: Aliases
) -> tuple[ChosenPackage, ...] | None:
    choice = packages.choice
    if choice is None or not granted(Field.CHOSEN, viewer, state, lot):
        return None
    found = []
    for seat, each in packages.seats.items():
        if not granted(Field.BID, viewer, state, lot, seat):
            continue
        numbers = [n for n, package in sorted(each.opened.items()) if package.seq in choice.entries]
        if seat in choice.discounts:
            numbers.insert(0, 0)
        name = label(viewer, state, seat, alias)
        found += [ChosenPackage(name, number) for number in numbers]
    return tuple(found)
