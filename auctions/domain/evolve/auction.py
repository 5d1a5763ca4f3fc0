"""What becomes of the auction and of its lots, in every format: from the genesis to the award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auctions.domain import events as ev
from auctions.domain.direction import rises_in
from auctions.domain.events import AuctionOutcome, DeadlineCause
from auctions.domain.evolve import random_end
from auctions.domain.evolve.common import Reducer, noted, with_lot
from auctions.domain.rules import new_times
from auctions.domain.state import AuctionState, LotPhase, LotState, Phase
from auctions.domain.terms import LotOrder


def _opened(state: AuctionState, event: ev.Opened, seq: int) -> AuctionState:
    terms = event.terms
    first = min(lot.number for lot in terms.lots)
    parallel = terms.lot_order is not LotOrder.SERIAL
    rises = rises_in(terms)
    lots = {
        lot.number: LotState(
            number=lot.number,
            starts_at=terms.starts_at if parallel or lot.number == first else None,
            rises=rises,
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


def _prebid_opened(state: AuctionState, event: ev.PrebidOpened, seq: int) -> AuctionState:
    phase = Phase.PREBID if state.phase is Phase.SCHEDULED else state.phase
    return replace(state, seq=seq, phase=phase, prebid_opened=True)


def _lot_scheduled(state: AuctionState, event: ev.LotScheduled, seq: int) -> AuctionState:
    return with_lot(state, seq, replace(state.lots[event.lot], starts_at=event.starts_at))


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
    lot = replace(lot, random_end=random_end.began(state, lot))
    return replace(with_lot(state, seq, lot), phase=Phase.RUNNING)


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
    return with_lot(state, seq, lot)


def _hard_stop(state: AuctionState, event: ev.HardStopAnnounced, seq: int) -> AuctionState:
    return with_lot(state, seq, replace(state.lots[event.lot], hard_stop_announced=True))


def _ranks_hidden(state: AuctionState, event: ev.RanksHidden, seq: int) -> AuctionState:
    return with_lot(state, seq, replace(state.lots[event.lot], ranks_hidden=True))


def _terms_changed(state: AuctionState, event: ev.TermsChanged, seq: int) -> AuctionState:
    return replace(
        state,
        seq=seq,
        terms=event.terms,
        terms_hash=event.terms_hash,
        consent_until=event.consent_until,
        lots=new_times.edited_lots(state, event.terms),
    )


def _reserve_opened(state: AuctionState, event: ev.ReserveOpened, seq: int) -> AuctionState:
    return with_lot(state, seq, replace(state.lots[event.lot], reserve=event.amount))


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
    return with_lot(state, seq, lot)


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
    return with_lot(state, seq, replace(lot, buyer_extensions=lot.buyer_extensions + 1))


def _award_recorded(state: AuctionState, event: ev.AwardRecorded, seq: int) -> AuctionState:
    return replace(state, seq=seq, awards={**state.awards, event.lot: event.seat})


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.Opened: _opened,
    ev.PrebidOpened: _prebid_opened,
    ev.LotScheduled: _lot_scheduled,
    ev.LotStarted: _lot_started,
    ev.DeadlineMoved: _deadline_moved,
    ev.HardStopAnnounced: _hard_stop,
    ev.RanksHidden: _ranks_hidden,
    ev.TermsChanged: _terms_changed,
    ev.MessagePosted: noted,
    ev.ReserveOpened: _reserve_opened,
    ev.LotClosed: _lot_closed,
    ev.Closed: _closed,
    ev.Cancelled: _cancelled,
    ev.Annulled: _annulled,
    ev.BuyerExtended: _buyer_extended,
    ev.AwardRecorded: _award_recorded,
}
