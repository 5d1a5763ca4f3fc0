"""Sealed rounds against an independent reading of the rules, by replay, and by who may see what."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.events import RoundsStopped
from auctions.domain.terms import Feedback, SealedRoundsTerms, reserve_commitment
from auctions.domain.visibility import Role, Viewer, standing
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.room import US, lot
from tests.domain.rounds_room import LENGTH, PAUSE, STEP, RoundsRoom, rounds_terms

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
        amount=st.one_of(st.just(0), st.integers(20, 110).map(lambda n: n * 10)),
    ),
    max_size=4,
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


def make_room(own: SealedRoundsTerms, **fields: Any) -> RoundsRoom:
    lots = (lot(step=STEP, reserve_commitment=COMMITMENT),)
    room = RoundsRoom(rounds_terms(own, lots=lots, **fields))
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
            room.withdraw(one.seat, at)
            has.discard(one.seat)
    end = begins + LENGTH
    room.until(end)
    if has:
        room.hand_over(end + US)
        room.open(end + 2 * US)
    if room.state.phase.is_open:
        room.next()


@settings(max_examples=20, deadline=None)
@given(all_rules, plays)
def test_bests_winner_and_cause_are_as_the_rules_say_and_the_ledger_leads_to_the_same_again(
    own: SealedRoundsTerms, script: list[list[Try]]
) -> None:
    room, model = make_room(own), Model(own)
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


@settings(max_examples=10, deadline=None)
@given(plays, tries, st.sampled_from([2, 3]))
def test_a_round_under_way_tells_nobody_what_is_offered_in_it(
    script: list[list[Try]], other: list[Try], number: int
) -> None:
    """Two worlds alike up to a round; in it two suppliers offer otherwise. The third, the buyer and
    everybody else see the same until its opening."""
    own = SealedRoundsTerms(length=LENGTH, pause=PAUSE, stop_unimproved=False, least_active=0)
    shown = Feedback(rank=True, lead=True, after_first_bid=False, lead_min_bidders=1)
    rooms = [make_room(own, feedback=shown) for _ in range(2)]
    viewers = [Viewer(Role.SUPPLIER, "c"), *(Viewer(role) for role in Role if role != "supplier")]
    quiet = [one for one in script[number - 1] if one.seat != "c"]
    loud = [one for one in other if one.seat != "c"]
    for before in script[: number - 1]:
        # The same envelopes would be needed for the third to see the same: it offers nothing.
        for room in rooms:
            play_round(room, [one for one in before if one.seat != "c"])
    begins = rooms[0].begins
    assert rooms[1].begins == begins
    for room, steps in zip(rooms, (quiet, loud), strict=True):
        has = set()
        for place, one in enumerate(steps, start=1):
            if one.amount:
                room.offer(one.seat, one.amount, begins + place * US)
                has.add(one.seat)
            elif one.seat in has:
                room.withdraw(one.seat, begins + place * US)
                has.discard(one.seat)
    for viewer in viewers:
        assert standing(rooms[0].state, viewer) == standing(rooms[1].state, viewer)
