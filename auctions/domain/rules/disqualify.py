"""Disqualification: a supplier's offers count no more, and the next in order stands in its place.

By the buyer, with a reason, in an open auction or after its close, until a lot is awarded to
that supplier. Where a closed lot's winner changes, an entry says who wins now. Requalifying takes
it back: its offers stand again with the order they had. A blind buyer may do neither before the
close.
"""

from __future__ import annotations

from auctions.domain import outcome
from auctions.domain.commands import Disqualify, Officer, Requalify
from auctions.domain.draft import Draft
from auctions.domain.events import (
    LotOutcome,
    SeatDisqualified,
    SeatRequalified,
    WinnerChanged,
)
from auctions.domain.refusals import (
    AlreadyAwarded,
    AlreadyDisqualified,
    AuctionEnded,
    NotDisqualified,
    NotForBuyer,
    NotInFormat,
    NotOpened,
)
from auctions.domain.rules import admission, consent, texts
from auctions.domain.state import AuctionState, LotPhase, Phase
from auctions.domain.terms import Format
from auctions.domain.terms_rules import OPEN

# Formats in which the next in order can step in.
TAKEN_IN = OPEN | {Format.TURNS}


def disqualify(draft: Draft, command: Disqualify) -> None:
    """Take a supplier's offers out of the order, on every lot."""
    _check(draft.state, command.by)
    seat = admission.seat_of(draft.state, command.seat)
    if seat.disqualified:
        raise AlreadyDisqualified()
    if seat.id in draft.state.awards.values():
        raise AlreadyAwarded()
    reason = texts.reason(command.reason)
    draft.emit(SeatDisqualified(seat.id, reason, command.by, draft.at))
    _settle_again(draft)
    if draft.state.phase.is_open:
        consent.end_consent_if_complete(draft)


def requalify(draft: Draft, command: Requalify) -> None:
    """Let a supplier's offers count again."""
    _check(draft.state, command.by)
    seat = admission.seat_of(draft.state, command.seat)
    if not seat.disqualified:
        raise NotDisqualified()
    reason = texts.reason(command.reason)
    draft.emit(SeatRequalified(seat.id, reason, command.by, draft.at))
    _settle_again(draft)


def _check(state: AuctionState, by: Officer) -> None:
    if state.terms is None:
        raise NotOpened()
    if state.terms.format not in TAKEN_IN:
        raise NotInFormat()
    if not state.phase.is_open and state.phase is not Phase.CLOSED:
        raise AuctionEnded()
    if state.terms.blind and by is Officer.BUYER and state.phase.is_open:
        raise NotForBuyer()


def _settle_again(draft: Draft) -> None:
    """Who wins each closed lot that is not awarded yet, by the order as it is now."""
    for lot in list(draft.state.lots.values()):
        if lot.phase is not LotPhase.CLOSED or lot.number in draft.state.awards:
            continue
        won = outcome.winner(lot, lot.reserve)
        seat, amount = (None, None) if won is None else (won[0], won[1].amount)
        if (seat, amount) == (lot.winner, lot.price):
            continue
        how = LotOutcome.WON
        if won is None:
            empty = outcome.leader(lot) is None
            how = LotOutcome.NO_BID if empty else LotOutcome.RESERVE_NOT_MET
        draft.emit(WinnerChanged(lot.number, how, seat, amount, draft.at))
