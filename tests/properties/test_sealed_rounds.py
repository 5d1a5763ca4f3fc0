"""Sealed rounds against an independent reading of the rules, by replay, and by who may see what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine, outcome
from auctions.domain.events import RoundsStopped
from auctions.domain.state import EMPTY, LotPhase
from auctions.domain.terms import Count, Feedback, SealedRoundsTerms, reserve_commitment
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, price_point, standing
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.lines_room import RoundsOfLinesRoom
from tests.domain.room import US, lot
from tests.domain.rounds_room import LENGTH, PAUSE, STEP, RoundsRoom, rounds_terms
from tests.properties.play import bid_of, with_lines

SEATS = "abc"
RESERVE, CEILING = 400, 1000
COMMITMENT = reserve_commitment(bytes(16), "400.00")


@dataclass(frozen=True)
class Try:
    """In a round: an offer of a seat, or (0) taking back the one it made in it."""

    seat: str
    amount: int


tries = st.lists(
    st.builds(
        Try,
        seat=st.sampled_from(SEATS),
        # Close to each other and to the reserve, so that the step, ties and the reserve matter.
        amount=st.sampled_from([0, 390, 400, 405, 410, 420, 425, 430, 440, 1010]),
    ),
    min_size=1,
    max_size=5,
)
plays = st.lists(tries, min_size=3, max_size=3)
all_rules = st.builds(
    SealedRoundsTerms,
    rounds=st.integers(2, 3),
    length=st.just(LENGTH),
    pause=st.just(PAUSE),
    stop_unimproved=st.booleans(),
    least_active=st.integers(0, 2),
    stop_at_reserve=st.booleans(),
)


class Model:
    """The rules read once more: plain numbers, no events, no states."""

    def __init__(self, own: SealedRoundsTerms) -> None:
        self.own = own
        self.best: dict[str, tuple[int, int]] = {}
        self.clock = 0
        self.stop: tuple[int, str] | None = None

    def round(self, number: int, script: list[Try]) -> None:
        made: dict[str, tuple[int, int]] = {}
        for one in script:
            self.clock += 1
            if one.amount:
                made[one.seat] = (one.amount, self.clock)
            else:
                made.pop(one.seat, None)
        before = min(self.best.values(), default=(10**9, 0))[0]
        valid = {
            seat: offer
            for seat, offer in made.items()
            if offer[0] <= (self.best[seat][0] - 10 if seat in self.best else CEILING)
        }
        self.best |= valid
        after = min(self.best.values(), default=(10**9, 0))[0]
        causes = (
            ("last_round", number == self.own.rounds),
            ("unimproved", self.own.stop_unimproved and after >= before),
            ("too_few", len(valid) < self.own.least_active),
            ("reserve_met", self.own.stop_at_reserve and bool(valid) and after <= RESERVE),
        )
        self.stop = next(((number, name) for name, holds in causes if holds), None)

    @property
    def winner(self) -> str | None:
        found = min(((*offer, seat) for seat, offer in self.best.items()), default=None)
        return found[2] if found and found[0] <= RESERVE else None


class Positioned(RoundsOfLinesRoom):
    """Every amount is offered as unit prices of three positions that come to it."""

    def envelope(self, seat: str, value: str, number: int = 1, of: int | None = None) -> str:
        prices = bid_of(self.state.rules, seat, number, Decimal(value), "", None).lines
        assert prices is not None
        if self.dearer == seat:  # the same total, by other prices
            prices = (prices[0] - 3, prices[1] + 1, prices[2])
        return super().envelope(seat, " ".join(map(str, prices)), number, of)

    dearer = ""


def make_room(own: SealedRoundsTerms, *, positions: bool = False, **fields: Any) -> RoundsRoom:
    one = lot(step=STEP, reserve_commitment=COMMITMENT)
    given = {"feedback": Feedback(reserve_met=True), **fields}
    made = rounds_terms(own, lots=(with_lines(one) if positions else one,), **given)
    room = Positioned(made) if positions else RoundsRoom(made)
    room.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("400.00")),)
    return room


def play_round(room: RoundsRoom, script: list[Try]) -> None:
    begins, has = room.begins, set()
    for place, one in enumerate(script, start=1):
        at = begins + place * US
        if one.amount:
            room.offer(one.seat, one.amount, at)
            has.add(one.seat)
        elif one.seat in has:
            room.take_back(one.seat, at)
            has.discard(one.seat)
    end = begins + LENGTH
    room.until(end)
    if has:
        room.hand_over(end + US)
        room.open(end + 2 * US)
    if room.state.phase.is_open:
        room.next()


@settings(max_examples=20, deadline=None)
@given(all_rules, plays, st.booleans())
def test_bests_winner_and_cause_are_as_the_rules_say_and_the_ledger_leads_to_the_same_again(
    own: SealedRoundsTerms, script: list[list[Try]], positions: bool
) -> None:
    room, model = make_room(own, positions=positions), Model(own)
    for number, one in enumerate(script, start=1):
        if model.stop is None:
            play_round(room, one)
            model.round(number, one)
        seats = room.lot.seats
        assert {seat: mine.best.amount for seat, mine in seats.items() if mine.best} == {
            seat: amount for seat, (amount, _) in model.best.items()
        }
    found = [(event.round, event.cause) for event in room.of_kind(RoundsStopped)]
    assert found == [model.stop]
    assert room.lot.winner == model.winner
    assert room.state.phase.is_open is False
    room.replayed()
    assert machine.replay(room.events) == room.state
    assert state_from_text(state_to_text(room.state)) == room.state


feedbacks = st.builds(
    Feedback,
    rank=st.booleans(),
    lead=st.booleans(),
    after_first_bid=st.booleans(),
    lead_min_bidders=st.sampled_from([1, 2]),
    count=st.sampled_from(list(Count)),
    reserve_met=st.booleans(),
)
ME = Viewer(Role.SUPPLIER, "c")


def facts(room: RoundsRoom) -> Any:
    """What the terms grant the third supplier after an opening, read from their words."""
    told = room.state.rules.feedback
    mine = room.lot.seats.get("c")
    best = None if mine is None or mine.best is None else mine.best.amount
    standing_ = [offer.amount for _seat, offer in outcome.ordered(room.lot)]
    place = [seat for seat, _offer in outcome.ordered(room.lot)]
    some = not told.after_first_bid or best is not None
    return (
        room.state.phase, room.lot.phase, room.lot.starts_at, room.lot.deadline, room.lot.outcome,
        best, [each.get("c") for each in room.lot.rounds.ended],
        place.index("c") if told.rank and best is not None else None,
        standing_[:1] if told.lead and some and len(standing_) >= told.lead_min_bidders else None,
        len(standing_) if told.count is Count.SHOWN and some else None,
    )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(plays, plays, feedbacks, all_rules)
def test_a_supplier_that_offers_too_is_told_what_the_feedback_grants_and_no_more(
    script: list[list[Try]], other: list[list[Try]], told: Feedback, own: SealedRoundsTerms
) -> None:
    """Two worlds: the third supplier sends the same envelopes, the others offer otherwise. While
    what it may know is the same, all it is told is, within rounds, at openings and between."""
    rooms = [make_room(own, feedback=told) for _ in range(2)]
    assume(not check_terms(rooms[0].state.rules))
    for mine, theirs in zip(script, other, strict=True):
        if not all(room.state.phase.is_open for room in rooms):
            return
        begins = rooms[0].begins
        ours = [
            (place, rooms[0].envelope("c", str(one.amount)))
            for place, one in enumerate(mine, start=1)
            if one.seat == "c" and one.amount
        ]
        for room, steps in zip(rooms, (mine, theirs), strict=True):
            for place, one in enumerate(steps, start=1):
                if one.seat != "c" and one.amount:
                    room.offer(one.seat, one.amount, begins + place * US)
            for place, envelope in ours:
                ref = f"c{room.round}.{place}"
                offer = cmd.PlaceSealedOffer("c", 1, envelope, ref, room.round)
                room.do(offer, begins + (10 + place) * US)
        assert seen(rooms[0]) == seen(rooms[1])
        for room in rooms:
            room.until(begins + LENGTH)
        if any(room.lot.phase is not LotPhase.SEALED for room in rooms):
            return  # nobody offered in one of them: that the round is not opened is public
        assert seen(rooms[0]) == seen(rooms[1])
        for room in rooms:
            room.hand_over(begins + LENGTH + US)
            room.open(begins + LENGTH + 2 * US)
        if facts(rooms[0]) != facts(rooms[1]):
            return
        if room.lot.phase is not LotPhase.CLOSED:
            assert seen(rooms[0]) == seen(rooms[1])
            for room in rooms:
                room.next()


@settings(max_examples=15, deadline=None)
@given(plays, feedbacks, all_rules)
def test_the_unit_prices_of_others_never_matter_to_what_one_is_told(
    script: list[list[Try]], told: Feedback, own: SealedRoundsTerms
) -> None:
    """Two worlds alike in every total; in one of them a rival's prices are others."""
    rooms = [make_room(own, positions=True, feedback=told) for _ in range(2)]
    assume(not check_terms(rooms[0].state.rules))
    rooms[1].dearer = "a"  # type: ignore[attr-defined]
    for one in script:
        if not rooms[0].state.phase.is_open:
            break
        for room in rooms:
            play_round(room, one)
        told_of = [seen(room) for room in rooms]
        # Each envelope of one's own is a new one.
        assert [without_marks(each) for each in told_of] == [without_marks(told_of[0])] * 2
    assert rooms[0].lot.winner == rooms[1].lot.winner


def without_marks(told: Any) -> str:
    return re.sub(r"[0-9a-f]{64}", "", repr(told))


def seen(room: RoundsRoom) -> Any:
    views, state = [], EMPTY
    for seq, event in enumerate(room.events, 1):
        before, state = state, machine.evolve(state, event, seq)
        views += [event_view(before, state, event, ME), price_point(state, event, ME)]
    secrets = {1: Decimal("400.00")}
    return [each for each in views if each], standing(room.state, ME, secrets=secrets)
