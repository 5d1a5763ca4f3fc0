"""Feedback: what a supplier is told about others now, as the terms grant it."""

from __future__ import annotations

from auctions.domain import outcome
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.terms import Count


def _told(state: AuctionState, seat: str | None, lot: LotState) -> bool:
    """Anything at all: the lot started, ranks are not hidden, and own first bid where asked."""
    if not lot.started or (lot.ranks_hidden and lot.phase is not LotPhase.CLOSED):
        return False
    return not state.rules.feedback.after_first_bid or has_offer(lot, seat)


def has_offer(lot: LotState, seat: str | None) -> bool:
    """Whether an offer of that seat stands on the lot."""
    mine = None if seat is None else lot.seats.get(seat)
    return mine is not None and mine.best is not None


def rank_told(state: AuctionState, seat: str | None, lot: LotState) -> bool:
    """Whether this seat is told its own rank now."""
    return state.rules.feedback.rank and has_offer(lot, seat) and _told(state, seat, lot)


def choice_told(state: AuctionState, seat: str | None, lot: LotState) -> bool:
    """Whether this seat is told which of its own packages the best choice so far holds.

    Asked of packages that were opened only. It says as much of others as a rank does.
    """
    return state.rules.feedback.rank and seat is not None and lot.started


def lead_told(state: AuctionState, seat: str | None, lot: LotState) -> bool:
    """Whether this seat (None: a mere observer) is told the lead price now."""
    feedback = state.rules.feedback
    if not feedback.lead or not _told(state, seat, lot):
        return False
    least = feedback.lead_min_bidders
    return least <= 1 or outcome.bidders(lot) >= least


def count_told(state: AuctionState, seat: str | None, lot: LotState) -> bool:
    """Whether this seat is told how many bid on the lot."""
    return state.rules.feedback.count is Count.SHOWN and _told(state, seat, lot)


def reserve_told(state: AuctionState, seat: str | None, lot: LotState) -> bool:
    """Whether this seat is told if its own offer meets the reserve."""
    return state.rules.feedback.reserve_met and lot.started and has_offer(lot, seat)
