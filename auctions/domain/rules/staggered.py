"""Staggered lots: all start at once and end one after another.

``end(n+1) = max(planned, end(n) + interval)``: a lot that ends later pushes those after it, each at
most to its own hard stop, which stands later by the same intervals. The interval is the terms'
``lot_gap``. While a lot is paused its end is not known, and those after it go on.
"""

from __future__ import annotations

from datetime import timedelta

from auctions.domain.draft import Draft
from auctions.domain.events import DeadlineCause, DeadlineMoved
from auctions.domain.state import ZERO, LotPhase
from auctions.domain.terms import LotOrder, Terms


def later(terms: Terms, number: int) -> timedelta:
    """How much later than the first lot's this lot's planned end is."""
    return terms.lot_gap * (number - 1) if terms.lot_order is LotOrder.STAGGERED else ZERO


def follow(draft: Draft) -> None:
    """Push the ends that stand too close behind a lot before them."""
    terms = draft.state.terms
    if terms is None or terms.lot_order is not LotOrder.STAGGERED:
        return
    for number in sorted(draft.state.lots)[1:]:
        ahead, lot = draft.state.lots[number - 1], draft.state.lots[number]
        if ahead.phase is not LotPhase.RUNNING or lot.phase is not LotPhase.RUNNING:
            continue
        if ahead.deadline is None or lot.deadline is None or lot.hard_stop is None:
            continue
        deadline = min(lot.hard_stop, ahead.deadline + terms.lot_gap)
        if deadline > lot.deadline:
            draft.emit(DeadlineMoved(number, deadline, DeadlineCause.STAGGERED, lot.extensions + 1))
