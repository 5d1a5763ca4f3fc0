"""What sealed offers and their opening make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from auctions.domain import events as ev
from auctions.domain.commands import KeyHolder
from auctions.domain.evolve.common import Reducer, with_lot
from auctions.domain.state import (
    AuctionState,
    LotPhase,
    LotState,
    Offer,
    OpenedOffer,
    RoundsLot,
    SealedLot,
    SealedOffer,
    Sealing,
    SeatOnLot,
)
from auctions.domain.state_opening import Opening


def _key_set(state: AuctionState, event: ev.SealingKeySet, seq: int) -> AuctionState:
    sealing = state.sealing or Sealing()
    if event.holder is KeyHolder.AUDITOR:
        return replace(state, seq=seq, sealing=replace(sealing, auditor=event.public_key))
    return replace(state, seq=seq, sealing=replace(sealing, office=event.public_key))


def _placed(state: AuctionState, event: ev.SealedOfferPlaced, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    sealed = lot.sealed or SealedLot()
    offer = SealedOffer(event.envelope, seq, event.received_at)
    mine = lot.seats.get(event.seat, SeatOnLot())
    return with_lot(
        state,
        seq,
        replace(
            lot,
            sealed=replace(sealed, offers={**sealed.offers, event.seat: offer}),
            # A final offer is no bid more: the number would tell that there is one.
            seats=lot.seats
            if lot.random_end is not None
            else {**lot.seats, event.seat: replace(mine, bids=mine.bids + 1)},
        ),
    )


def _withdrawn(state: AuctionState, event: ev.SealedOfferWithdrawn, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    sealed = lot.sealed or SealedLot()
    left = {seat: offer for seat, offer in sealed.offers.items() if seat != event.seat}
    return with_lot(state, seq, replace(lot, sealed=replace(sealed, offers=left)))


def _lot_sealed(state: AuctionState, event: ev.LotSealed, seq: int) -> AuctionState:
    return with_lot(state, seq, replace(state.lots[event.lot], phase=LotPhase.SEALED))


def _handed_over(state: AuctionState, event: ev.KeyHandedOver, seq: int) -> AuctionState:
    sealing = state.sealing or Sealing()
    sealing = replace(sealing, handed_over=event.means, handed_over_by=event.by)
    return replace(state, seq=seq, sealing=sealing)


def _offers_opened(state: AuctionState, event: ev.OffersOpened, seq: int) -> AuctionState:
    known = state.sealing or Sealing()
    opening = Opening(
        round=known.round,
        at=event.at,
        auditor_means=event.auditor_means,
        office_means=event.office_means,
        auditor_by=event.auditor_by,
        office_by=event.office_by,
    )
    sealing = replace(
        known,
        auditor_secret=event.auditor_key,
        office_secret=event.office_key,
        openings=(*known.openings, opening),
    )
    return replace(state, seq=seq, sealing=sealing)


def _opened(state: AuctionState, event: ev.OfferOpened, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    sealed = (lot.sealed or SealedLot()).offers[event.seat]
    if lot.rounds is not None:
        return with_lot(state, seq, _kept(lot, event.seat, sealed, event.amount, ""))
    # The offer keeps the place it got when it was sealed: among equals the first decided is first.
    best = Offer(event.amount, sealed.seq, sealed.received_at, prebid=False)
    mine = lot.seats.get(event.seat, SeatOnLot())
    if lot.random_end is None:
        mine = replace(mine, best=best, first=event.amount)
    elif mine.best is None or event.amount < mine.best.amount:  # the better of bid and final offer
        mine = replace(mine, best=best)
    return with_lot(state, seq, replace(lot, seats={**lot.seats, event.seat: mine}))


def _rejected(state: AuctionState, event: ev.OfferRejected, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    sealed = lot.sealed or SealedLot()
    if lot.rounds is not None:
        offer = sealed.offers[event.seat]
        return with_lot(state, seq, _kept(lot, event.seat, offer, None, event.reason))
    rejected = {**sealed.rejected, event.seat: event.reason}
    return with_lot(state, seq, replace(lot, sealed=replace(sealed, rejected=rejected)))


def _kept(
    lot: LotState, seat: str, offer: SealedOffer, amount: Decimal | None, rejected: str
) -> LotState:
    """Until the round is ended nothing that was opened counts: offers are opened one by one."""
    rounds = lot.rounds or RoundsLot()
    found = OpenedOffer(offer.seq, offer.received_at, amount, rejected)
    return replace(lot, rounds=replace(rounds, opened={**rounds.opened, seat: found}))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.SealingKeySet: _key_set,
    ev.SealedOfferPlaced: _placed,
    ev.SealedOfferWithdrawn: _withdrawn,
    ev.LotSealed: _lot_sealed,
    ev.KeyHandedOver: _handed_over,
    ev.OffersOpened: _offers_opened,
    ev.OfferOpened: _opened,
    ev.OfferRejected: _rejected,
}
