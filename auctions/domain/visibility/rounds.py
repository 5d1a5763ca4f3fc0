"""Sealed rounds as they are shown: the clock to all, one's own offers, the sums to the buyer.

What was opened in a round becomes a standing offer when the round is ended, all at once; from then
on rank, lead and the rest are told as the feedback grants them in any format.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from auctions.domain.formats.sealed_rounds import active, rounds_of
from auctions.domain.state import AuctionState, LotPhase, LotState, RoundsLot
from auctions.domain.visibility.table import Field, Viewer, granted


@dataclass(frozen=True, slots=True)
class OwnRound:
    """The viewer's own offer in an ended round. ``amount`` None: rejected, for that reason."""

    round: int
    sealed_at: datetime
    amount: Decimal | None
    rejected: str


@dataclass(frozen=True, slots=True)
class EndedRound:
    """An ended round in sums."""

    round: int
    valid: int
    rejected: int
    improved: bool  # the lead was lower than before


@dataclass(frozen=True, slots=True)
class RoundsStanding:
    """``round`` is under way, waits for its opening, or comes next. None: not granted."""

    round: int
    rounds: int
    own: tuple[OwnRound, ...] | None
    ended: tuple[EndedRound, ...] | None
    stop: str | None


def rounds_standing(state: AuctionState, lot: LotState, viewer: Viewer) -> RoundsStanding | None:
    """None in other formats."""
    if state.rules.sealed_rounds is None:
        return None
    rounds = lot.rounds or RoundsLot()
    between = lot.started and lot.deadline is None and lot.phase is not LotPhase.CLOSED
    may = granted(Field.ROUNDS, viewer, state, lot)
    return RoundsStanding(
        round=rounds.round + between,
        rounds=rounds_of(state).rounds,
        own=None if viewer.seat is None else _own(state, lot, rounds, viewer),
        ended=_ended(lot, rounds) if may else None,
        stop=rounds.stop or None if may else None,
    )


def _own(
    state: AuctionState, lot: LotState, rounds: RoundsLot, viewer: Viewer
) -> tuple[OwnRound, ...] | None:
    seat = viewer.seat or ""
    if not granted(Field.BID, viewer, state, lot, seat):
        return None
    return tuple(
        OwnRound(number, mine.received_at, mine.amount, mine.rejected)
        for number, found in enumerate(rounds.ended, start=1)
        if (mine := found.get(seat)) is not None
    )


def _ended(lot: LotState, rounds: RoundsLot) -> tuple[EndedRound, ...]:
    return tuple(
        EndedRound(
            round=number,
            valid=active(lot, number),
            rejected=sum(offer.amount is None for offer in found.values()),
            improved=number in rounds.improved,
        )
        for number, found in enumerate(rounds.ended, start=1)
    )
