"""Lots: when each one takes bids, starts, and which follows which.

A command received at or before a boundary belongs before it: at exactly the start a bid is still
a pre-bid, at exactly the deadline it is in time. The gate decides a due boundary B after every
command received at or before B and before every later one; these checks hold to ``received_at``
all the same, so that no order of arrival can change an answer.
"""

from __future__ import annotations

from datetime import datetime

from auctions.domain.draft import Draft
from auctions.domain.events import LotScheduled, LotStarted
from auctions.domain.refusals import (
    LotClosedAlready,
    LotIsPaused,
    NotInFormat,
    NotOpenYet,
    RoundDiffers,
    TooLate,
)
from auctions.domain.rules import staggered
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.terms import LotOrder


def check_takes_bids(state: AuctionState, lot: LotState, at: datetime) -> bool:
    """Whether a bid received at ``at`` is a pre-bid.

    Raises NotOpenYet, LotIsPaused, LotClosedAlready or TooLate where no bid is taken.
    """
    if lot.phase is LotPhase.RUNNING:
        if lot.running_since is not None and at <= lot.running_since:
            first = lot.running_since == lot.starts_at
            raise (NotOpenYet if first else LotIsPaused)(lot=lot.number)
        if lot.deadline is None or at > lot.deadline:
            raise TooLate(lot=lot.number)
        return False
    if lot.phase in (LotPhase.CLOSED, LotPhase.SEALED):
        raise LotClosedAlready(lot=lot.number)
    if lot.phase is LotPhase.PAUSED:
        raise LotIsPaused(lot=lot.number)
    if not state.prebid_opened or (lot.starts_at is not None and at > lot.starts_at):
        raise NotOpenYet(lot=lot.number)
    return True


def check_round(lot: LotState, named: int | None) -> None:
    """Raise RoundDiffers unless the round under way is named: what was meant for an earlier one
    and came late must not take the place of an offer. Without rounds none may be named."""
    if lot.rounds is None:
        if named is not None:
            raise NotInFormat()
    elif named != lot.rounds.round:
        raise RoundDiffers(field="round", round=lot.rounds.round)


def start_lot(draft: Draft, lot: LotState, at: datetime) -> None:
    """The lot starts at the boundary itself; its pre-bids stand as offers."""
    terms = draft.state.rules
    behind = staggered.later(terms, lot.number)
    hard_stop = at + terms.soft_close.hard_stop + behind
    deadline = min(hard_stop, at + terms.length + behind)
    draft.emit(LotStarted(lot.number, at, deadline, hard_stop))


def schedule_next(draft: Draft, closed: LotState, at: datetime) -> None:
    """In series the next lot starts a gap after the close of the one before."""
    state = draft.state
    if state.rules.lot_order is not LotOrder.SERIAL:
        return
    following = state.lots.get(closed.number + 1)
    if following is not None and following.starts_at is None:
        draft.emit(LotScheduled(following.number, at + state.rules.lot_gap))
