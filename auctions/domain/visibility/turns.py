"""Rounds in turns as they are shown: to everybody the same, but for whose own row it is.

Participants are numbered in the order of their seats' random codes, which tells nothing. An offer
is shown as it was at the end of its last turn; what happens within a turn is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from auctions.domain import outcome
from auctions.domain.formats.turns import on_turn, stage_of, turns_of
from auctions.domain.formats.turns_plan import StageKind, stages
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.visibility.table import Aliases, Field, Viewer, granted, label


@dataclass(frozen=True, slots=True)
class TurnsRow:
    """One participant, in the order of the round under way."""

    number: int
    amount: Decimal
    place: int
    own: bool
    on_turn: bool
    had_turn: bool
    seat: str | None


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """One stage with its moments, as they stand now."""

    kind: str
    round: int
    turn: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TurnsStanding:
    """Where the rounds stand. ``remaining`` is of the stage, while the lot is paused."""

    stage: int
    kind: str
    round: int
    rounds: int
    turn: int
    ends_at: datetime | None
    remaining: timedelta | None
    yours: bool
    changed: bool
    rows: tuple[TurnsRow, ...]
    plan: tuple[PlannedStage, ...]


def number_of(lot: LotState, seat: str) -> int:
    """The participant's name to the others."""
    order = () if lot.turns is None else lot.turns.order
    return sorted(order).index(seat) + 1


def turns_standing(
    state: AuctionState, lot: LotState, viewer: Viewer, alias: Aliases
) -> TurnsStanding | None:
    """None before the start, where nobody takes part, and in other formats."""
    turns, stage = lot.turns, stage_of(state, lot)
    if turns is None or stage is None or not granted(Field.TURNS, viewer, state, lot):
        return None
    paused = lot.paused_at if lot.phase is LotPhase.PAUSED else None
    ends_at = turns.begins + stage.ends
    closed = lot.phase is LotPhase.CLOSED
    mine = None if viewer.seat is None else lot.seats.get(viewer.seat)
    yours = not closed and viewer.seat is not None and on_turn(state, lot) == viewer.seat
    return TurnsStanding(
        stage=turns.stage,
        kind=stage.kind.value,
        round=stage.round,
        rounds=turns_of(state).rounds,
        turn=stage.turn,
        ends_at=ends_at if paused is None and not closed else None,
        remaining=None if paused is None else ends_at - paused,
        yours=yours,
        changed=yours and mine is not None and mine.best != turns.before,
        rows=_rows(state, lot, viewer, alias),
        plan=tuple(
            PlannedStage(
                each.kind.value, each.round, each.turn,
                turns.begins + each.starts, turns.begins + each.ends,
            )
            for each in stages(turns_of(state), turns.participants)
        ),
    )  # fmt: skip


def _rows(
    state: AuctionState, lot: LotState, viewer: Viewer, alias: Aliases
) -> tuple[TurnsRow, ...]:
    turns, stage = lot.turns, stage_of(state, lot)
    if turns is None or stage is None:
        return ()
    scores = {
        seat: outcome.score(state, seat, lot.number, amount) for seat, amount in turns.shown.items()
    }
    now = None if lot.phase is LotPhase.CLOSED else on_turn(state, lot)
    return tuple(
        TurnsRow(
            number=number_of(lot, seat),
            amount=turns.shown[seat],
            place=1 + sum(other < scores[seat] for other in scores.values()),
            own=seat == viewer.seat,
            on_turn=seat == now,
            had_turn=place < stage.turn or stage.kind is StageKind.ANNOUNCEMENT,
            seat=label(viewer, state, seat, alias)
            if granted(Field.BID, viewer, state, lot, seat)
            else None,
        )
        for place, seat in enumerate(turns.order, start=1)
    )
