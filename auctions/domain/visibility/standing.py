"""The standing: how an auction stands, as far as one viewer may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from auctions.domain import outcome
from auctions.domain.draft import Limits, no_limits
from auctions.domain.events import AuctionOutcome, LotOutcome
from auctions.domain.formats import next_valid_bid
from auctions.domain.outcome import Ranked
from auctions.domain.state import AuctionState, LotPhase, LotState, Phase, Seat, SeatOnLot
from auctions.domain.visibility.happenings import price_told
from auctions.domain.visibility.levels import LevelStanding, bidders_told, level_standing
from auctions.domain.visibility.limits import LimitStanding, limit_standing
from auctions.domain.visibility.sealed import SealedStanding, sealed_standing, unread
from auctions.domain.visibility.table import (
    TABLE,
    Aliases,
    Field,
    Grant,
    Role,
    Viewer,
    granted,
    label,
)
from auctions.domain.visibility.turns import TurnsStanding, turns_standing
from kernel.decimals import MAX_SCALE, floor_fraction


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """A supplier's own figures on a lot. None: not granted, or there is none."""

    best: Decimal | None
    best_at: datetime | None
    bids: int
    prebid: bool
    rank: int | None
    of: int | None
    leading: bool | None  # only where rank or lead is told
    gap: Decimal | None  # own best - lead
    most: Decimal | None  # next valid bid; None: no limit to a first bid, or no room below
    room: bool  # whether any amount above zero would do
    reserve_met: bool | None  # by the own offer
    withdrawable_until: datetime | None
    withdrawal_pending: bool
    unlock_pending: Decimal | None
    unlocked_to: Decimal | None
    won: bool | None  # after the close
    awarded: bool | None  # once the award is recorded
    values: tuple[Decimal, ...] | None = None  # of the criteria, where the terms score
    score: Decimal | None = None  # of ``best``, to six digits; ranking does not round
    disqualified: bool = False
    limit: LimitStanding | None = None  # of automatic bids, where the terms have them


@dataclass(frozen=True, slots=True)
class ParticipantStanding:
    """One participant on a lot, for those who may see every bid."""

    seat: str  # id or alias
    best: Decimal | None
    rank: int | None
    gap: Decimal | None
    bids: int
    last_bid_at: datetime | None
    prebid: bool
    values: tuple[Decimal, ...] | None = None
    score: Decimal | None = None
    level: int | None = None  # the latest it accepted, where prices move by levels
    out: bool | None = None  # whether it did not accept a level within its time


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """A request that waits for a neutral person."""

    seat: str
    amount: Decimal
    best: Decimal | None


@dataclass(frozen=True, slots=True)
class LotStanding:
    """One lot. ``phase``: waiting, prebid, running, settling, paused or closed."""

    number: int
    phase: str
    started: bool
    starts_at: datetime | None
    deadline: datetime | None
    hard_stop: datetime | None
    resumes_at: datetime | None
    remaining: timedelta | None  # while paused: to the deadline, or to the start
    pauses: tuple[str, ...]
    extensions: int
    ranks_hidden: bool
    outcome: LotOutcome | None
    own: OwnStanding | None
    lead: Decimal | None
    bidders: int | None
    bids: int | None
    reserve_met: bool | None  # by the lead; suppliers have theirs in ``own``
    participants: tuple[ParticipantStanding, ...] | None
    withdrawal: str | None  # the seat whose withdrawal waits: id or alias
    unlocks: tuple[UnlockRequest, ...] | None
    winner: str | None
    price: Decimal | None
    reserve: Decimal | None
    awarded: str | None  # the seat the award names
    sealed: SealedStanding | None = None  # of the sealed formats
    level: LevelStanding | None = None  # where prices move by levels, once the lot started
    turns: TurnsStanding | None = None  # of rounds in turns, once the lot started


@dataclass(frozen=True, slots=True)
class SeatStanding:
    """A seat and its consent."""

    seat: str
    late: bool
    removed: bool
    declined: bool
    accepted_version: int
    disqualified: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One auction as one viewer may see it. ``seats`` holds a supplier's own seat alone."""

    phase: Phase
    paused: bool  # every open lot stands still
    outcome: AuctionOutcome | None
    ended_at: datetime | None
    ended_reason: str
    terms_version: int
    terms_hash: str
    consent_until: datetime | None
    seats: tuple[SeatStanding, ...]
    lots: tuple[LotStanding, ...]


