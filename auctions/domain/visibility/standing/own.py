"""A supplier's own figures on a lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from auctions.domain import outcome
from auctions.domain.direction import gain
from auctions.domain.draft import Limits
from auctions.domain.formats import next_valid_bid
from auctions.domain.outcome import Ranked
from auctions.domain.rules.next_bid import has_room
from auctions.domain.state import AuctionState, LotPhase, LotState, SeatOnLot
from auctions.domain.visibility.levels import bidders_told
from auctions.domain.visibility.limits import limit_standing
from auctions.domain.visibility.standing.score import scored
from auctions.domain.visibility.standing.shapes import OwnStanding
from auctions.domain.visibility.table import Field, Viewer, granted


def own_standing(
    state: AuctionState,
    lot: LotState,
    viewer: Viewer,
    known: tuple[Sequence[Ranked], Decimal | None],  # the ranks, the reserve
    limits: Limits,
) -> OwnStanding | None:
    ranked, reserve = known
    seat = viewer.seat
    if seat is None or not granted(Field.OWN_LIMITS, viewer, state, lot, seat):
        return None

    def may(field: Field) -> bool:
        return granted(field, viewer, state, lot, seat)

    mine = lot.seats.get(seat, SeatOnLot())
    best = None if mine.best is None else mine.best.amount
    rank = next((one.rank for one in ranked if one.seat == seat), None)
    rank = rank if may(Field.RANK) else None
    barred = seat in lot.barred
    lead = outcome.lead_to(state, seat, lot) if may(Field.GAP) and not barred else None
    closed = lot.phase is LotPhase.CLOSED
    bound = None if closed else next_valid_bid(state, seat, lot.number)
    room = not closed and has_room(lot.rises, bound)
    awarded = state.awards.get(lot.number) == seat if lot.number in state.awards else None
    return OwnStanding(
        best=best,
        best_at=None if mine.best is None else mine.best.received_at,
        bids=mine.bids,
        prebid=mine.best is not None and mine.best.prebid,
        rank=rank,
        of=bidders_told(lot, viewer, len(ranked)) if may(Field.COUNT) else None,
        leading=_leading(lot, seat, best, rank, lead),
        gap=gain(lot.rises, best, lead) if best is not None and lead is not None else None,
        most=bound if room and not lot.rises else None,
        least=bound if room and lot.rises else None,
        room=room,
        reserve_met=outcome.within(lot, seat, best, reserve)
        if best is not None and reserve is not None and may(Field.RESERVE_MET)
        else None,
        withdrawable_until=_withdrawable_until(state, lot, mine),
        withdrawal_pending=lot.withdrawal is not None and lot.withdrawal.seat == seat,
        unlock_pending=mine.unlock_pending,
        unlocked_to=mine.unlocked_to,
        disqualified=barred,
        surrogate=None if mine.surrogate is None else mine.surrogate.amount,
        limit=limit_standing(state, lot, seat, limits),
        lines=None if mine.best is None or not may(Field.LINES) else mine.best.lines,
        won=lot.winner == seat if closed and may(Field.WON) else None,
        awarded=awarded if may(Field.WON) else None,
        **scored(state, lot, seat, best, may(Field.SCORING)),
    )


def _leading(
    lot: LotState, seat: str, best: Decimal | None, rank: int | None, lead: Decimal | None
) -> bool | None:
    if rank is not None:
        return rank == 1
    return None if lead is None or best is None else outcome.equals_lead(lot, seat, best)


def _withdrawable_until(state: AuctionState, lot: LotState, mine: SeatOnLot) -> datetime | None:
    """The last moment at which the own latest bid may be asked back, as things stand now."""
    rule = state.rules.withdrawal
    bid = mine.best
    if lot.rounds is not None:
        return None  # what was opened stands; the sealed offer of the round is taken back unread
    if not rule.allowed or bid is None or mine.revived or not state.phase.is_open:
        return None
    if lot.phase is LotPhase.CLOSED or (
        lot.withdrawal is not None and lot.withdrawal.bid == bid.seq
    ):
        return None
    return bid.received_at + rule.window
