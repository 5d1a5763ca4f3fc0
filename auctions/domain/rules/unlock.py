"""Unlock: a neutral person lets a bid past the guard's block; never the buyer.

An approval lets the seat's next bid on that lot go as far as it asked: it is placed anew, and its
own moment counts. A request that waits at the deadline extends the lot once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from auctions.domain import money
from auctions.domain.commands import DecideUnlock, Officer, RequestUnlock
from auctions.domain.draft import Draft
from auctions.domain.events import (
    DeadlineCause,
    DeadlineMoved,
    UnlockDecided,
    UnlockRequested,
)
from auctions.domain.refusals import (
    LotClosedAlready,
    NotForBuyer,
    UnlockNotNeeded,
    UnlockNotPending,
)
from auctions.domain.rules import admission, lots, next_bid, texts
from auctions.domain.rules.guard import GuardLevel, guard_level, unlocked
from auctions.domain.state import ZERO, LotPhase, LotState, SeatOnLot
from kernel.clock import ceil_to_second

WITHOUT_SOFT_CLOSE = timedelta(minutes=3)


def request_unlock(draft: Draft, command: RequestUnlock) -> None:
    """Ask for an amount that would be a valid bid but for the block."""
    state = draft.state
    admission.check_bidder(state, command.seat)
    lot = admission.lot_of(state, command.lot)
    lots.check_takes_bids(state, lot, draft.at)
    amount = next_bid.check_form(money.own_terms(state, command.seat, lot.number), command.amount)
    next_bid.check_undercuts(state, command.seat, lot, amount)
    mine = lot.seats.get(command.seat, SeatOnLot())
    best = None if mine.best is None else mine.best.amount
    level = guard_level(state.rules.guard, best, amount, rises=lot.rises)
    if level is not GuardLevel.BLOCK or unlocked(lot, mine, amount):
        raise UnlockNotNeeded()
    draft.emit(UnlockRequested(lot.number, command.seat, amount, draft.at, command.ref))


def decide_unlock(draft: Draft, command: DecideUnlock) -> None:
    """Approve or refuse what a seat asked, with a reason."""
    state = draft.state
    admission.check_open(state)
    lot = admission.lot_of(state, command.lot)
    if command.by is Officer.BUYER:
        raise NotForBuyer()
    if lot.phase is LotPhase.CLOSED:
        raise LotClosedAlready(lot=lot.number)
    reason = texts.reason(command.reason)
    pending = lot.seats.get(command.seat, SeatOnLot()).unlock_pending
    if pending is None:
        raise UnlockNotPending(lot=lot.number)
    draft.emit(
        UnlockDecided(lot.number, command.seat, pending, command.approve, reason, command.by)
    )


def extended_by_pending(draft: Draft, lot: LotState, boundary: datetime) -> bool:
    """At the deadline: extend once if a request waits; whether the deadline moved."""
    if lot.unlock_extended or lot.deadline is None or lot.hard_stop is None:
        return False
    waiting = (s for s, mine in lot.seats.items() if mine.unlock_pending is not None)
    if all(seat in lot.barred for seat in waiting):
        return False
    rule = draft.state.rules.soft_close
    longer = max(rule.reset, rule.window) if rule.window > ZERO else WITHOUT_SOFT_CLOSE
    deadline = min(lot.hard_stop, ceil_to_second(boundary + longer))
    if deadline <= lot.deadline:
        return False
    cause = DeadlineCause.UNLOCK_PENDING
    draft.emit(DeadlineMoved(lot.number, deadline, cause, lot.extensions + 1))
    return True
