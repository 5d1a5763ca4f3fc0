"""Extension by the buyer: a term (how often, how long), only before the soft-close window."""

from __future__ import annotations

from datetime import timedelta

from auctions.domain.commands import Extend
from auctions.domain.draft import Draft
from auctions.domain.events import BuyerExtended, DeadlineCause, DeadlineMoved
from auctions.domain.refusals import (
    ExtensionNotGranted,
    ExtensionTooLate,
    LotClosedAlready,
    LotIsPaused,
    NotOpenYet,
    Refusal,
)
from auctions.domain.rules import admission
from auctions.domain.state import ZERO, LotPhase

_CLOSED_TO_IT: dict[LotPhase, type[Refusal]] = {
    LotPhase.WAITING: NotOpenYet,
    LotPhase.PAUSED: LotIsPaused,
    LotPhase.SEALED: LotClosedAlready,
    LotPhase.CLOSED: LotClosedAlready,
}


def minutes(length: timedelta) -> str:
    """A length in minutes as plain text: ``3`` or ``2.5``."""
    return f"{length.total_seconds() / 60:g}"


def extend(draft: Draft, command: Extend) -> None:
    """Move a running lot's deadline, at most to its hard stop."""
    state = draft.state
    admission.check_open(state)
    lot = admission.lot_of(state, command.lot)
    if lot.deadline is None or lot.hard_stop is None or lot.phase is not LotPhase.RUNNING:
        raise _CLOSED_TO_IT[lot.phase](lot=lot.number)
    grant = state.rules.buyer_extension
    window = state.rules.soft_close.window
    if lot.deadline - draft.at <= window:
        raise ExtensionTooLate(minutes=minutes(window))
    deadline = min(lot.hard_stop, lot.deadline + command.length)
    granted = lot.buyer_extensions < grant.times and ZERO < command.length <= grant.length
    if not granted or deadline <= lot.deadline:
        raise ExtensionNotGranted(times=grant.times, minutes=minutes(grant.length))
    draft.emit(BuyerExtended(lot.number, command.length, command.by))
    draft.emit(DeadlineMoved(lot.number, deadline, DeadlineCause.BUYER, lot.extensions + 1))
