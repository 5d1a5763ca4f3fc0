"""Pause and resume by an officer: every lot that is not closed stands still, waiting ones too.

To resume also ends an automatic pause: the officer decides that those who are there go on.
"""

from __future__ import annotations

from auctions.domain.commands import Pause, Resume
from auctions.domain.draft import Draft
from auctions.domain.events import LotPaused, PauseCause
from auctions.domain.refusals import AlreadyPaused, NotPaused, SeedsStillAwaited
from auctions.domain.rules import admission, holds, texts

_LIFTED = frozenset({PauseCause.OFFICER, PauseCause.CONNECTIONS})


def pause(draft: Draft, command: Pause) -> None:
    """Stop every lot that is not closed, waiting ones too."""
    admission.check_open(draft.state)
    reason = texts.reason(command.reason)
    lots = [lot for lot in holds.open_lots(draft.state) if PauseCause.OFFICER not in lot.pauses]
    if not lots:
        raise AlreadyPaused()
    if any(lot.random_end is not None and lot.random_end.awaits for lot in lots):
        raise SeedsStillAwaited()
    for lot in lots:
        draft.emit(LotPaused(lot.number, PauseCause.OFFICER, command.by, draft.at, reason))


def resume(draft: Draft, command: Resume) -> None:
    """Lift the officer's cause, and that of lost connections, from every lot that has it."""
    admission.check_open(draft.state)
    lots = [lot for lot in holds.open_lots(draft.state) if lot.pauses & _LIFTED]
    if not lots:
        raise NotPaused()
    for lot in lots:
        for cause in sorted(lot.pauses & _LIFTED):
            holds.lift(draft, draft.state.lots[lot.number], cause)
