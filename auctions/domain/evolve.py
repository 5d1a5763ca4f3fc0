"""``evolve(state, event, seq)``: what each entry of the ledger makes of the state.

One function an event, chosen by table. Nothing is judged here: an entry happened, and replaying
the entries gives the very state the live auction had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from auctions.domain import events as ev
from auctions.domain.affine import affine_of
from auctions.domain.events import AuctionOutcome, DeadlineCause, Event, PauseCause
from auctions.domain.rules import new_times, sealed_entries
from auctions.domain.state import (
    AuctionState,
    Levels,
    LostConnections,
    LotPhase,
    LotState,
    Offer,
    PendingWithdrawal,
    Phase,
    Seat,
    SeatOnLot,
    TurnsLot,
)
from auctions.domain.terms import Format, LotOrder

_NOTHING = SeatOnLot()


def evolve(state: AuctionState, event: Event, seq: int) -> AuctionState:
    """The state after ``event``, the ledger's entry number ``seq``."""
    return _REDUCERS[type(event)](state, event, seq)


def _with_lot(state: AuctionState, seq: int, lot: LotState) -> AuctionState:
    return replace(state, seq=seq, lots={**state.lots, lot.number: lot})


def _with_seat(state: AuctionState, seq: int, seat: Seat) -> AuctionState:
    return replace(state, seq=seq, seats={**state.seats, seat.id: seat})


def _on_lot(lot: LotState, seat: str, mine: SeatOnLot) -> dict[str, SeatOnLot]:
    return {**lot.seats, seat: mine}


def _opened(state: AuctionState, event: ev.Opened, seq: int) -> AuctionState:
    terms = event.terms
    first = min(lot.number for lot in terms.lots)
    parallel = terms.lot_order is not LotOrder.SERIAL
    lots = {
        lot.number: LotState(
            number=lot.number,
            starts_at=terms.starts_at if parallel or lot.number == first else None,
        )
        for lot in terms.lots
    }
    return replace(
        state,
        seq=seq,
        terms=terms,
        terms_hash=event.terms_hash,
        reference=event.reference,
        title=event.title,
        lots=lots,
    )


def _seat_admitted(state: AuctionState, event: ev.SeatAdmitted, seq: int) -> AuctionState:
    return _with_seat(state, seq, Seat(id=event.seat, late=event.late))


def _seat_removed(state: AuctionState, event: ev.SeatRemoved, seq: int) -> AuctionState:
    seat = replace(state.seats[event.seat], removed=True, declined=event.declined)
    return _with_seat(state, seq, seat)


def _terms_accepted(state: AuctionState, event: ev.TermsAccepted, seq: int) -> AuctionState:
    return _with_seat(state, seq, replace(state.seats[event.seat], accepted_version=event.version))


def _prebid_opened(state: AuctionState, event: ev.PrebidOpened, seq: int) -> AuctionState:
    phase = Phase.PREBID if state.phase is Phase.SCHEDULED else state.phase
    return replace(state, seq=seq, phase=phase, prebid_opened=True)


def _lot_scheduled(state: AuctionState, event: ev.LotScheduled, seq: int) -> AuctionState:
    return _with_lot(state, seq, replace(state.lots[event.lot], starts_at=event.starts_at))


def _lot_started(state: AuctionState, event: ev.LotStarted, seq: int) -> AuctionState:
    lot = replace(
        state.lots[event.lot],
        phase=LotPhase.RUNNING,
        started=True,
        starts_at=event.at,
        running_since=event.at,
        deadline=event.deadline,
        hard_stop=event.hard_stop,
    )
    return replace(_with_lot(state, seq, lot), phase=Phase.RUNNING)


