"""Withdrawal: taking back one's own latest bid, within the terms' time of it.

On a lot that started, the lot pauses until the buyer (a neutral person where the buyer is blind)
decides with a reason. The pause has a moment of its own, the line of the decision: other bids
received up to it count, also after the withdrawal's receipt, by which its own time is measured.
Before the start nobody has seen the bid and nobody acted on it, so it comes back at once and the
start is not delayed. Approval voids that bid alone: the previous own best revives with its own
``seq``; extensions and others' bids stand. What was revived cannot be withdrawn. One withdrawal at
a time waits on a lot.
"""

from __future__ import annotations

from auctions.domain.commands import DecideWithdrawal, Officer, Withdraw
from auctions.domain.draft import Draft
from auctions.domain.events import PauseCause, WithdrawalDecided, WithdrawalRequested
from auctions.domain.refusals import (
    Disqualified,
    LotClosedAlready,
    NotForBuyer,
    NothingToWithdraw,
    NotInFormat,
    TooLate,
    WithdrawalNotAllowed,
    WithdrawalNotPending,
    WithdrawalPending,
    WithdrawalTooLate,
)
from auctions.domain.rules import admission, automatic_bids, holds, texts
from auctions.domain.state import LotPhase, SeatOnLot

BEFORE_START = "before the start of the lot"


def withdraw(draft: Draft, command: Withdraw) -> None:
    """Ask for one's own latest bid back."""
    state = draft.state
    seat = admission.seat_of(state, command.seat)
    admission.check_open(state)
    if command.round is not None:
        raise NotInFormat()
    if seat.disqualified:
        raise Disqualified()
    lot = admission.lot_of(state, command.lot)
    rule = state.rules.withdrawal
    if not rule.allowed:
        raise WithdrawalNotAllowed()
    if lot.phase is LotPhase.CLOSED:
        raise LotClosedAlready(lot=lot.number)
    if lot.phase is LotPhase.RUNNING and lot.deadline is not None and draft.at > lot.deadline:
        raise TooLate(lot=lot.number)
    mine = lot.seats.get(seat.id, SeatOnLot())
    # A bid received later is not the one that was meant, and the one meant is the best no more.
    if mine.best is None or mine.revived or mine.best.received_at > draft.at:
        raise NothingToWithdraw(lot=lot.number)
    if draft.at - mine.best.received_at > rule.window:
        raise WithdrawalTooLate(seconds=int(rule.window.total_seconds()))
    if lot.withdrawal is not None:
        raise WithdrawalPending(lot=lot.number)
    bid = mine.best.seq
    draft.emit(WithdrawalRequested(lot.number, seat.id, bid, draft.at, command.ref))
    if lot.started:
        holds.hold(draft, lot, PauseCause.WITHDRAWAL)
    else:
        draft.emit(
            WithdrawalDecided(lot.number, seat.id, bid, True, BEFORE_START, Officer.PLATFORM)
        )
    automatic_bids.end_with_withdrawal(draft, lot, seat.id)


def decide_withdrawal(draft: Draft, command: DecideWithdrawal) -> None:
    """Approve or refuse; the lot goes on after the notice of the terms."""
    state = draft.state
    admission.check_open(state)
    lot = admission.lot_of(state, command.lot)
    if state.rules.blind and command.by is Officer.BUYER:
        raise NotForBuyer()
    reason = texts.reason(command.reason)
    pending = lot.withdrawal
    if pending is None:
        raise WithdrawalNotPending(lot=lot.number)
    draft.emit(
        WithdrawalDecided(
            lot.number, pending.seat, pending.bid, command.approve, reason, command.by
        )
    )
    holds.lift(draft, lot, PauseCause.WITHDRAWAL)
