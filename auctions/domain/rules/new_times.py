"""New times: what an edit of the terms does to lots that are not closed.

One that started gains or loses the difference of ``length`` and of ``hard_stop``; it still resumes
with the soft-close window at least, and its hard stop never stands before its deadline. One that
waits starts at the new ``starts_at`` itself, or at the resumption if that is later. A serial lot
already scheduled moves by the difference of the gap.
"""

from __future__ import annotations

from dataclasses import replace

from auctions.domain.events import PauseCause
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.terms import LotOrder, Terms


def edited_lots(state: AuctionState, new: Terms) -> dict[int, LotState]:
    """The lots under the new terms; closed ones stay as they are."""
    return {
        number: lot
        if lot.phase in (LotPhase.CLOSED, LotPhase.SEALED)
        else _edited(state.rules, new, lot)
        for number, lot in state.lots.items()
    }


def _edited(old: Terms, new: Terms, lot: LotState) -> LotState:
    lot = replace(lot, pauses=(lot.pauses - {PauseCause.OFFICER}) | {PauseCause.CONSENT})
    if lot.levels is not None:
        return lot  # the level keeps what remains of its time; the next one has the new length
    if lot.deadline is not None and lot.hard_stop is not None and lot.paused_at is not None:
        deadline = max(lot.deadline + (new.length - old.length), lot.paused_at)
        longer = new.soft_close.hard_stop - old.soft_close.hard_stop
        return replace(lot, deadline=deadline, hard_stop=max(lot.hard_stop + longer, deadline))
    if new.lot_order is LotOrder.SERIAL and lot.number != 1:
        if old.lot_order is not LotOrder.SERIAL:
            return replace(lot, starts_at=None)
        if lot.starts_at is None:
            return lot
        return replace(lot, starts_at=lot.starts_at + (new.lot_gap - old.lot_gap))
    if new.starts_at != old.starts_at or lot.starts_at is None:
        return replace(lot, starts_at=new.starts_at, start_fixed=True)
    return lot