def standing(
    state: AuctionState,
    viewer: Viewer,
    *,
    now: datetime | None = None,
    secrets: Mapping[int, Decimal] | None = None,
    alias: Aliases = str,
    limits: Limits = no_limits,
) -> Standing:
    """What ``viewer`` may see of ``state``.

    ``now`` tells whether a lot's time is up while its boundary waits to be decided (without it
    the lot is shown as running).
    ``secrets`` maps lots to hidden reserves, for the met / not met flag. ``alias`` names seats to
    a blind buyer. ``limits`` opens the viewer's own limits for automatic bids.
    """
    reserves = secrets or {}
    open_lots = [lot for lot in state.lots.values() if lot.phase is not LotPhase.CLOSED]
    return Standing(
        phase=state.phase,
        paused=bool(open_lots) and all(lot.phase is LotPhase.PAUSED for lot in open_lots),
        outcome=state.outcome,
        ended_at=state.ended_at,
        ended_reason=state.ended_reason,
        terms_version=state.rules.version,
        terms_hash=state.terms_hash,
        consent_until=state.consent_until,
        seats=tuple(_seats(state, viewer, alias)),
        lots=tuple(
            lot_standing(
                state,
                lot,
                viewer,
                now=now,
                reserve=reserves.get(number),
                alias=alias,
                limits=limits,
            )
            for number, lot in state.lots.items()
        ),
    )


def _seats(state: AuctionState, viewer: Viewer, alias: Aliases) -> list[SeatStanding]:
    found = [
        SeatStanding(
            seat=label(viewer, state, seat.id, alias),
            late=seat.late,
            removed=seat.removed,
            declined=seat.declined,
            accepted_version=seat.accepted_version,
            disqualified=seat.disqualified,
        )
        for seat in _in_question(state, viewer)
        if granted(Field.SEATS, viewer, state, owner=seat.id)
    ]
    return sorted(found, key=lambda seat: seat.seat)


def _in_question(state: AuctionState, viewer: Viewer) -> Iterable[Seat]:
    """Where no more than the own seat is granted, the others need not be asked about one by one."""
    if TABLE[Field.SEATS].get(viewer.role) != (Grant.OWN,):
        return state.seats.values()
    own = None if viewer.seat is None else state.seats.get(viewer.seat)
    return () if own is None else (own,)


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
    ranked = () if lot.phase is LotPhase.SEALED else outcome.ranking(state, lot)

    def may(field: Field, owner: str | None = None) -> bool:
        return granted(field, viewer, state, lot, owner)

    def name(seat: str | None) -> str | None:
        return None if seat is None else label(viewer, state, seat, alias)

    lead = ranked[0].offer.amount if ranked else None
    told = lead
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
        own=_own(state, lot, viewer, (ranked, known), limits) if viewer.seat is not None else None,
        lead=told if may(Field.LEAD) else None,
        bidders=bidders_told(lot, viewer, len(ranked)) if may(Field.COUNT) else None,
        bids=sum(mine.bids for mine in lot.seats.values())
        if may(Field.BIDS) and not unread(state, lot)
        else None,
        reserve_met=met if may(Field.RESERVE_MET) and viewer.role is not Role.SUPPLIER else None,
        participants=_participants(state, lot, viewer, ranked, alias)
        if may(Field.PARTICIPANTS)
        else None,
        withdrawal=name(pending.seat)
        if pending is not None and may(Field.WITHDRAWAL, pending.seat)
        else None,
        unlocks=_unlocks(lot) if may(Field.UNLOCK) else None,
        winner=name(lot.winner) if may(Field.WINNER) else None,
        price=price_told(state, lot.number, viewer) if closed else None,
        reserve=lot.reserve if may(Field.RESERVE) else None,
        awarded=name(state.awards.get(lot.number)) if may(Field.WINNER) else None,
        sealed=sealed_standing(state, lot, viewer),
        level=level_standing(state, lot, viewer),
        turns=turns_standing(state, lot, viewer, alias),
    )


def shown_phase(state: AuctionState, lot: LotState, now: datetime | None) -> str:
    """The lot's phase as people are told it.

    ``prebid`` while pre-bids are taken; ``settling`` when the time is up and the boundary is not
    decided yet: a bid received in time may still extend the lot.
    """
    if lot.phase is LotPhase.WAITING and state.prebid_opened and state.phase.is_open:
        return "prebid"
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


