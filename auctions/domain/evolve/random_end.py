"""What the entries about a random end make of the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from auctions.domain import events as ev
from auctions.domain.commands import KeyHolder
from auctions.domain.evolve.common import Reducer, noted, with_lot
from auctions.domain.state import (
    ZERO,
    AuctionState,
    LotState,
    RandomEnd,
    SeatOnLot,
    Seeds,
    WindowBid,
)


def began(state: AuctionState, lot: LotState) -> RandomEnd | None:
    """What a lot of this format has from its start on."""
    rule = state.rules.open_closed
    if rule is None or lot.deadline is None:
        return None
    return RandomEnd(begins=lot.deadline - rule.window)


def moved_on(lot: LotState, at: datetime) -> RandomEnd | None:
    """The window's begin, later by as long as the lot stood still before the window's end."""
    found = lot.random_end
    if found is None or lot.paused_at is None or found.awaits or found.final:
        return found
    return replace(found, begins=found.begins + (at - lot.paused_at))


def with_bid(lot: LotState, event: ev.BidPlaced, before: SeatOnLot, seq: int) -> RandomEnd | None:
    """Keep what a bid within the window replaced: it may turn out void."""
    found = lot.random_end
    if found is None or event.prebid:
        return found
    offset = event.received_at - found.begins
    if offset <= ZERO:
        return found
    bid = WindowBid(event.seat, seq, offset, event.received_at, before)
    return replace(found, bids=(*found.bids, bid))


def _committed(state: AuctionState, event: ev.SeedCommitted, seq: int) -> AuctionState:
    seeds = state.seeds or Seeds()
    if seeds.auditor if event.holder is KeyHolder.AUDITOR else seeds.office:
        raise ValueError("a seed that is fixed already")
    if event.holder is KeyHolder.AUDITOR:
        return replace(state, seq=seq, seeds=replace(seeds, auditor=event.commitment))
    return replace(state, seq=seq, seeds=replace(seeds, office=event.commitment))


def _awaited(state: AuctionState, event: ev.SeedsAwaited, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.random_end is None:
        raise ValueError("a lot without a random end")
    waiting = replace(lot.random_end, awaits=True)
    lot = replace(lot, random_end=waiting, deadline=event.until, hard_stop=event.until)
    return with_lot(state, seq, lot)


def _revealed(state: AuctionState, event: ev.SeedsRevealed, seq: int) -> AuctionState:
    seeds = replace(
        state.seeds or Seeds(), office_seed=event.platform_seed, auditor_seed=event.auditor_seed
    )
    return replace(state, seq=seq, seeds=seeds)


def _drawn(state: AuctionState, event: ev.EndDrawn, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.random_end is None:
        raise ValueError("a lot without a random end")
    drawn = replace(lot.random_end, drawn=event.offset)
    # All at once: what lies between two entries would tell who else bid late.
    seats = dict(lot.seats)
    for bid in reversed(drawn.void()):
        before = bid.before
        seats[bid.seat] = replace(
            seats[bid.seat],
            best=before.best,
            previous=before.previous,
            first=before.first,
            revived=before.revived,
        )
    return with_lot(state, seq, replace(lot, random_end=drawn, seats=seats))


def _voided(state: AuctionState, event: ev.BidsVoided, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.random_end is None:
        raise ValueError("a lot without a random end")
    if len(lot.random_end.void(event.seat)) != event.bids:
        raise ValueError("another number of bids is void")
    return replace(state, seq=seq)


def _finalist(state: AuctionState, event: ev.FinalistNamed, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.random_end is None:
        raise ValueError("a lot without a random end")
    named = (*lot.random_end.finalists, event.seat)
    return with_lot(state, seq, replace(lot, random_end=replace(lot.random_end, finalists=named)))


def _final(state: AuctionState, event: ev.FinalStageStarted, seq: int) -> AuctionState:
    lot = state.lots[event.lot]
    if lot.random_end is None:
        raise ValueError("a lot without a random end")
    begun = replace(lot.random_end, awaits=False, final=True)
    lot = replace(lot, random_end=begun, deadline=event.until, hard_stop=event.until)
    return with_lot(state, seq, replace(lot, running_since=event.at))


REDUCERS: Mapping[type[Any], Reducer] = {
    ev.SeedCommitted: _committed,
    ev.SeedsAwaited: _awaited,
    ev.SeedMissing: noted,
    ev.SeedsRevealed: _revealed,
    ev.EndDrawn: _drawn,
    ev.BidsVoided: _voided,
    ev.FinalistNamed: _finalist,
    ev.FinalStageStarted: _final,
}
