"""What standing still and going on make of a lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from auctions.domain import events as ev
from auctions.domain.events import PauseCause
from auctions.domain.evolve import random_end
from auctions.domain.evolve.common import Reducer, noted, with_lot
from auctions.domain.state import AuctionState, LostConnections, LotPhase, LotState, TurnsLot


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
    return with_lot(state, seq, lot)


def _resume_announced(state: AuctionState, event: ev.ResumeAnnounced, seq: int) -> AuctionState:
    lot = _loss_over(state.lots[event.lot])
    lot = replace(lot, pauses=frozenset[PauseCause](), resumes_at=event.resumes_at)
    # While consent is asked it holds every open lot, so a resumption means that it ended.
    return replace(with_lot(state, seq, lot), consent_until=None)


def _pause_lifted(state: AuctionState, event: ev.PauseLifted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if event.cause is PauseCause.CONNECTIONS:
        lot = _loss_over(lot)
    state = with_lot(state, seq, replace(lot, pauses=lot.pauses - {event.cause}))
    if event.cause is PauseCause.CONSENT:
        return replace(state, consent_until=None)
    return state


def _connections_lost(state: AuctionState, event: ev.ConnectionsLost, seq: int) -> AuctionState:
    loss = LostConnections(event.bidders, event.until)
    return with_lot(state, seq, replace(state.lots[event.lot], loss=loss))


def _loss_over(lot: LotState) -> LotState:
    if lot.loss is None or lot.loss.until is None:
        return lot
    return replace(lot, loss=replace(lot.loss, until=None))


def _lot_resumed(state: AuctionState, event: ev.LotResumed, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    runs = lot.started and event.deadline is not None  # else it waits for its (next) start
    lot = replace(
        lot,
        phase=LotPhase.RUNNING if runs else LotPhase.WAITING,
        paused_at=None,
        resumes_at=None,
        start_fixed=False,
        starts_at=lot.starts_at if runs else event.starts_at,
        running_since=event.at if runs else None,
        deadline=event.deadline,
        hard_stop=event.hard_stop,
        turns=_moved_on(lot, event.at),
        random_end=random_end.moved_on(lot, event.at),
    )
    return with_lot(state, seq, lot)


def _moved_on(lot: LotState, at: datetime) -> TurnsLot | None:
    """The stages, later by as long as the lot stood still."""
    if lot.turns is None or lot.paused_at is None:
        return lot.turns
    return replace(lot.turns, begins=lot.turns.begins + (at - lot.paused_at))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.LotPaused: _lot_paused,
    ev.ResumeAnnounced: _resume_announced,
    ev.PauseLifted: _pause_lifted,
    ev.LotResumed: _lot_resumed,
    ev.ConnectionsLost: _connections_lost,
    ev.ConnectionsBack: noted,
}
