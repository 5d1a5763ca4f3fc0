"""Soft close: a late bid moves the deadline, so nobody wins by being last on the wire.

``deadline = min(hard_stop, max(deadline, base + reset))``, rounded up to a whole second so that
it does not tell the bid's moment. While ranks are hidden any accepted bid in the window extends,
whatever the trigger: otherwise the extension itself would tell who leads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from auctions.domain.events import BidPlaced, DeadlineCause, DeadlineMoved
from auctions.domain.outcome import ranking
from auctions.domain.state import ZERO, AuctionState, LotPhase, LotState
from auctions.domain.terms import ExtensionBase, Scope, Trigger
from kernel.clock import ceil_to_second


def in_window(state: AuctionState, lot: LotState, at: datetime) -> bool:
    """Whether ``at`` lies within the soft-close window of a running lot; never if it is off."""
    window = state.rules.soft_close.window
    return window > ZERO and lot.deadline is not None and lot.deadline - at <= window


def moves(before: AuctionState, after: AuctionState, bid: BidPlaced) -> Iterator[DeadlineMoved]:
    """The deadlines that a bid just placed moves."""
    rule = before.rules.soft_close
    lot = before.lots[bid.lot]
    if not _triggers(before, after, bid.lot) or lot.deadline is None:
        return
    base = bid.received_at if rule.base is ExtensionBase.BID else lot.deadline
    proposed = ceil_to_second(base + rule.reset)
    for other in _extended_lots(before, lot):
        if other.deadline is None or other.hard_stop is None:
            continue
        if rule.limit is not None and other.soft_extensions >= rule.limit:
            continue
        deadline = min(other.hard_stop, proposed)
        if deadline > other.deadline:
            yield DeadlineMoved(
                other.number, deadline, DeadlineCause.SOFT_CLOSE, other.extensions + 1
            )


def _extended_lots(state: AuctionState, lot: LotState) -> list[LotState]:
    if state.rules.soft_close.scope is Scope.THIS_LOT:
        return [lot]
    return [other for other in state.lots.values() if other.phase is LotPhase.RUNNING]


def _triggers(before: AuctionState, after: AuctionState, lot: int) -> bool:
    rule = before.rules.soft_close
    if rule.trigger is Trigger.ANY_BID or before.lots[lot].ranks_hidden:
        return True
    return _top(before, lot, rule.trigger_ranks) != _top(after, lot, rule.trigger_ranks)


def _top(state: AuctionState, lot: int, ranks: int) -> list[tuple[int, str]]:
    return [(one.rank, one.seat) for one in ranking(state, lot) if one.rank <= ranks]
