"""One lot as far as one viewer may see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from auctions.domain import money, outcome
from auctions.domain.draft import Limits, no_limits
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.visibility.happenings import price_told
from auctions.domain.visibility.levels import bidders_told, level_standing
from auctions.domain.visibility.packages import packages_standing
from auctions.domain.visibility.random_end import random_end_standing
from auctions.domain.visibility.rounds import rounds_standing
from auctions.domain.visibility.sealed import sealed_standing, unread
from auctions.domain.visibility.standing.own import own_standing
from auctions.domain.visibility.standing.participants import (
    participants_standing,
    surrogates_standing,
    unlocks_standing,
)
from auctions.domain.visibility.standing.shapes import LotStanding
from auctions.domain.visibility.table import (
    Aliases,
    Field,
    Role,
    Viewer,
    granted,
    label,
    order_withheld,
)
from auctions.domain.visibility.turns import turns_standing


def lot_standing(
    state: AuctionState,
    lot: LotState,
    viewer: Viewer,
    *,
    now: datetime | None = None,
    reserve: Decimal | None = None,
    alias: Aliases = str,
    limits: Limits = no_limits,
) -> LotStanding:
    """One lot of :func:`standing`; ``reserve`` is its hidden reserve, where it has one."""
    ranked = () if order_withheld(state, lot) else outcome.ranking(state, lot)

    def may(field: Field, owner: str | None = None) -> bool:
        return granted(field, viewer, state, lot, owner)

    def name(seat: str | None) -> str | None:
        return None if seat is None else label(viewer, state, seat, alias)

    told = None
    if ranked:
        told = money.told_to(state, None, lot, ranked[0].seat, ranked[0].offer.amount)
    if viewer.role in (Role.SUPPLIER, Role.OBSERVER):
        told = outcome.lead_to(state, viewer.seat, lot)
    known = lot.reserve if lot.reserve is not None else reserve
    met = None if known is None else outcome.winner(lot, known) is not None
    pending = lot.withdrawal
    closed = lot.phase is LotPhase.CLOSED
    return LotStanding(
        number=lot.number,
        phase=shown_phase(state, lot, now),
        started=lot.started,
        starts_at=lot.starts_at,
        deadline=lot.deadline,
        hard_stop=lot.hard_stop,
        resumes_at=lot.resumes_at,
        remaining=_remaining(lot),
        pauses=tuple(sorted(cause.value for cause in lot.pauses)),
        extensions=lot.extensions,
        ranks_hidden=lot.ranks_hidden and not closed,
        outcome=lot.outcome,
        own=own_standing(state, lot, viewer, (ranked, known), limits)
        if viewer.seat is not None
        else None,
        lead=told if may(Field.LEAD) else None,
        bidders=bidders_told(lot, viewer, len(ranked)) if may(Field.COUNT) else None,
        bids=sum(mine.bids for mine in lot.seats.values())
        if may(Field.BIDS) and not unread(state, lot)
        else None,
        reserve_met=met if may(Field.RESERVE_MET) and viewer.role is not Role.SUPPLIER else None,
        participants=participants_standing(state, lot, viewer, ranked, alias)
        if may(Field.PARTICIPANTS)
        else None,
        withdrawal=name(pending.seat)
        if pending is not None and may(Field.WITHDRAWAL, pending.seat)
        else None,
        unlocks=unlocks_standing(state, lot) if may(Field.UNLOCK) else None,
        surrogates=surrogates_standing(state, lot)
        if state.rules.surrogates and lot.phase is not LotPhase.CLOSED and may(Field.SURROGATE)
        else None,
        winner=name(lot.winner) if may(Field.WINNER) else None,
        price=price_told(state, lot.number, viewer) if closed else None,
        reserve=lot.reserve if may(Field.RESERVE) else None,
        awarded=name(state.awards.get(lot.number)) if may(Field.WINNER) else None,
        sealed=sealed_standing(state, lot, viewer),
        level=level_standing(state, lot, viewer),
        turns=turns_standing(state, lot, viewer, alias),
        packages=packages_standing(state, lot, viewer, alias),
        rounds=rounds_standing(state, lot, viewer),
        **_paid(state, lot, viewer),
        random_end=random_end_standing(state, lot, viewer),
    )


def _paid(state: AuctionState, lot: LotState, viewer: Viewer) -> dict[str, Any]:
    if lot.winner not in lot.money or not granted(Field.WINNER, viewer, state, lot):
        return {}
    return {"paid": lot.price, "paid_in": money.currency_of(state, lot.winner)}


def shown_phase(state: AuctionState, lot: LotState, now: datetime | None) -> str:
    """The lot's phase as people are told it.

    ``prebid`` while pre-bids are taken; ``settling`` when the time is up and the boundary is not
    decided yet: a bid received in time may still extend the lot. ``awaiting_seeds`` while nobody
    bids any more and the deadline is that for opening the seeds of a random end.
    """
    if lot.phase is LotPhase.WAITING and state.prebid_opened and state.phase.is_open:
        return "prebid"
    if lot.phase is LotPhase.RUNNING and lot.random_end is not None and lot.random_end.awaits:
        return "awaiting_seeds"
    time_is_up = now is not None and lot.deadline is not None and now > lot.deadline
    if lot.phase is LotPhase.RUNNING and time_is_up:
        return "settling"
    return lot.phase.value


def _remaining(lot: LotState) -> timedelta | None:
    if lot.phase is not LotPhase.PAUSED or lot.paused_at is None:
        return None
    if lot.deadline is not None:
        return lot.deadline - lot.paused_at
    return None if lot.starts_at is None else lot.starts_at - lot.paused_at
