"""Rounds in turns against an independent reading of the rules, and by replay of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import machine
from auctions.domain.events import LotOutcome, RoundOrdered, TurnEnded
from auctions.domain.refusals import Refusal
from auctions.domain.visibility import Role, Viewer, standing
from auctions.ledger.replay import Step, replay_all
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.room import START, Room, minutes, opened_reserves, seconds, with_reserve
from tests.domain.turns_room import turns_room, turns_terms

SEATS = "abcd"
TURN, STEP = minutes(2), Decimal(10)


@dataclass(frozen=True)
class Try:
    """One attempt: so many microseconds into a stage of two minutes."""

    stage: int
    into: int
    seat: str
    amount: int  # 0: take back


tries = st.lists(
    st.builds(
        Try,
        stage=st.integers(0, 3 * 5),
        into=st.one_of(st.sampled_from([0, 1, 120_000_000]), st.integers(0, 120_000_000)),
        seat=st.sampled_from(SEATS),
        amount=st.one_of(st.just(0), st.integers(1, 100).map(lambda n: n * 10)),
    ),
    max_size=40,
)
initials = st.permutations(SEATS).flatmap(
    lambda seats: st.lists(st.integers(20, 100).map(lambda n: n * 10), min_size=2, max_size=4).map(
        lambda amounts: dict(zip(seats, amounts, strict=False))
    )
)
# About the offers, also a tick off them; none without a reserve.
reserves = st.none() | st.builds(
    lambda tens, cents: f"{Decimal(tens * 10) + Decimal(cents).scaleb(-2):f}",
    st.integers(1, 100),
    st.sampled_from([-1, 0, 1]),
)


class Model:
    """The rules read once more: plain numbers, no events, no states."""

    def __init__(self, offers: dict[str, int]) -> None:
        self.now = 0
        self.offers = {
            seat: (Decimal(amount), place) for place, (seat, amount) in enumerate(offers.items())
        }
        self.clock = len(offers)
        self.count = len(offers)
        self.orders: list[tuple[str, ...]] = []
        self.ended: list[Decimal] = []

    def order(self) -> tuple[str, ...]:
        return tuple(sorted(self.offers, key=lambda seat: self.offers[seat], reverse=True))

    def rounds(self, script: list[tuple[timedelta, Try]]) -> list[bool]:
        """Every attempt's answer, by the moments at which turns begin and end."""
        answers: dict[int, bool] = {}
        at = minutes(5)
        for _ in range(3):
            order = self.order()
            self.orders.append(order)
            for seat in order:
                start = self.offers[seat]
                for number, (moment, one) in enumerate(script):
                    if not at < moment <= at + TURN or one.seat != seat:
                        continue
                    if one.amount == 0:
                        self.offers[seat] = start
                    elif one.amount > start[0] - STEP:
                        continue
                    else:
                        self.clock += 1
                        self.offers[seat] = (Decimal(one.amount), self.clock)
                    answers[number] = True
                self.ended.append(self.offers[seat][0])
                at += TURN
            at += minutes(2)
        return [answers.get(number, False) for number in range(len(script))]


def scripted(offers: dict[str, int], attempts: list[Try]) -> list[tuple[timedelta, Try]]:
    last = minutes(11 + 6 * len(offers))
    moments = [(minutes(2) * one.stage + timedelta(microseconds=one.into), one) for one in attempts]
    return sorted(
        [(moment, one) for moment, one in moments if timedelta(0) < moment <= last],
        key=lambda pair: pair[0],
    )


def play(
    offers: dict[str, int], script: list[tuple[timedelta, Try]], reserve: str | None = None
) -> tuple[Room, list[bool]]:
    of = turns_terms()
    room = turns_room(of if reserve is None else with_reserve(of, reserve), offers)
    room.reserves = () if reserve is None else opened_reserves(of, reserve)
    answers = attempt_all(room, script)
    room.until(START + minutes(90))
    return room, answers


def attempt_all(room: Room, script: list[tuple[timedelta, Try]]) -> list[bool]:
    """Whether each was accepted."""
    answers = []
    for moment, one in script:
        at = START + moment
        try:
            if one.amount == 0:
                room.withdraw(one.seat, at)
            else:
                room.bid(one.seat, one.amount, at)
        except Refusal:
            answers.append(False)
        else:
            answers.append(True)
    return answers


@given(initials, tries, reserves)
def test_answers_orders_and_amounts_are_as_the_rules_say(
    offers: dict[str, int], attempts: list[Try], reserve: str | None
) -> None:
    script = [(m, one) for m, one in scripted(offers, attempts) if one.seat in offers]
    room, answers = play(offers, script, reserve)
    model = Model(offers)
    assert answers == model.rounds(script)
    found = [event.order for event in room.events if isinstance(event, RoundOrdered)]
    assert found == model.orders
    assert [e.amount for e in room.events if isinstance(e, TurnEnded)] == model.ended
    best = model.order()[-1]
    met = reserve is None or model.offers[best][0] <= Decimal(reserve)
    assert room.lot.winner == (best if met else None)
    assert room.lot.outcome is (LotOutcome.WON if met else LotOutcome.RESERVE_NOT_MET)


@given(initials, tries, reserves)
def test_the_ledger_leads_to_the_same_state_again(
    offers: dict[str, int], attempts: list[Try], reserve: str | None
) -> None:
    script = [p for p in scripted(offers, attempts) if p[1].seat in offers]
    room, _ = play(offers, script, reserve)
    steps = [Step(seq, START, event) for seq, event in enumerate(room.events, start=1)]
    assert replay_all(steps, {}) == room.state
    assert machine.replay(room.events) == room.state
    assert state_from_text(state_to_text(room.state)) == room.state


@given(initials, tries, st.integers(1, 90))
def test_others_learn_nothing_of_what_was_changed_within_a_turn(
    offers: dict[str, int], attempts: list[Try], first: int
) -> None:
    """A second world in which the seat on turn tried more and returned to what it had."""
    script = [p for p in scripted(offers, attempts) if p[1].seat in offers]
    one, _ = play(offers, [])
    turn = next(e for e in one.events if isinstance(e, RoundOrdered)).order[0]
    begins = minutes(5)
    quiet = [p for p in script if not begins < p[0] <= begins + TURN or p[1].seat != turn]
    extra = [
        (begins + seconds(first), Try(0, 0, turn, 10)),
        (begins + seconds(first + 1), Try(0, 0, turn, 0)),
    ]
    loud = sorted([*quiet, *extra], key=lambda pair: pair[0])
    rooms = [turns_room(offers=offers), turns_room(offers=offers)]
    others = [Viewer(Role.SUPPLIER, seat) for seat in offers if seat != turn]
    moments = [begins + seconds(n) for n in (first, first + 1, first + 2, 119)] + [begins + TURN]
    since = minutes(0)
    for moment in moments:
        for room, steps in zip(rooms, (quiet, loud), strict=True):
            attempt_all(room, [pair for pair in steps if since < pair[0] <= moment])
            room.until(START + moment)
        for viewer in others:
            seen = [standing(room.state, viewer) for room in rooms]
            assert seen[0] == seen[1]
        since = moment
