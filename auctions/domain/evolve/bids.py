"""What open bids, their withdrawal and the unlocking of large steps make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.direction import better
from auctions.domain.evolve import random_end
from auctions.domain.evolve.common import NOTHING, Reducer, on_lot, with_lot
from auctions.domain.state import AuctionState, Offer, PendingWithdrawal, SeatOnLot


def bid_placed(state: AuctionState, event: ev.BidPlaced, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = lot.seats.get(event.seat, NOTHING)
    pending = before.unlock_pending
    surrogate = isinstance(event, ev.SurrogateBidPlaced)
    after = SeatOnLot(
        best=Offer(event.amount, seq, event.received_at, event.prebid, surrogate=surrogate),
        previous=before.best,
        bids=before.bids + 1,
        first=event.amount if before.first is None else before.first,
        # An unlock serves one bid by hand, and a request is settled by going as far as it asked.
        unlocked_to=before.unlocked_to if isinstance(event, ev.AutomaticBidPlaced) else None,
        # Whoever bids by hand is back.
        surrogate=before.surrogate if isinstance(event, ev.AutomaticBidPlaced) else None,
        unlock_pending=pending
        if pending is not None and better(lot.rises, pending, event.amount)
        else None,
    )
    drawn = random_end.with_bid(lot, event, before, seq)
    lot = replace(lot, seats=on_lot(lot, event.seat, after), random_end=drawn)
    return with_lot(state, seq, lot)


def _bid_lines(state: AuctionState, event: ev.BidLines, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.rounds is not None:  # it counts once the round is ended
        opened = lot.rounds.opened[event.seat]
        if opened.seq != event.bid:
            raise ValueError("lines of an offer that is not there")
        found = {**lot.rounds.opened, event.seat: replace(opened, lines=event.prices)}
        return with_lot(state, seq, replace(lot, rounds=replace(lot.rounds, opened=found)))
    mine = lot.seats[event.seat]
    if mine.best is None or mine.best.seq != event.bid:
        raise ValueError("lines of a bid that is not there")
    mine = replace(mine, best=replace(mine.best, lines=event.prices))
    return with_lot(state, seq, replace(lot, seats=on_lot(lot, event.seat, mine)))


def _withdrawal_requested(
    state: AuctionState, event: ev.WithdrawalRequested, seq: int
) -> AuctionState:
    lot = state.lots[event.lot]
    pending = PendingWithdrawal(event.seat, event.bid, event.received_at)
    mine = lot.seats.get(event.seat, NOTHING)
    if mine.surrogate is not None:
        # Whoever asks a bid back is not away, and wants no further one placed.
        lot = replace(lot, seats=on_lot(lot, event.seat, replace(mine, surrogate=None)))
    return with_lot(state, seq, replace(lot, withdrawal=pending))


def _withdrawal_decided(state: AuctionState, event: ev.WithdrawalDecided, seq: int) -> AuctionState:
    lot = replace(state.lots[event.lot], withdrawal=None)
    if event.approved:
        mine = lot.seats[event.seat]
        mine = replace(
            mine,
            best=mine.previous,
            previous=None,
            revived=mine.previous is not None,
            first=None if mine.previous is None else mine.first,
            surrogate=None,  # approved by a best that stands no more
        )
        lot = replace(lot, seats=on_lot(lot, event.seat, mine))
    return with_lot(state, seq, lot)


def _unlock_requested(state: AuctionState, event: ev.UnlockRequested, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    mine = replace(lot.seats.get(event.seat, NOTHING), unlock_pending=event.amount)
    return with_lot(state, seq, replace(lot, seats=on_lot(lot, event.seat, mine)))


def _unlock_decided(state: AuctionState, event: ev.UnlockDecided, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    mine = lot.seats[event.seat]
    unlocked = event.amount if event.approved else mine.unlocked_to
    mine = replace(mine, unlock_pending=None, unlocked_to=unlocked)
    return with_lot(state, seq, replace(lot, seats=on_lot(lot, event.seat, mine)))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.BidPlaced: bid_placed,
    ev.AutomaticBidPlaced: bid_placed,
    ev.BidLines: _bid_lines,
    ev.WithdrawalRequested: _withdrawal_requested,
    ev.WithdrawalDecided: _withdrawal_decided,
    ev.UnlockRequested: _unlock_requested,
    ev.UnlockDecided: _unlock_decided,
}
