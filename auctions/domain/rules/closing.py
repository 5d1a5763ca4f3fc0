"""Closing: the lot's outcome with its reserve, then the auction's; and what ends it early."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from auctions.domain import outcome
from auctions.domain.commands import Annul, Cancel, OpenedReserve, RecordAward
from auctions.domain.draft import Draft
from auctions.domain.events import (
    Annulled,
    AuctionOutcome,
    AwardRecorded,
    Cancelled,
    Closed,
    LotClosed,
    LotOutcome,
    ReserveOpened,
)
from auctions.domain.refusals import (
    AuctionEnded,
    AwardExists,
    Disqualified,
    NotClosedYet,
    NotOpened,
    ReserveDiffers,
    ReserveMissing,
    SeatUnknown,
)
from auctions.domain.rules import admission, automatic_bids, lots, texts, unlock
from auctions.domain.state import LotPhase, LotState, Offer, Phase
from auctions.domain.terms import LotTerms, Terms, reserve_commitment
from kernel.decimals import to_wire

Reserves = Mapping[int, OpenedReserve]
Winner = Callable[[LotState, Decimal | None], tuple[str, Offer] | None]


def close_lot(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """Close at the deadline ``at``, unless a pending unlock extends the lot once."""
    if not unlock.extended_by_pending(draft, lot, at):
        settle_lot(draft, lot, at, reserves)


def settle_lot(
    draft: Draft,
    lot: LotState,
    at: datetime,
    reserves: Reserves,
    winner: Winner = outcome.winner,
) -> None:
    """The lot's outcome at ``at``: ``winner`` names the offer that wins, given the reserve.

    A committed reserve, and every limit for automatic bids, is opened in any case, so that anybody
    may check it.
    """
    reserve = opened_reserve(draft.state.rules.lots[lot.number - 1], reserves)
    if reserve is not None:
        draft.emit(ReserveOpened(lot.number, reserve.salt, reserve.amount))
    automatic_bids.open_all(draft, lot)
    won = winner(lot, None if reserve is None else reserve.amount)
    if won is not None:
        seat, offer = won
        draft.emit(LotClosed(lot.number, at, LotOutcome.WON, seat, offer.amount))
    else:
        empty = outcome.leader(lot) is None
        how = LotOutcome.NO_BID if empty else LotOutcome.RESERVE_NOT_MET
        draft.emit(LotClosed(lot.number, at, how, None, None))
    lots.schedule_next(draft, lot, at)
    _close_auction(draft, at)


def _close_auction(draft: Draft, at: datetime) -> None:
    state = draft.state
    if any(lot.phase is not LotPhase.CLOSED for lot in state.lots.values()):
        return
    outcomes = {lot.outcome for lot in state.lots.values()}
    if LotOutcome.WON in outcomes:
        draft.emit(Closed(at, AuctionOutcome.CLOSED))
    elif LotOutcome.RESERVE_NOT_MET in outcomes:
        draft.emit(Closed(at, AuctionOutcome.RESERVE_NOT_MET))
    else:
        draft.emit(Closed(at, AuctionOutcome.NO_BID))


def opened_reserves(terms: Terms, numbers: Iterable[int], reserves: Reserves) -> dict[int, Decimal]:
    """The reserves of lots that have one, checked against the terms."""
    found = {number: opened_reserve(terms.lots[number - 1], reserves) for number in numbers}
    return {number: each.amount for number, each in found.items() if each is not None}


def opened_reserve(terms: LotTerms, reserves: Reserves) -> OpenedReserve | None:
    if terms.reserve_commitment is None:
        return None
    reserve = reserves.get(terms.number)
    if reserve is None:
        raise ReserveMissing(lot=terms.number)
    if not reserve_fits(terms, reserve):
        raise ReserveDiffers(lot=terms.number)
    return reserve


def reserve_fits(terms: LotTerms, reserve: OpenedReserve) -> bool:
    """Whether an opened reserve is the one the terms committed to."""
    try:
        salt = bytes.fromhex(reserve.salt)
    except ValueError:
        return False
    found = reserve_commitment(salt, to_wire(reserve.amount))
    return found == terms.reserve_commitment


def cancel(draft: Draft, command: Cancel) -> None:
    """End an open auction without a result."""
    admission.check_open(draft.state)
    draft.emit(Cancelled(draft.at, texts.reason(command.reason), command.by))


_VOIDABLE = {Phase.SCHEDULED, Phase.PREBID, Phase.RUNNING, Phase.CLOSED, Phase.FAILED}


def annul(draft: Draft, command: Annul) -> None:
    """Declare the auction void, also after its close."""
    if draft.state.terms is None:
        raise NotOpened()
    if draft.state.phase not in _VOIDABLE:
        raise AuctionEnded()
    draft.emit(Annulled(draft.at, texts.reason(command.reason), command.by))


def record_award(draft: Draft, command: RecordAward) -> None:
    """What the tender decided about a closed lot, once."""
    state = draft.state
    if state.terms is None:
        raise NotOpened()
    if state.phase not in _VOIDABLE:
        raise AuctionEnded()
    lot = admission.lot_of(state, command.lot)
    if lot.phase is not LotPhase.CLOSED:
        raise NotClosedYet()
    if lot.number in state.awards:
        raise AwardExists(lot=lot.number)
    if command.seat is not None and command.seat not in state.seats:
        raise SeatUnknown()
    if command.seat is not None and state.seats[command.seat].disqualified:
        raise Disqualified()
    reason = texts.storable(command.reason).strip()
    draft.emit(AwardRecorded(lot.number, command.seat, command.amount, reason, draft.at))
