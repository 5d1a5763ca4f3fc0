"""A room of three rounds in turns: a, b and c with initial offers of 900, 800 and 700."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from auctions.domain.terms import (
    Count,
    Feedback,
    Format,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TurnsTerms,
    Withdrawal,
)
from tests.domain.room import BEFORE, START, Room, lot, minutes, seconds, terms

OFFERS = {"a": 900, "b": 800, "c": 700}
STEP = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(10), percent=None)


def turns_terms(**fields: Any) -> Terms:
    """The format's usual times, a step of 10."""
    given = {
        "lots": (lot(step=STEP),),
        "format": Format.TURNS,
        "prebid_opens_at": START - minutes(59),
        "soft_close": SoftClose(window=minutes(0), reset=minutes(0)),
        "feedback": Feedback(rank=False, count=Count.SHOWN),
        "withdrawal": Withdrawal(allowed=False),
        "turns": TurnsTerms(),
    }
    return terms(**{**given, **fields})


def turns_room(of: Terms | None = None, offers: dict[str, int] | None = None) -> Room:
    """Initial offers made in the order of ``offers``; not started."""
    found = OFFERS if offers is None else offers
    room = Room(of or turns_terms(), seats="".join(sorted(found)))
    for place, (seat, amount) in enumerate(found.items(), start=1):
        room.bid(seat, amount, BEFORE + minutes(2) + seconds(place))
    return room
