"""Noninterference at a Dutch clock: where it would end, who else is there and who won it.

Two worlds share the clock, the moment at which somebody stops it, and all that the viewer does.
They differ in the hidden reserve, in who of the others stops it and, where the price is not
disclosed, at which level; in who asked for levels that were not reached, who was invited late, what
was written to the buyer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain.commands import AcceptLevel, OpenedReserve
from auctions.domain.terms import Count, Disclosure, Feedback, Format, Terms
from auctions.domain.visibility import Role, Viewer
from tests.domain.room import SALT, START, US, Room, level_lot, levels_terms, minutes, seconds
from tests.properties.worlds import answer, told

ME, OTHERS = "v", "wxy"
RESERVES = ["103.10", "104.00", "106.00", "110.00", "150.00"]  # level 3 is 103.03
viewers = st.sampled_from([Viewer(Role.SUPPLIER, ME), Viewer(Role.OBSERVER)])


@dataclass(frozen=True)
class Aside:
    """Something refused, or nobody else's business: so many microseconds after the start."""

    kind: str  # early (a level that is not reached), message, late
    seat: str
    into: int


asides = st.lists(
    st.builds(
        Aside,
        kind=st.sampled_from(["early", "early", "message", "late"]),
        seat=st.sampled_from(OTHERS),
        into=st.integers(1, 240_000_000),
    ),
    max_size=6,
)


@dataclass(frozen=True)
class Hidden:
    """What one world has to itself."""

    reserve: str
    winner: str
    below: int  # so many levels below the one that holds
    asides: list[Aside]


worlds = st.builds(
    Hidden,
    reserve=st.sampled_from(RESERVES),
    winner=st.sampled_from(OTHERS),
    below=st.integers(0, 3),
    asides=asides,
)


def dutch_room(reserve: str, disclosure: Disclosure, count: Count) -> Room:
    feedback = Feedback(rank=False, count=count, after_first_bid=False)
    lots = (level_lot(1, reserve),)
    made: Terms = levels_terms(
        Format.DUTCH, lots=lots, feedback=feedback, disclosure=disclosure,
        resume_notice=timedelta(0),
    )  # fmt: skip
    room = Room(made, seats=ME + OTHERS)
    room.reserves = (OpenedReserve(1, SALT, Decimal(reserve)),)
    return room


def play(room: Room, mine: list[Aside], theirs: list[Aside], until: datetime) -> list[Any]:
    """Everything before ``until``; what the viewer is answered."""
    answers = []
    script = [(START + one.into * US, False, one) for one in theirs]
    script += [(START + one.into * US, True, one) for one in mine]
    for place, (at, own, one) in enumerate(sorted(script, key=lambda each: each[:2])):
        if at >= until:
            break
        seat = ME if own else one.seat
        ref = f"{seat}{one.into}{one.kind}" if own else f"{place}{one.kind}"
        if one.kind == "early":
            asked: cmd.Command = AcceptLevel(seat, 1, 40, ref)
        elif one.kind == "message":
            asked = cmd.PostMessage(seat, cmd.BUYER, "a question", ref)
        elif own:
            continue
        else:
            room.admit(f"late{place}", at)
            continue
        found = answer(lambda asked=asked, at=at: room.do(asked, at))
        answers += [found] if own else []
    return answers


@settings(max_examples=60)
@given(
    st.tuples(worlds, worlds), asides, st.sampled_from(Disclosure), st.sampled_from(Count),
    st.integers(0, 3), st.integers(1, 60_000_000), st.integers(-1, 1), viewers,
)  # fmt: skip
def test_a_loser_learns_nothing_of_who_won_and_what_else_was_hidden(
    hidden: tuple[Hidden, Hidden],
    mine: list[Aside],
    disclosure: Disclosure,
    count: Count,
    level: int,
    into: int,
    late: int,
    viewer: Viewer,
) -> None:
    """``level``: which one holds as the clock is stopped; ``late``: the viewer's own acceptance
    comes at that moment, but decided later, or just after it; below 0 there is none."""
    heard, answers = [], []
    for world in hidden:
        # What is public after the close: the price, and the reserve.
        public = disclosure is Disclosure.PUBLIC
        reserve = hidden[0].reserve if public else world.reserve
        room = dutch_room(reserve, disclosure, count)
        stopped = START + minutes(level) + into * US
        found = play(room, mine, world.asides, stopped)
        below = min(hidden[0].below if public else world.below, level)
        room.do(AcceptLevel(world.winner, 1, level - below, "won"), stopped)
        if late >= 0:
            accepted = AcceptLevel(ME, 1, level, "mine")
            at = stopped + late * US
            found.append(answer(lambda room=room, at=at, accepted=accepted: room.do(accepted, at)))
        room.until(stopped + minutes(1))
        assert room.lot.winner == world.winner
        room.do(cmd.RecordAward(1, world.winner, room.lot.price, "", "award"), stopped + minutes(2))
        heard.append(told(room, viewer))
        answers.append(found)
    assert answers[0] == answers[1]
    assert heard[0] == heard[1]
    label("other winners" if hidden[0].winner != hidden[1].winner else "the same one")


@settings(max_examples=40)
@given(
    st.tuples(worlds, worlds), asides, st.booleans(), st.sampled_from(Disclosure),
    st.sampled_from(Count), viewers,
)  # fmt: skip
def test_where_the_clock_would_end_is_told_by_its_end_alone(
    hidden: tuple[Hidden, Hidden],
    mine: list[Aside],
    paused: bool,
    disclosure: Disclosure,
    count: Count,
    viewer: Viewer,
) -> None:
    rooms = [dutch_room(world.reserve, disclosure, count) for world in hidden]
    answers = []
    for room, world in zip(rooms, hidden, strict=True):
        stands_still = START + minutes(4) - seconds(20)  # within the last level of the lowest
        answers.append(play(room, mine, world.asides, stands_still))
        if paused:
            room.pause(stands_still)
            room.resume(stands_still + seconds(5))
    every = [_end_of(world.reserve, paused) for world in hidden]
    ends = min(every)
    for room in rooms:
        room.until(ends - US)
    assert answers[0] == answers[1]
    assert told(rooms[0], viewer) == told(rooms[1], viewer)
    for room in rooms:
        room.until(ends)
    assert [not room.state.phase.is_open for room in rooms] == [each == ends for each in every]
    label("ended alike" if every[0] == every[1] else "ended at another level")


def _end_of(reserve: str, paused: bool) -> datetime:
    """The end of the last level at or below the reserve: from 100.00 by 1 %, rounded down."""
    price, level = 10_000, 0
    while (price := price * 101 // 100) <= Decimal(reserve) * 100:
        level += 1
    return START + minutes(level + 1) + (seconds(5) if paused else timedelta(0))
