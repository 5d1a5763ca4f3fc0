"""The automatic pause: many bidders lost their connection at once, so nobody bids for a while.

A term, off unless the terms set it. When at least ``bidders`` were connected and more than
``share`` percent of them are lost within ``within``, every lot that runs stands still, each lot
once at most. What the platform saw stands in the ledger as counts, never as seats. The pause ends
by the first of three: enough are back, the buyer resumes, or its longest time is over, the notice
of the resumption included. Who counts as connected or lost is told by the caller; where that is
not known, nothing is reported and nothing pauses.
"""

from __future__ import annotations

from datetime import datetime

from auctions.domain.commands import ReportLoss, ReportReturn
from auctions.domain.draft import Draft
from auctions.domain.events import ConnectionsBack, ConnectionsLost, PauseCause
from auctions.domain.refusals import AlreadyPaused, NotEnoughBack, NotEnoughLost, NotPaused
from auctions.domain.rules import admission, holds
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.terms import AutomaticPause


def called_for(rule: AutomaticPause | None, bidders: int, lost: int) -> bool:
    """Whether so many lost of so many pause an auction under this rule."""
    return rule is not None and bidders >= rule.bidders and too_many(rule, bidders, lost)


def too_many(rule: AutomaticPause, bidders: int, lost: int) -> bool:
    """Whether ``lost`` is more than the rule's share of ``bidders``."""
    return 0 < lost <= bidders and lost * 100 > rule.share * bidders


def pausable(state: AuctionState) -> list[LotState]:
    """The lots an automatic pause would stop: those that run and had none yet.

    None that waits for the seeds of a random end: nobody bids any more, so bidders may leave.
    """
    return [
        lot
        for lot in _lots(state, LotPhase.RUNNING)
        if lot.loss is None and not (lot.random_end is not None and lot.random_end.awaits)
    ]


def held(state: AuctionState) -> list[LotState]:
    """The lots an automatic pause holds now."""
    return [lot for lot in _lots(state, LotPhase.PAUSED) if PauseCause.CONNECTIONS in lot.pauses]


def report_loss(draft: Draft, command: ReportLoss) -> None:
    """Stop every running lot that had no automatic pause yet."""
    admission.check_open(draft.state)
    rule = draft.state.rules.automatic_pause
    if rule is None or not called_for(rule, command.bidders, command.lost):
        raise NotEnoughLost()
    lots = pausable(draft.state)
    if not lots:
        raise AlreadyPaused()
    until = _latest_end(draft, rule)
    for lot in lots:
        draft.emit(ConnectionsLost(lot.number, command.bidders, command.lost, draft.line, until))
        holds.hold(draft, lot, PauseCause.CONNECTIONS)


def report_return(draft: Draft, command: ReportReturn) -> None:
    """Announce the resumption of every lot for which enough bidders are back."""
    admission.check_open(draft.state)
    rule = draft.state.rules.automatic_pause
    lots = held(draft.state)
    if rule is None or not lots:
        raise NotPaused()
    back = [lot for lot in lots if lot.loss and enough(rule, lot.loss.bidders, command.back)]
    if not back:
        raise NotEnoughBack()
    for lot in back:
        bidders = lot.loss.bidders if lot.loss else 0
        draft.emit(ConnectionsBack(lot.number, bidders, command.back, draft.at))
        end(draft, lot)


def enough(rule: AutomaticPause, bidders: int, back: int) -> bool:
    """Whether those still missing would not have called for a pause."""
    return not too_many(rule, bidders, min(bidders, max(0, bidders - back)))


def end(draft: Draft, lot: LotState) -> None:
    """Lift the cause; other causes may hold the lot on."""
    holds.lift(draft, lot, PauseCause.CONNECTIONS)


def _latest_end(draft: Draft, rule: AutomaticPause) -> datetime:
    """When the cause ends at the latest, so that bidding goes on within the longest time."""
    goes_on = (draft.line + rule.longest).replace(microsecond=0)
    return max(draft.line, goes_on - draft.state.rules.resume_notice)


def _lots(state: AuctionState, phase: LotPhase) -> list[LotState]:
    return [lot for lot in state.lots.values() if lot.phase is phase]
