"""Holds: how a lot stands still for a cause, and goes on with the time that remained.

Every cause is lifted by itself; when the last one is, the resumption is announced ahead. A lot
that had started then runs for what remained, at least for the soft-close window; its hard stop
counts running time, so it moves along (and never ahead of the deadline so granted).
"""

from __future__ import annotations

from datetime import datetime

from auctions.domain.commands import Officer
from auctions.domain.draft import Draft
from auctions.domain.events import (
    LotPaused,
    LotResumed,
    PauseCause,
    PauseLifted,
    ResumeAnnounced,
)
from auctions.domain.state import AuctionState, LotPhase, LotState
from kernel.clock import ceil_to_second


def open_lots(state: AuctionState) -> list[LotState]:
    """Every lot that can stand still: neither closed nor waiting for its opening."""
    done = (LotPhase.CLOSED, LotPhase.SEALED)
    return [lot for lot in state.lots.values() if lot.phase not in done]


def hold(draft: Draft, lot: LotState, cause: PauseCause) -> None:
    """Stop one lot because the rules ask for it."""
    draft.emit(LotPaused(lot.number, cause, Officer.PLATFORM, draft.line, ""))


def lift(draft: Draft, lot: LotState, cause: PauseCause) -> None:
    """Take one cause away; if it was the last, announce when bidding goes on.

    The announced moment is a whole second: it does not tell when exactly somebody agreed.
    """
    if lot.pauses - {cause}:
        draft.emit(PauseLifted(lot.number, cause, draft.at))
        return
    resumes_at = ceil_to_second(draft.at + draft.state.rules.resume_notice)
    draft.emit(ResumeAnnounced(lot.number, resumes_at))


def resume_lot(draft: Draft, lot: LotState, at: datetime) -> None:
    """Bidding goes on at ``at``, with the time that remained."""
    starts_at = deadline = hard_stop = None
    paused_at = lot.paused_at or at
    if lot.deadline is not None and lot.hard_stop is not None:
        window = draft.state.rules.soft_close.window
        deadline = at + max(lot.deadline - paused_at, window)
        hard_stop = max(at + (lot.hard_stop - paused_at), deadline)
    elif lot.starts_at is not None:
        shifted = lot.starts_at if lot.start_fixed else at + (lot.starts_at - paused_at)
        starts_at = max(at, shifted)
    draft.emit(LotResumed(lot.number, at, starts_at, deadline, hard_stop))
