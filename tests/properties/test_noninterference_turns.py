"""Noninterference in rounds in turns: nobody learns what others tried within their turns.

Two worlds share the terms, what each offer is at the end of its turn, and all that the viewer does.
In the second the others' other attempts are others: amounts, moments, how often, what was taken
back, what was tried out of turn, who was invited late, what was written to the buyer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.formats.turns import on_turn, stage_of
from auctions.domain.terms import Disclosure, Terms, TurnsTerms
from auctions.domain.visibility import Role, Viewer
from tests.domain.room import BEFORE, US, Room, minutes, seconds
from tests.domain.turns_room import turns_terms
from tests.properties.worlds import answer, told

SEATS = "abcd"
amounts = st.integers(20, 100).map(lambda number: number * 10)
moments = st.integers(1, 50_000_000)  # microseconds after a stage's begin; the final ones are later


@dataclass(frozen=True)
class Aside:
    """One thing that is nobody else's business; an amount of 0 takes back."""

    kind: str  # offer, elsewhere (out of turn), message, late
    seat: str
    amount: int
    into: int


asides = st.lists(
    st.builds(
        Aside,
        kind=st.sampled_from([*("offer",) * 6, "elsewhere", "message", "late"]),
        seat=st.sampled_from(SEATS),
        amount=st.one_of(st.just(0), amounts),
        into=moments,
    ),
    max_size=4,
)


@dataclass(frozen=True)
class Stage:
    """What happens in one stage; ``asides`` in either world. ``final``: 0 leaves what there was."""

    final: int
    asides: tuple[list[Aside], list[Aside]]
    own: list[Aside]  # what the viewer tries, in both
    paused: bool


stages = st.builds(
    Stage,
    final=st.one_of(st.just(0), amounts),
    asides=st.tuples(asides, asides),
    own=asides,
    paused=st.sampled_from([False, False, False, True]),
)
all_rules = st.builds(
    turns_terms,
    turns=st.builds(TurnsTerms, rounds=st.integers(1, 2)),
    disclosure=st.sampled_from(Disclosure),
    blind=st.booleans(),
)
initials = st.dictionaries(st.sampled_from(SEATS), amounts, min_size=1)


class World:
    """One of two worlds, ``number`` 0 or 1; ``me`` is the seat of the viewer, if it has one."""

    def __init__(self, terms: Terms, number: int, me: str | None) -> None:
        self.room = Room(terms, seats=SEATS)
        self.number, self.me, self.late = number, me, 0
        self.answers: list[Any] = []  # to the viewer

    def begin(self, offers: dict[str, int], before: tuple[list[Aside], list[Aside]]) -> None:
        """Initial offers, each after others that are changed and taken back again."""
        at = BEFORE + minutes(2)
        for one in before[self.number]:
            if one.seat != self.me and one.kind == "offer":
                self.offer(one.seat, one.amount, at)
        for place, seat in enumerate(SEATS, start=1):
            if seat != self.me:
                self.offer(seat, 0, at + seconds(place))
            if seat in offers:
                self.offer(seat, offers[seat], at + seconds(place))

    def offer(self, seat: str, amount: int, at: datetime) -> None:
        ref = f"{seat}{len(self.answers)}" if seat == self.me else self.room.ref()
        bid = cmd.PlaceBid(seat, 1, Decimal(amount), ref)
        found = answer(lambda: self.room.do(bid if amount else cmd.Withdraw(seat, 1, ref), at))
        if seat == self.me:
            self.answers.append(found)

    def play(self, stage: Stage) -> None:
        """Everything in the stage that is under way, and its end."""
        begins = self.ends()[0]
        seat = on_turn(self.room.state, self.room.lot)
        mine = [(one.into, True, one) for one in stage.own]
        theirs = [(one.into, False, one) for one in stage.asides[self.number]]
        for into, own, one in sorted([*mine, *theirs], key=lambda each: each[:2]):
            self.aside(one, seat, own, begins + into * US)
        if stage.paused:
            self.room.pause(begins + seconds(55))
            self.room.resume(begins + seconds(55))
            self.room.until(self.room.lot.resumes_at)
        end = self.ends()[1]
        if seat is not None and seat != self.me:
            self.offer(seat, 0, end - 2 * US)
            if stage.final:
                self.offer(seat, stage.final, end - US)
        self.room.until(end)

    def ends(self) -> tuple[datetime, datetime]:
        """When the stage under way begins and ends."""
        turns, stage = self.room.lot.turns, stage_of(self.room.state, self.room.lot)
        assert stage is not None
        return turns.begins + stage.starts, turns.begins + stage.ends

    def aside(self, one: Aside, turn: str | None, own: bool, at: datetime) -> None:
        seat, room = one.seat, self.room
        if own:
            if self.me is not None:
                self.offer(self.me, one.amount, at)
        elif one.kind == "offer":
            if turn is not None and turn != self.me:
                self.offer(turn, one.amount, at)
        elif seat == self.me:
            return
        elif one.kind == "elsewhere":
            if seat != turn:
                self.offer(seat, one.amount, at)
        elif one.kind == "message":
            room.do(cmd.PostMessage(seat, cmd.BUYER, f"about {one.amount}", room.ref()), at)
        else:
            self.late += 1
            room.admit(f"late{self.late}", at)


@settings(max_examples=60)
@given(
    all_rules, initials, st.tuples(asides, asides), st.lists(stages, min_size=3, max_size=12),
    st.sampled_from([*SEATS, None]),
)  # fmt: skip
def test_what_is_tried_within_a_turn_is_nobody_elses_business(
    terms: Terms,
    offers: dict[str, int],
    before: tuple[list[Aside], list[Aside]],
    script: list[Stage],
    me: str | None,
) -> None:
    """For a supplier in any place of the order, without a turn of its own, and an observer."""
    worlds = [World(terms, number, me) for number in (0, 1)]
    for world in worlds:
        world.begin(offers, before)
        world.room.until(terms.starts_at)
        for stage in script:
            if world.room.state.phase.is_open:
                world.play(stage)
        while (due := machine.due(world.room.state)) is not None:
            world.room.until(due)
    viewer = Viewer(Role.OBSERVER) if me is None else Viewer(Role.SUPPLIER, me)
    heard = [told(world.room, viewer) for world in worlds]
    assert worlds[0].answers == worlds[1].answers
    assert heard[0] == heard[1]
    differ = worlds[0].room.events != worlds[1].room.events
    label("the worlds differ" if differ else "they are the same")
