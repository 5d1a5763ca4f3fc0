"""Invariants of Dutch and Japanese auctions, whatever is asked of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import event as label
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import events as ev
from auctions.domain import machine
from auctions.domain.codec import to_body
from auctions.domain.commands import AcceptLevel, OpenedReserve
from auctions.domain.events import event_body, event_from
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState
from auctions.domain.terms import Count, Feedback, Format, LotOrder, Step, StepKind, Terms
from auctions.domain.visibility import Role, Viewer, event_view, price_point, standing
from kernel.canonical import canonical
from tests.domain.room import SALT, START, US, Room, level_lot, levels_terms, minutes

SEATS = "vwxy"
ME = "v"
RESERVE = {0: "140", 2: "140.00", 6: "140.000000"}


@dataclass(frozen=True)
class Wish:
    """One intention: at a moment told from the end of the level, accept a level near it."""

    kind: str
    seat: str
    lot: int
    level: int  # told from the level that holds
    before_end: int  # microseconds; 0 is the end itself, below zero is after it


wishes = st.lists(
    st.builds(
        Wish,
        kind=st.sampled_from([*("take",) * 8, "pause", "resume", "resume", "late"]),
        seat=st.sampled_from(SEATS),
        lot=st.sampled_from([1, 1, 2]),
        level=st.sampled_from([0, 0, 0, 0, -1, 1]),
        before_end=st.sampled_from([50_000_000, 30_000_000, 1, 0, 0, -1, -60_000_000]),
    ),
    min_size=4,
    max_size=40,
)


@st.composite
def level_terms(draw: st.DrawFn, of: Format) -> Terms:
    scale = draw(st.sampled_from([0, 2, 6]))
    step = draw(
        st.sampled_from(
            [Step(percent=Decimal(1)), Step(percent=Decimal("7.5")),
             Step(StepKind.ABSOLUTE, Decimal(3), None)]
        )
    )  # fmt: skip
    count = draw(st.sampled_from([1, 2]))
    reserve = RESERVE[scale] if of is Format.DUTCH else None
    start = Decimal("100").quantize(Decimal(1).scaleb(-scale))
    lots = tuple(
        level_lot(number, reserve, scale=scale, step=step, start=start)
        for number in range(1, count + 1)
    )
    return levels_terms(
        of,
        lots=lots,
        lot_order=draw(st.sampled_from(LotOrder)),
        resume_notice=draw(st.sampled_from([timedelta(0), timedelta(seconds=60)])),
        feedback=Feedback(
            rank=False, after_first_bid=draw(st.booleans()), count=draw(st.sampled_from(Count))
        ),
    )


def room_of(terms: Terms) -> Room:
    room = Room(terms, seats=SEATS)
    if terms.format is Format.DUTCH:
        room.reserves = tuple(
            OpenedReserve(lot.number, SALT, Decimal(RESERVE[lot.scale])) for lot in terms.lots
        )
    return room


def play(terms: Terms, script: list[Wish]) -> Room:
    room = room_of(terms)
    room.until(START)
    at = START
    for wish in script:
        lot = room.state.lots.get(wish.lot)
        if lot is None or not room.state.phase.is_open:
            continue
        if lot.levels is None or lot.deadline is None or lot.phase != "running":
            at += timedelta(seconds=7)
        else:
            at = max(at + US, lot.deadline - timedelta(microseconds=wish.before_end))
        try:
            if wish.kind == "pause":
                room.pause(at)
            elif wish.kind == "resume":
                room.resume(at)
            elif wish.kind == "late":
                room.admit(f"late{room.count}", at)
            else:
                while (due := machine.due(room.state)) is not None and due < at:
                    room.until(due)
                levels = room.state.lots[wish.lot].levels
                number = 0 if levels is None else levels.number
                room.take(wish.seat, number + wish.level, at, wish.lot)
        except Refusal:
            continue
    held = any(lot.phase == "paused" and not lot.resumes_at for lot in room.state.lots.values())
    if held and room.state.phase.is_open:
        room.resume(at + minutes(1))
    room.until(at + timedelta(days=2))
    return room


def told(room: Room, kind: type[Any], lot: int) -> list[Any]:
    return [event for event in room.events if isinstance(event, kind) and event.lot == lot]


formats = st.sampled_from([Format.DUTCH, Format.JAPANESE])


@given(formats.flatmap(level_terms), wishes)
def test_replay_through_the_ledgers_form_gives_the_live_state(
    terms: Terms, script: list[Wish]
) -> None:
    room = play(terms, script)
    entries = [(event.kind, canonical(event_body(event))) for event in room.events]
    replayed = machine.replay(event_from(kind, json.loads(body)) for kind, body in entries)
    assert replayed == room.state
    assert not room.state.phase.is_open


@given(formats.flatmap(level_terms), wishes)
def test_levels_follow_each_other_and_each_runs_its_full_time_without_pauses(
    terms: Terms, script: list[Wish]
) -> None:
    room = play(terms, script)
    whole = timedelta(seconds=60)
    for number in room.state.lots:
        opened = told(room, ev.LevelOpened, number)
        assert [each.level for each in opened] == list(range(len(opened)))
        rising = terms.format is Format.DUTCH
        prices = [each.price for each in opened]
        assert prices == sorted(set(prices), reverse=not rising)
        assert all(price > 0 for price in prices)
        for one, following in pairwise(opened):
            assert (
                following.at - one.at - _standing_still(room, number, one.at, following.at) == whole
            )
        label(f"{terms.format.value}: {min(len(opened), 5)} levels")


def _standing_still(room: Room, lot: int, since: datetime, until: datetime) -> timedelta:
    total, paused_at = timedelta(0), None
    for event in room.events:
        at = getattr(event, "at", None)
        if getattr(event, "lot", None) != lot or at is None or not since <= at <= until:
            continue
        if isinstance(event, ev.LotPaused) and paused_at is None:
            paused_at = at
        elif isinstance(event, ev.LotResumed) and paused_at is not None:
            total, paused_at = total + (at - paused_at), None
    return total


@given(level_terms(Format.DUTCH), wishes)
def test_a_dutch_lot_goes_to_the_lowest_level_accepted_and_never_above_the_reserve(
    terms: Terms, script: list[Wish]
) -> None:
    room = play(terms, script)
    for number, lot in room.state.lots.items():
        accepted = told(room, ev.LevelAccepted, number)
        reserve = Decimal(RESERVE[terms.lots[number - 1].scale])
        assert all(each.price <= reserve for each in told(room, ev.LevelOpened, number))
        if not accepted:
            assert (lot.winner, lot.outcome) == (None, "no_bid")
            continue
        best = min(accepted, key=lambda each: each.level)  # the first of equal ones
        assert (lot.winner, lot.price) == (best.seat, best.amount)
        assert all(each.received_at <= accepted[0].received_at for each in accepted)
        assert lot.closed_at == accepted[0].received_at


@given(level_terms(Format.JAPANESE), wishes)
def test_a_japanese_lot_is_decided_as_a_simple_count_says(terms: Terms, script: list[Wish]) -> None:
    """An independent reading of the rule, over the acceptances alone."""
    room = play(terms, script)
    for number, lot in room.state.lots.items():
        by_level: dict[int, list[str]] = {}
        for each in told(room, ev.LevelAccepted, number):
            by_level.setdefault(each.level, []).append(each.seat)
        last = told(room, ev.LevelOpened, number)[-1].level
        for level in range(1, last + 1):
            assert set(by_level.get(level, [])) <= set(by_level[level - 1])
            assert len(by_level[level - 1]) >= 2
        stayed = by_level.get(last) or by_level.get(last - 1, [])
        assert lot.winner == (stayed[0] if stayed else None)
        out = {each.seat: each.level for each in told(room, ev.DroppedOut, number)}
        for seat, level in out.items():
            assert seat not in by_level.get(level, [])
            assert level == 0 or seat in by_level[level - 1]


# Noninterference -------------------------------------------------------------------------------

Plan = list[list[tuple[str, int]]]  # for each level: who accepts it, and after how many seconds

levels_of_others = st.lists(
    st.tuples(st.permutations("wxy"), st.lists(st.integers(1, 59), min_size=3, max_size=3),
              st.integers(2, 3)),
    min_size=1, max_size=4,
)  # fmt: skip


def heard(terms: Terms, plan: Any, viewer: Viewer, second: bool) -> list[bytes]:
    """What the viewer is told while at least two others accept every level.

    In the second world others accept, at other moments and in another order.
    """
    room = room_of(terms)
    said: list[bytes] = []
    for level, (order, moments, count) in enumerate(plan):
        start = START + minutes(level)
        who = list(reversed(order)) if second else list(order)
        at = [60 - second_ for second_ in moments] if second else list(moments)
        # Whoever is in must have accepted before: the same two stay throughout.
        who = sorted(who)[:count] if level == 0 else sorted(who)[:2]
        takes = sorted(zip(at, who, strict=False))
        mine = [(30.5, ME)] if level < 2 else []
        for seconds, seat in sorted([*takes, *mine]):
            command = AcceptLevel(seat, 1, level, f"{seat}{level}")
            room.do(command, start + timedelta(seconds=seconds))
        room.until(start + minutes(1))
    state, shown = AuctionState(), b""
    for event in room.events:
        after = machine.evolve(state, event, state.seq + 1)
        for view in (event_view(state, after, event, viewer), price_point(after, event, viewer)):
            if view is not None:
                said.append(canonical(view))
        now = canonical(to_body(standing(after, viewer)))
        if now != shown:
            shown = now
            said.append(now)
        state = after
    return said


@given(st.sampled_from(Count), levels_of_others)
def test_a_japanese_supplier_is_told_the_same_whenever_the_others_accept(
    count: Count, plan: Any
) -> None:
    feedback = Feedback(rank=False, count=count, after_first_bid=False)
    terms = levels_terms(Format.JAPANESE, feedback=feedback)
    for viewer in (Viewer(Role.SUPPLIER, ME), Viewer(Role.OBSERVER)):
        assert heard(terms, plan, viewer, False) == heard(terms, plan, viewer, True)


@given(st.integers(2, 3))
def test_how_many_are_in_makes_no_difference_where_it_is_hidden(number: int) -> None:
    terms = levels_terms(Format.JAPANESE)
    plans = [[(list("wxy"), [5, 6, 7], count)] * 2 for count in (2, number)]
    first, other = (heard(terms, plan, Viewer(Role.SUPPLIER, ME), False) for plan in plans)
    assert first == other
