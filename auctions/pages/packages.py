"""Packages and discounts once they are opened, as rows for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from auctions.domain.rules import packages as rule
from auctions.domain.state import AuctionState, Packages, SeatPackages
from auctions.domain.state_packages import PackageRead, SeatDiscount, SeatPackage
from auctions.domain.visibility import Field, granted
from auctions.domain.visibility.table import label
from auctions.services.package_words import condition, held, named
from auctions.services.policies import Place, surroundings
from auctions.services.rejections import package_rejection


@dataclass(frozen=True, slots=True)
class Row:
    """One sealed package or discount with what came of it."""

    name: str
    what: str
    sealed_at: datetime
    held: str
    total: Decimal | None
    rejected: str
    won: bool
    word: str
    round: int = 0  # 0 where there are none


@dataclass(frozen=True, slots=True)
class Opened:
    """All a place may see, and what all lots cost; None: not told.

    ``choice_lots`` and ``choice_total``: how many the best choice serves, and at which cost,
    between rounds.
    """

    rows: list[Row]
    total: Decimal | None
    single_lots: int
    single_total: Decimal | None
    paid: Decimal | None  # where that is not ``total``, which is what was asked
    choice_lots: int
    choice_total: Decimal | None


def packages_opened(place: Place, state: AuctionState) -> Opened | None:
    """None where the terms have no packages."""
    if state.rules.packages is None:
        return None
    packages = state.packages or Packages()
    may = granted(Field.ALLOCATION, place.viewer, state)
    found = packages.allocated if may else None
    choice = packages.choice if may and packages.allocated is None else None
    around = surroundings(place.auction)
    of_seat = _of_seat if state.rules.sealed_rounds is None else _of_rounds
    rows = [
        row
        for seat, mine in packages.seats.items()
        if granted(Field.BID, place.viewer, state, owner=seat)
        for row in of_seat(
            state, seat, mine, around.name(label(place.viewer, state, seat, around.alias))
        )
    ]
    return Opened(
        rows=sorted(rows, key=lambda row: (-row.round, row.sealed_at)),
        total=None if found is None else found.total,
        single_lots=0 if found is None else found.single_lots,
        single_total=None if found is None else found.single_total,
        paid=None if found is None else found.paid,
        choice_lots=0 if choice is None else choice.lots,
        choice_total=None if choice is None else choice.total,
    )


def _of_seat(state: AuctionState, seat: str, mine: SeatPackages, name: str) -> Iterator[Row]:
    for number, offer in mine.offers.items():
        is_discount = number == rule.DISCOUNT
        package = mine.opened.get(number)
        won = rule.won(state, seat, number)
        if is_discount:
            word = _("holds") if won else _("condition not met")
        else:
            word = _("chosen") if won else _("not chosen")
        rejected = mine.rejected.get(number)
        yield Row(
            name=name,
            what=named(number),
            sealed_at=offer.received_at,
            held=_held(state, package, mine.discount if is_discount else None),
            total=None if package is None else package.total,
            rejected="" if rejected is None else package_rejection(rejected),
            won=won,
            word=_("rejected") if rejected is not None else word,
        )


def _of_rounds(state: AuctionState, seat: str, mine: SeatPackages, name: str) -> Iterator[Row]:
    """What was opened in each round, and whether it stands and is chosen."""
    latest = {read.number: read.seq for read in mine.read if not read.rejected}
    for read in mine.read:
        is_standing = latest.get(read.number) == read.seq
        won = is_standing and _chosen(state, seat, read)
        yield Row(
            name=name,
            what=named(read.number),
            sealed_at=read.received_at,
            held=_held(state, read.package, read.discount),
            total=None if read.package is None else read.package.total,
            rejected=package_rejection(read.rejected) if read.rejected else "",
            won=won,
            word=_word(state, read, is_standing=is_standing, won=won),
            round=read.round,
        )


def _word(state: AuctionState, read: PackageRead, *, is_standing: bool, won: bool) -> str:
    if read.rejected:
        return _("rejected")
    if not is_standing:
        return _("replaced")
    over = state.packages is not None and state.packages.allocated is not None
    if not over:
        return _("in the best choice so far") if won else _("stands")
    if read.discount is not None:
        return _("holds") if won else _("condition not met")
    return _("chosen") if won else _("not chosen")


def _chosen(state: AuctionState, seat: str, read: PackageRead) -> bool:
    """In the end, or in the best choice so far."""
    packages = state.packages or Packages()
    if packages.allocated is not None:
        return rule.won(state, seat, read.number)
    choice = packages.choice
    if choice is None:
        return False
    return seat in choice.discounts if read.discount is not None else read.seq in choice.entries


def _held(state: AuctionState, package: SeatPackage | None, discount: SeatDiscount | None) -> str:
    if package is not None:
        return held(package.prices)
    return "" if discount is None else condition(discount, state.rules.currency)
