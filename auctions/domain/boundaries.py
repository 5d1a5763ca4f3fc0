"""Boundaries: the moments at which something happens by itself, and what then happens.

``due`` names the earliest; ``tick`` performs everything due at or before a moment, in order of
moments. At one moment: pre-bidding opens, lots resume, lots start, consent ends, an automatic
pause ends, ranks are hidden, the hard stop is announced, the format takes its step, lots close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from auctions.domain.commands import Tick
from auctions.domain.draft import Draft
from auctions.domain.events import HardStopAnnounced, PrebidOpened, RanksHidden
from auctions.domain.formats import rules_of
from auctions.domain.formats.base import Item, What
from auctions.domain.refusals import NotDue, NotOpened
from auctions.domain.rules import automatic_bids, automatic_pause, consent, staggered
from auctions.domain.rules.closing import Reserves
from auctions.domain.state import AuctionState, LotPhase, Phase


def due(state: AuctionState) -> datetime | None:
    """The earliest moment at which something is due; None when nothing will be by itself."""
    first = min(agenda(state), default=None)
    return None if first is None else first[0]


def agenda(state: AuctionState) -> Iterator[Item]:
    """Everything known to be due some time, in no particular order."""
    if state.terms is None or not state.phase.is_open:
        return
    opens_at = state.terms.prebid_opens_at
    if opens_at is not None and state.phase is Phase.SCHEDULED:
        yield opens_at, What.PREBID, 0
    if state.consent_until is not None:
        yield state.consent_until, What.CONSENT_END, 0
    for lot in state.lots.values():
        if lot.phase is LotPhase.RUNNING:
            yield from rules_of(state).agenda(state, lot)
        elif lot.phase is LotPhase.WAITING and lot.starts_at is not None:
            yield lot.starts_at, What.START, lot.number
        elif lot.phase is LotPhase.PAUSED and lot.resumes_at is not None:
            yield lot.resumes_at, What.RESUME, lot.number
        if lot.loss is not None and lot.loss.until is not None:
            yield lot.loss.until, What.AUTOMATIC_PAUSE_END, lot.number


def tick(draft: Draft, command: Tick) -> None:
    """Do everything due at or before ``command.due``; raises NotDue if that is nothing."""
    if draft.state.terms is None:
        raise NotOpened()
    reserves = {reserve.lot: reserve for reserve in command.reserves}
    done = False
    while (item := min(agenda(draft.state), default=None)) and item[0] <= command.due:
        moment, what, number = item
        draft.at = moment
        so_far = len(draft.events)
        _ACTIONS[what](draft, number, moment, reserves)
        if len(draft.events) == so_far:
            # It would be due again for ever.
            raise ValueError(f"nothing came of what was due: {what.name} of lot {number}")
        automatic_bids.follow(draft, so_far)
        staggered.follow(draft)
        done = True
    if not done:
        raise NotDue()


def _open_prebids(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    draft.emit(PrebidOpened(at))


def _resume(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    rules_of(draft.state).resume(draft, draft.state.lots[number], at)


def _start(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    rules_of(draft.state).start(draft, draft.state.lots[number], at)


def _end_consent(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    consent.end_consent(draft)


def _end_automatic_pause(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    automatic_pause.end(draft, draft.state.lots[number])


def _hide_ranks(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    draft.emit(RanksHidden(number, at))


def _announce(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    hard_stop = draft.state.lots[number].hard_stop
    if hard_stop is not None:
        draft.emit(HardStopAnnounced(number, hard_stop))


def _step(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    rules_of(draft.state).step(draft, draft.state.lots[number], at, reserves)


def _close(draft: Draft, number: int, at: datetime, reserves: Reserves) -> None:
    rules_of(draft.state).close(draft, draft.state.lots[number], at, reserves)


_ACTIONS: dict[What, Callable[[Draft, int, datetime, Reserves], None]] = {
    What.PREBID: _open_prebids,
    What.RESUME: _resume,
    What.START: _start,
    What.CONSENT_END: _end_consent,
    What.AUTOMATIC_PAUSE_END: _end_automatic_pause,
    What.HIDE_RANKS: _hide_ranks,
    What.ANNOUNCE_HARD_STOP: _announce,
    What.STEP: _step,
    What.CLOSE: _close,
}