def _bid_placed(state: AuctionState, event: ev.BidPlaced, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = lot.seats.get(event.seat, _NOTHING)
    pending = before.unlock_pending
    after = SeatOnLot(
        best=Offer(event.amount, seq, event.received_at, event.prebid),
        previous=before.best,
        bids=before.bids + 1,
        first=event.amount if before.first is None else before.first,
        # An unlock serves one bid, and a request is settled by going as low as it asked.
        unlocked_to=None,
        unlock_pending=None if pending is None or event.amount <= pending else pending,
    )
    return _with_lot(state, seq, replace(lot, seats=_on_lot(lot, event.seat, after)))


def _deadline_moved(state: AuctionState, event: ev.DeadlineMoved, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    soft = event.cause is DeadlineCause.SOFT_CLOSE
    unlock = event.cause is DeadlineCause.UNLOCK_PENDING
    lot = replace(
        lot,
        deadline=event.deadline,
        extensions=event.extension,
        soft_extensions=lot.soft_extensions + soft,
        unlock_extended=lot.unlock_extended or unlock,
    )
    return _with_lot(state, seq, lot)


def _hard_stop(state: AuctionState, event: ev.HardStopAnnounced, seq: int) -> AuctionState:
    return _with_lot(state, seq, replace(state.lots[event.lot], hard_stop_announced=True))


def _ranks_hidden(state: AuctionState, event: ev.RanksHidden, seq: int) -> AuctionState:
    return _with_lot(state, seq, replace(state.lots[event.lot], ranks_hidden=True))


def _lot_paused(state: AuctionState, event: ev.LotPaused, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    lot = replace(
        lot,
        phase=LotPhase.PAUSED,
        # A further cause, even during the notice of a resumption, keeps the first moment.
        paused_at=lot.paused_at if lot.phase is LotPhase.PAUSED else event.at,
        pauses=lot.pauses | {event.cause},
        resumes_at=None,
    )
    return _with_lot(state, seq, lot)


def _resume_announced(state: AuctionState, event: ev.ResumeAnnounced, seq: int) -> AuctionState:
    lot = _loss_over(state.lots[event.lot])
    lot = replace(lot, pauses=frozenset[PauseCause](), resumes_at=event.resumes_at)
    # While consent is asked it holds every open lot, so a resumption means that it ended.
    return replace(_with_lot(state, seq, lot), consent_until=None)


def _pause_lifted(state: AuctionState, event: ev.PauseLifted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if event.cause is PauseCause.CONNECTIONS:
        lot = _loss_over(lot)
    state = _with_lot(state, seq, replace(lot, pauses=lot.pauses - {event.cause}))
    if event.cause is PauseCause.CONSENT:
        return replace(state, consent_until=None)
    return state


def _connections_lost(state: AuctionState, event: ev.ConnectionsLost, seq: int) -> AuctionState:
    loss = LostConnections(event.bidders, event.until)
    return _with_lot(state, seq, replace(state.lots[event.lot], loss=loss))


def _loss_over(lot: LotState) -> LotState:
    if lot.loss is None or lot.loss.until is None:
        return lot
    return replace(lot, loss=replace(lot.loss, until=None))


def _lot_resumed(state: AuctionState, event: ev.LotResumed, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    lot = replace(
        lot,
        phase=LotPhase.RUNNING if lot.started else LotPhase.WAITING,
        paused_at=None,
        resumes_at=None,
        start_fixed=False,
        starts_at=lot.starts_at if lot.started else event.starts_at,
        running_since=event.at if lot.started else None,
        deadline=event.deadline,
        hard_stop=event.hard_stop,
        turns=_moved_on(lot, event.at),
    )
    return _with_lot(state, seq, lot)


def _moved_on(lot: LotState, at: datetime) -> TurnsLot | None:
    """The stages, later by as long as the lot stood still."""
    if lot.turns is None or lot.paused_at is None:
        return lot.turns
    return replace(lot.turns, begins=lot.turns.begins + (at - lot.paused_at))


def _withdrawal_requested(
    state: AuctionState, event: ev.WithdrawalRequested, seq: int
) -> AuctionState:
    pending = PendingWithdrawal(event.seat, event.bid, event.received_at)
    return _with_lot(state, seq, replace(state.lots[event.lot], withdrawal=pending))


def _withdrawal_decided(state: AuctionState, event: ev.WithdrawalDecided, seq: int) -> AuctionState:
    lot = replace(state.lots[event.lot], withdrawal=None)
    if event.approved:
        mine = lot.seats[event.seat]
        mine = replace(
            mine,
            best=mine.previous,
            previous=None,
            revived=mine.previous is not None,
            first=None if mine.previous is None else mine.first,
        )
        lot = replace(lot, seats=_on_lot(lot, event.seat, mine))
    return _with_lot(state, seq, lot)


def _unlock_requested(state: AuctionState, event: ev.UnlockRequested, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    mine = replace(lot.seats.get(event.seat, _NOTHING), unlock_pending=event.amount)
    return _with_lot(state, seq, replace(lot, seats=_on_lot(lot, event.seat, mine)))


def _unlock_decided(state: AuctionState, event: ev.UnlockDecided, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    mine = lot.seats[event.seat]
    unlocked = event.amount if event.approved else mine.unlocked_to
    mine = replace(mine, unlock_pending=None, unlocked_to=unlocked)
    return _with_lot(state, seq, replace(lot, seats=_on_lot(lot, event.seat, mine)))


def _terms_changed(state: AuctionState, event: ev.TermsChanged, seq: int) -> AuctionState:
    return replace(
        state,
        seq=seq,
        terms=event.terms,
        terms_hash=event.terms_hash,
        consent_until=event.consent_until,
        lots=new_times.edited_lots(state, event.terms),
    )


def _noted(state: AuctionState, event: Event, seq: int) -> AuctionState:
    """An entry that is part of the record but of no rule."""
    return replace(state, seq=seq)


def _reserve_opened(state: AuctionState, event: ev.ReserveOpened, seq: int) -> AuctionState:
    return _with_lot(state, seq, replace(state.lots[event.lot], reserve=event.amount))


def _lot_closed(state: AuctionState, event: ev.LotClosed, seq: int) -> AuctionState:
    lot = replace(
        state.lots[event.lot],
        phase=LotPhase.CLOSED,
        outcome=event.outcome,
        winner=event.seat,
        price=event.amount,
        closed_at=event.at,
    )
    if lot.levels is not None:  # its time was that of a level: the lot may have ended within it
        lot = replace(lot, deadline=event.at, hard_stop=event.at)
    return _with_lot(state, seq, lot)


def _closed(state: AuctionState, event: ev.Closed, seq: int) -> AuctionState:
    phase = Phase.CLOSED if event.outcome is AuctionOutcome.CLOSED else Phase.FAILED
    return replace(state, seq=seq, phase=phase, outcome=event.outcome, ended_at=event.at)


def _cancelled(state: AuctionState, event: ev.Cancelled, seq: int) -> AuctionState:
    return replace(
        state, seq=seq, phase=Phase.CANCELLED, ended_at=event.at, ended_reason=event.reason
    )


def _annulled(state: AuctionState, event: ev.Annulled, seq: int) -> AuctionState:
    return replace(
        state, seq=seq, phase=Phase.ANNULLED, ended_at=event.at, ended_reason=event.reason
    )


def _buyer_extended(state: AuctionState, event: ev.BuyerExtended, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    return _with_lot(state, seq, replace(lot, buyer_extensions=lot.buyer_extensions + 1))


def _seat_disqualified(state: AuctionState, event: ev.SeatDisqualified, seq: int) -> AuctionState:
    return _barred(state, event.seat, seq, disqualified=True)


def _seat_requalified(state: AuctionState, event: ev.SeatRequalified, seq: int) -> AuctionState:
    return _barred(state, event.seat, seq, disqualified=False)


def _barred(state: AuctionState, seat: str, seq: int, *, disqualified: bool) -> AuctionState:
    lots = {
        number: replace(lot, barred=lot.barred | {seat} if disqualified else lot.barred - {seat})
        for number, lot in state.lots.items()
    }
    state = _with_seat(state, seq, replace(state.seats[seat], disqualified=disqualified))
    return replace(state, lots=lots)


def _winner_changed(state: AuctionState, event: ev.WinnerChanged, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    lot = replace(lot, outcome=event.outcome, winner=event.seat, price=event.amount)
    return _with_lot(state, seq, lot)


def _scoring_set(state: AuctionState, event: ev.ScoringSet, seq: int) -> AuctionState:
    lot, terms = state.lots[event.lot], state.rules.scoring
    if terms is None:
        raise ValueError("the terms score nothing")
    return _with_lot(
        state,
        seq,
        replace(
            lot,
            scoring={**lot.scoring, event.seat: affine_of(terms, event.values)},
            values={**lot.values, event.seat: event.values},
        ),
    )


def _level_opened(state: AuctionState, event: ev.LevelOpened, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = lot.levels
    levels = (
        Levels((event.price,), event.at)
        if before is None
        else replace(before, prices=(*before.prices, event.price), opened_at=event.at)
    )
    # A level's end is all that is known of the lot's: neither tells when the lot will end.
    lot = replace(lot, levels=levels, deadline=event.until, hard_stop=event.until)
    return _with_lot(state, seq, lot)


def _level_accepted(state: AuctionState, event: ev.LevelAccepted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = lot.seats.get(event.seat, _NOTHING)
    after = SeatOnLot(
        best=Offer(event.amount, seq, event.received_at, prebid=False),
        previous=before.best,
        bids=before.bids + 1,
    )
    lot = replace(lot, seats=_on_lot(lot, event.seat, after))
    if lot.levels is not None:  # None: an export that keeps the levels closed
        accepted = {**lot.levels.accepted, event.seat: event.level}
        levels = replace(lot.levels, accepted=accepted)
        if state.rules.format is Format.DUTCH and levels.stops_at is None:
            levels = replace(levels, stops_at=event.received_at)
        lot = replace(lot, levels=levels)
    return _with_lot(state, seq, lot)


def _dropped_out(state: AuctionState, event: ev.DroppedOut, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.levels is not None:
        out = {**lot.levels.out, event.seat: event.level}
        lot = replace(lot, levels=replace(lot.levels, out=out))
    return _with_lot(state, seq, lot)


def _award_recorded(state: AuctionState, event: ev.AwardRecorded, seq: int) -> AuctionState:
    return replace(state, seq=seq, awards={**state.awards, event.lot: event.seat})


def _round_ordered(state: AuctionState, event: ev.RoundOrdered, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    turns = lot.turns
    if turns is None:
        if lot.starts_at is None:
            raise ValueError("a round of a lot that never started")
        turns = TurnsLot(begins=lot.starts_at, participants=len(event.order))
    shown = dict(zip(event.order, event.amounts, strict=True))
    return _with_lot(state, seq, replace(lot, turns=replace(turns, order=event.order, shown=shown)))


def _stage_started(state: AuctionState, event: ev.StageStarted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.turns is None:
        raise ValueError("a stage before any round")
    mine = lot.seats.get(lot.turns.order[event.turn - 1]) if event.turn else None
    turns = replace(lot.turns, stage=event.stage, before=None if mine is None else mine.best)
    return _with_lot(state, seq, replace(lot, turns=turns))


def _turn_ended(state: AuctionState, event: ev.TurnEnded, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.turns is None:
        raise ValueError("a turn before any round")
    shown = {**lot.turns.shown, event.seat: event.amount}
    return _with_lot(state, seq, replace(lot, turns=replace(lot.turns, shown=shown)))


def _offer_taken_back(state: AuctionState, event: ev.OfferTakenBack, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    before = None if lot.turns is None else lot.turns.before
    mine = lot.seats[event.seat]
    first = None if before is None else mine.first
    mine = replace(mine, best=before, previous=None, first=first)
    return _with_lot(state, seq, replace(lot, seats=_on_lot(lot, event.seat, mine)))


_REDUCERS: dict[type[Any], Callable[[AuctionState, Any, int], AuctionState]] = {
    ev.Opened: _opened,
    ev.SeatAdmitted: _seat_admitted,
    ev.SeatRemoved: _seat_removed,
    ev.TermsAccepted: _terms_accepted,
    ev.PrebidOpened: _prebid_opened,
    ev.LotScheduled: _lot_scheduled,
    ev.LotStarted: _lot_started,
    ev.BidPlaced: _bid_placed,
    ev.DeadlineMoved: _deadline_moved,
    ev.HardStopAnnounced: _hard_stop,
    ev.RanksHidden: _ranks_hidden,
    ev.LotPaused: _lot_paused,
    ev.ResumeAnnounced: _resume_announced,
    ev.PauseLifted: _pause_lifted,
    ev.LotResumed: _lot_resumed,
    ev.ConnectionsLost: _connections_lost,
    ev.ConnectionsBack: _noted,
    ev.WithdrawalRequested: _withdrawal_requested,
    ev.WithdrawalDecided: _withdrawal_decided,
    ev.UnlockRequested: _unlock_requested,
    ev.UnlockDecided: _unlock_decided,
    ev.TermsChanged: _terms_changed,
    ev.MessagePosted: _noted,
    ev.ReserveOpened: _reserve_opened,
    ev.LotClosed: _lot_closed,
    ev.Closed: _closed,
    ev.Cancelled: _cancelled,
    ev.Annulled: _annulled,
    ev.BuyerExtended: _buyer_extended,
    ev.AwardRecorded: _award_recorded,
    ev.ScoringSet: _scoring_set,
    ev.SeatDisqualified: _seat_disqualified,
    ev.SeatRequalified: _seat_requalified,
    ev.WinnerChanged: _winner_changed,
    **sealed_entries.REDUCERS,
    ev.LevelOpened: _level_opened,
    ev.LevelAccepted: _level_accepted,
    ev.DroppedOut: _dropped_out,
    ev.RoundOrdered: _round_ordered,
    ev.StageStarted: _stage_started,
    ev.TurnEnded: _turn_ended,
    ev.OfferTakenBack: _offer_taken_back,
}
