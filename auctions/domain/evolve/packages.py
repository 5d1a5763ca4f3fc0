"""What packages and discounts, their opening and the allocation make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.evolve.common import Reducer
from auctions.domain.state import (
    Allocated,
    AuctionState,
    Packages,
    SealedOffer,
    Sealing,
    SeatPackages,
)
from auctions.domain.state_packages import Choice, PackageRead, SeatDiscount, SeatPackage


def _of(state: AuctionState, seat: str) -> SeatPackages:
    return (state.packages or Packages()).seats.get(seat, SeatPackages())


def _with(state: AuctionState, seq: int, seat: str, mine: SeatPackages) -> AuctionState:
    packages = state.packages or Packages()
    return replace(state, seq=seq, packages=replace(packages, seats={**packages.seats, seat: mine}))


def _placed(state: AuctionState, event: ev.SealedPackagePlaced, seq: int) -> AuctionState:
    mine = _of(state, event.seat)
    offer = SealedOffer(event.envelope, seq, event.received_at)
    offers = {**mine.offers, event.package: offer}
    return _with(state, seq, event.seat, replace(mine, offers=offers, placed=mine.placed + 1))


def _withdrawn(state: AuctionState, event: ev.SealedPackageWithdrawn, seq: int) -> AuctionState:
    mine = _of(state, event.seat)
    left = {number: offer for number, offer in mine.offers.items() if number != event.package}
    return _with(state, seq, event.seat, replace(mine, offers=left))


def _opened(state: AuctionState, event: ev.PackageOpened, seq: int) -> AuctionState:
    prices = {price.lot: price.amount for price in event.prices}
    package = SeatPackage(event.offer, prices, event.total)
    return _read(state, seq, event.seat, event.package, package=package)


def _discount(state: AuctionState, event: ev.DiscountOpened, seq: int) -> AuctionState:
    found = SeatDiscount(event.percent, event.lots, event.count, event.least)
    return _read(state, seq, event.seat, 0, discount=found)  # the number of a discount


def _rejected(state: AuctionState, event: ev.PackageRejected, seq: int) -> AuctionState:
    return _read(state, seq, event.seat, event.package, rejected=event.reason)


def _read(state: AuctionState, seq: int, seat: str, number: int, **found: Any) -> AuctionState:
    """What an envelope held. Until a round is ended nothing that was opened in it counts: they are
    opened one by one."""
    mine = _of(state, seat)
    offer = mine.offers[number]
    of_round = (state.sealing or Sealing()).round
    read = PackageRead(of_round, number, offer.seq, offer.received_at, **found)
    if state.rules.sealed_rounds is None:
        return _with(state, seq, seat, _counted(mine, read))
    return _with(state, seq, seat, replace(mine, read=(*mine.read, read)))


def _counted(mine: SeatPackages, read: PackageRead) -> SeatPackages:
    if read.package is not None:
        return replace(mine, opened={**mine.opened, read.number: read.package})
    if read.discount is not None:
        return replace(mine, discount=read.discount)
    return replace(mine, rejected={**mine.rejected, read.number: read.rejected})


def round_ended(state: AuctionState, number: int) -> AuctionState:
    """From now on what was opened in the round stands, and none is sealed."""
    if state.packages is None:
        return state
    seats = {seat: _stands(mine, number) for seat, mine in state.packages.seats.items()}
    return replace(state, packages=replace(state.packages, seats=seats))


def _stands(mine: SeatPackages, number: int) -> SeatPackages:
    for read in mine.read:
        if read.round == number and not read.rejected:
            mine = _counted(mine, read)
    return replace(mine, offers={})


def _choice(state: AuctionState, event: ev.ChoiceFound, seq: int) -> AuctionState:
    found = Choice(
        round=event.round,
        entries=frozenset(lot.offer for lot in event.lots),
        discounts=frozenset(event.discounts),
        lots=len(event.lots),
        total=event.total,
    )
    packages = replace(state.packages or Packages(), choice=found)
    return replace(state, seq=seq, packages=packages)


def _allocated(state: AuctionState, event: ev.LotsAllocated, seq: int) -> AuctionState:
    packages = state.packages or Packages()
    found = Allocated(
        by_package={lot.lot: lot.package for lot in event.lots if lot.package is not None},
        total=event.total,
        discounts=frozenset(event.discounts),
        single_lots=event.single_lots,
        single_total=event.single_total,
        asked={lot.lot: lot.amount for lot in event.lots},
        payments=event.payments,
        paid=event.paid,
    )
    return replace(state, seq=seq, packages=replace(packages, allocated=found))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.SealedPackagePlaced: _placed,
    ev.SealedPackageWithdrawn: _withdrawn,
    ev.PackageOpened: _opened,
    ev.DiscountOpened: _discount,
    ev.PackageRejected: _rejected,
    ev.LotsAllocated: _allocated,
    ev.ChoiceFound: _choice,
}