def _own(
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
    lead = outcome.lead_to(state, seat, lot) if may(Field.GAP) else None
    closed = lot.phase is LotPhase.CLOSED
    most = None if closed else next_valid_bid(state, seat, lot.number)
    room = not closed and (most is None or most > 0)
    awarded = state.awards.get(lot.number) == seat if lot.number in state.awards else None
    return OwnStanding(
        best=best,
        best_at=None if mine.best is None else mine.best.received_at,
        bids=mine.bids,
        prebid=mine.best is not None and mine.best.prebid,
        rank=rank,
        of=bidders_told(lot, viewer, len(ranked)) if may(Field.COUNT) else None,
        leading=_leading(lot, seat, best, rank, lead),
        gap=best - lead if best is not None and lead is not None else None,
        most=most if room else None,
        room=room,
        reserve_met=best <= reserve
        if best is not None and reserve is not None and may(Field.RESERVE_MET)
        else None,
        withdrawable_until=_withdrawable_until(state, lot, mine),
        withdrawal_pending=lot.withdrawal is not None and lot.withdrawal.seat == seat,
        unlock_pending=mine.unlock_pending,
        unlocked_to=mine.unlocked_to,
        disqualified=seat in lot.barred,
        limit=limit_standing(state, lot, seat, limits),
        won=lot.winner == seat if closed and may(Field.WON) else None,
        awarded=awarded if may(Field.WON) else None,
        **_scored(state, lot, seat, best, may(Field.SCORING)),
    )


def _scored(
    state: AuctionState, lot: LotState, seat: str, best: Decimal | None, may: bool
) -> dict[str, Any]:
    """A seat's values of the criteria and its score, for whoever may know them."""
    if state.rules.scoring is None or not may:
        return {}
    exact = None if best is None else outcome.score(state, seat, lot.number, best)
    shown = None if exact is None else floor_fraction(exact, MAX_SCALE)
    return {"values": lot.values.get(seat), "score": shown}


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
    if not rule.allowed or bid is None or mine.revived or not state.phase.is_open:
        return None
    if lot.phase is LotPhase.CLOSED or (
        lot.withdrawal is not None and lot.withdrawal.bid == bid.seq
    ):
        return None
    return bid.received_at + rule.window


def _participants(
    state: AuctionState, lot: LotState, viewer: Viewer, ranked: Sequence[Ranked], alias: Aliases
) -> tuple[ParticipantStanding, ...]:
    """The ranked ones first, then by label those without a standing offer.

    Without a grant on seats only those who bid appear: the others have no alias to learn. While
    offers are sealed nobody is one of those.
    """
    secret = unread(state, lot)
    ranks = {one.seat: one.rank for one in ranked}
    lead = ranked[0].offer.amount if ranked else None
    order = [one.seat for one in ranked]
    others = [
        seat
        for seat in state.seats
        if seat not in ranks
        and (
            granted(Field.SEATS, viewer, state, owner=seat)
            or (not secret and seat in lot.seats and lot.seats[seat].bids > 0)
        )
    ]
    order += sorted(others, key=lambda seat: label(viewer, state, seat, alias))
    rows = []
    for seat in order:
        mine = SeatOnLot() if secret else lot.seats.get(seat, SeatOnLot())
        best = mine.best
        rows.append(
            ParticipantStanding(
                seat=label(viewer, state, seat, alias),
                best=None if best is None else best.amount,
                rank=ranks.get(seat),
                gap=best.amount - lead if best is not None and lead is not None else None,
                bids=mine.bids,
                last_bid_at=None if best is None else best.received_at,
                prebid=best is not None and best.prebid,
                level=None if lot.levels is None else lot.levels.accepted.get(seat),
                out=None if lot.levels is None else seat in lot.levels.out,
                **_scored(
                    state,
                    lot,
                    seat,
                    None if best is None else best.amount,
                    granted(Field.SCORING, viewer, state, lot, seat),
                ),
            )
        )
    return tuple(rows)


def _unlocks(lot: LotState) -> tuple[UnlockRequest, ...]:
    return tuple(
        UnlockRequest(seat, mine.unlock_pending, None if mine.best is None else mine.best.amount)
        for seat, mine in sorted(lot.seats.items())
        if mine.unlock_pending is not None
    )
