"""Rounds in turns as the protocol carries them."""

from __future__ import annotations

from auctions.domain.codec import to_body
from auctions.domain.visibility.turns import TurnsStanding
from auctions.realtime.part import Part


class TurnsStage(Part):
    """One stage of the plan."""

    kind: str  # pause | turn | announcement
    round: int
    turn: int  # within its round, from 1; 0 where it is no turn
    starts_at: str
    ends_at: str


class TurnsRow(Part):
    """One participant in the order of the round; ``number`` is its name to the others."""

    number: int
    amount: str  # as shown to all: the offer at the end of its last turn
    place: int  # by the amounts shown; equal ones share it
    own: bool
    on_turn: bool
    had_turn: bool  # in the round under way
    seat: str | None = None  # buyer only: seat id or alias


class TurnsView(Part):
    """Where the rounds stand. Before the start there is none."""

    stage: int
    kind: str
    round: int
    rounds: int
    turn: int
    participants: int
    ends_at: str | None  # of the stage; null while paused
    remaining_ms: int | None  # of the stage, while paused
    yours: bool
    changed: bool  # own turn only: an offer was placed in it
    rows: list[TurnsRow]
    plan: list[TurnsStage]


def turns_view(standing: TurnsStanding | None) -> TurnsView | None:
    """The part of a lot's view; None where the format is another."""
    if standing is None:
        return None
    remaining = standing.remaining
    return TurnsView(
        stage=standing.stage,
        kind=standing.kind,
        round=standing.round,
        rounds=standing.rounds,
        turn=standing.turn,
        participants=len(standing.rows),
        ends_at=to_body(standing.ends_at),
        remaining_ms=None if remaining is None else int(remaining.total_seconds() * 1000),
        yours=standing.yours,
        changed=standing.changed,
        rows=[TurnsRow(**to_body(row)) for row in standing.rows],
        plan=[TurnsStage(**to_body(stage)) for stage in standing.plan],
    )
