"""The plan of three rounds in turns: which stage begins how long after the lot's start.

With n participants and the usual times it takes 11 + 6n minutes: a first pause of 5, three rounds
of n turns of 2, two pauses of 2 between the rounds, 2 before the announcement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache

from auctions.domain.terms import TurnsTerms


class StageKind(StrEnum):
    """What happens in a stage."""

    PAUSE = "pause"  # everybody sees how offers stand
    TURN = "turn"  # one participant may offer
    ANNOUNCEMENT = "announcement"  # the last pause, before the result is told


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. ``turn`` counts from 1 within its round; 0 in a stage that is no turn."""

    kind: StageKind
    round: int
    turn: int
    starts: timedelta  # after the lot's start
    ends: timedelta


@cache
def stages(terms: TurnsTerms, participants: int) -> tuple[Stage, ...]:
    """Every stage in order; the announcement's end is the lot's close."""
    found: list[Stage] = []
    at = timedelta(0)

    def add(kind: StageKind, number: int, turn: int, length: timedelta) -> None:
        nonlocal at
        found.append(Stage(kind, number, turn, at, at + length))
        at += length

    for number in range(1, terms.rounds + 1):
        pause = terms.first_pause if number == 1 else terms.pause
        add(StageKind.PAUSE, number, 0, pause)
        for turn in range(1, participants + 1):
            add(StageKind.TURN, number, turn, terms.turn)
    add(StageKind.ANNOUNCEMENT, terms.rounds, 0, terms.announcement)
    return tuple(found)
