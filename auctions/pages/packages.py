"""Packages and discounts once they are opened, as rows for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from auctions.domain.rules import packages as rule
from auctions.domain.state import AuctionState, Packages, SeatPackages
from auctions.domain.visibility import Field, granted
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


@dataclass(frozen=True, slots=True)
class Opened:
    """All a place may see, and what all lots cost; None: not told."""

    rows: list[Row]
    total: Decimal | None
    single_lots: int
    single_total: Decimal | None
    paid: Decimal | None  # where that is not ``total``, which is what was asked


def packages_opened(place: Place, state: AuctionState) -> Opened | None:
    """None where the terms have no packages."""
    if state.rules.packages is None:
        return None
    packages = state.packages or Packages()
    found = packages.allocated
    tell = found is not None and granted(Field.ALLOCATION, place.viewer, state)
    around = surroundings(place.auction)
    rows = [
        row
        for seat, mine in packages.seats.items()
        if granted(Field.BID, place.viewer, state, owner=seat)
        for row in _of_seat(state, seat, mine, around.name(seat))
    ]
    return Opened(
        rows=sorted(rows, key=lambda row: row.sealed_at),
        total=found.total if found is not None and tell else None,
        single_lots=found.single_lots if found is not None and tell else 0,
        single_total=found.single_total if found is not None and tell else None,
        paid=found.paid if found is not None and tell else None,
    )


def _of_seat(state: AuctionState, seat: str, mine: SeatPackages, name: str) -> Iterator[Row]:
    found = (state.packages or Packages()).allocated
    for number, offer in mine.offers.items():
        is_discount = number == rule.DISCOUNT
        package = mine.opened.get(number)
        if is_discount:
            won = found is not None and seat in found.discounts
            word = _("holds") if won else _("condition not met")
        else:
            won = (
                package is not None
                and found is not None
                and any(
                    found.by_package.get(lot) == number and state.lots[lot].winner == seat
                    for lot in package.prices
                )
            )
            word = _("chosen") if won else _("not chosen")
        rejected = mine.rejected.get(number)
        yield Row(
            name=name,
            what=named(number),
            sealed_at=offer.received_at,
            held=held(package.prices)
            if package is not None
            else condition(mine.discount, state.rules.currency)
            if is_discount and mine.discount is not None
            else "",
            total=None if package is None else package.total,
            rejected="" if rejected is None else package_rejection(rejected),
            won=won,
            word=_("rejected") if rejected is not None else word,
        )
