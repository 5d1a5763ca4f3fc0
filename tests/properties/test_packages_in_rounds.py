"""Packages in sealed rounds against an independent reading of the rules; who may see what."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.events import ChoiceFound, RoundsStopped
from auctions.domain.rules import packages_in_rounds
from auctions.domain.state import EMPTY, AuctionState, LotPhase
from auctions.domain.terms import Count, Feedback, PackageTerms
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, price_point, standing
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.packed_rounds_room import PackedRounds, only, packed_rounds
from tests.domain.rounds_room import LENGTH

SEATS = "abc"
LOTS = (1, 2, 3)
SETS = ((1, 2), (2, 3), (1, 2, 3))
PRICES = [300, 395, 400, 405, 410, 420, 1010]  # close to each other, so that the step matters


@dataclass(frozen=True)
class Sealed:
    """In a round: an offer for one lot, a package, or (number 0) a discount, of a seat."""

    seat: str
    number: int | None  # None: an offer for one lot
    prices: tuple[tuple[int, int], ...] = ()
    percent: int = 0
    lots: tuple[int, ...] = ()
    count: int = 0


seats, prices = st.sampled_from(SEATS), st.sampled_from(PRICES)
offers = st.builds(
    lambda seat, lot, price: Sealed(seat, None, ((lot, price),)),
    seats, st.sampled_from(LOTS), prices,
)  # fmt: skip
packages = st.builds(
    lambda seat, number, lots, given: Sealed(
        seat, number, tuple((lot, given[place]) for place, lot in enumerate(lots))
    ),
    seats, st.integers(1, 2), st.sampled_from(SETS), st.tuples(prices, prices, prices),
)  # fmt: skip
discounts = st.builds(
    lambda seat, percent, lots, count: Sealed(seat, 0, (), percent, lots, count),
    seats, st.sampled_from([5, 10, 40]), st.sampled_from([(), (1,), (1, 2)]), st.integers(1, 3),
)  # fmt: skip
scripts = st.lists(st.one_of(offers, packages, packages, discounts), min_size=1, max_size=7)
plays = st.lists(scripts, min_size=3, max_size=3)


@dataclass
class Model:
    """The rules read once more: plain numbers, no events, no states."""

    single: dict[tuple[str, int], int] = field(default_factory=dict)
    packed: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    discount: dict[str, tuple[int, frozenset[int], int]] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)

    def round(self, script: list[Sealed]) -> None:
        last: dict[tuple[Any, ...], Sealed] = {}
        for one in script:
            place = one.prices[0][0] if one.number is None else 0
            last[one.seat, one.number, place] = one
        valid = [one for one in last.values() if self._fits(one)]
        self.active = {one.seat for one in valid}
        for one in valid:
            if one.number is None:
                self.single[one.seat, one.prices[0][0]] = one.prices[0][1]
            elif one.number:
                self.packed[one.seat, one.number] = dict(one.prices)
            else:
                self.discount[one.seat] = one.percent, frozenset(one.lots), one.count

    def _fits(self, one: Sealed) -> bool:
        if one.number is None:
            lot, price = one.prices[0]
            best = self.single.get((one.seat, lot))
            return price <= (1000 if best is None else best - 10)
        if one.number == 0:
            old = self.discount.get(one.seat)
            new = (one.percent, frozenset(one.lots), one.count)
            return old is None or (
                new != old and new[0] >= old[0] and new[1] <= old[1] and new[2] <= old[2]
            )
        mine = dict(one.prices)
        if max(mine.values()) > 1000:
            return False
        former = self.packed.get((one.seat, one.number))
        if former is not None and (
            former.keys() != mine.keys() or any(mine[lot] > former[lot] for lot in mine)
        ):
            return False
        same = [
            sum(each.values())
            for (seat, _), each in self.packed.items()
            if seat == one.seat and each.keys() == mine.keys()
        ]
        return not same or sum(mine.values()) <= min(same) - 10 * len(mine)


def place(room: PackedRounds, one: Sealed) -> None:
    if one.number is None:
        room.bid(one.seat, one.prices[0][1], one.prices[0][0])
    elif one.number:
        room.package(one.seat, dict(one.prices), one.number)
    else:
        content: dict[str, Any] = {"percent": str(one.percent), "count": one.count}
        room.discount(one.seat, **content, **({"lots": list(one.lots)} if one.lots else {}))


def worth(state: AuctionState) -> tuple[int, Fraction]:
    """How many lots the best choice serves, and what it costs, the more the worse."""
    found = packages_in_rounds.choice(state)
    cost = sum(
        (Fraction(state.rules.lots[won.lot - 1].quantity) * Fraction(won.amount))
        for won in found.won
    )
    return len(found.won), -Fraction(cost)


@settings(max_examples=20, deadline=None)
@given(plays, st.booleans(), st.integers(0, 2))
def test_what_stands_is_as_the_rules_say_and_no_round_makes_the_choice_worse(
    script: list[list[Sealed]], unimproved: bool, least: int
) -> None:
    own = only(stop_unimproved=unimproved, least_active=least)
    room, model = PackedRounds(packed_rounds(own)), Model()
    before = (0, Fraction(0))
    cause = None
    for number, one in enumerate(script, start=1):
        for each in one:
            place(room, each)
        room.over()
        model.round(one)
        mine = room.state.packages.seats if room.state.packages else {}
        assert {
            (seat, n): {lot: int(price) for lot, price in package.prices.items()}
            for seat, each in mine.items()
            for n, package in each.opened.items()
        } == model.packed
        assert {
            seat: (int(each.discount.percent), frozenset(each.discount.lots), each.discount.count)
            for seat, each in mine.items()
            if each.discount is not None
        } == model.discount
        assert {
            (seat, lot): int(each.best.amount)
            for lot, state in room.state.lots.items()
            for seat, each in state.seats.items()
            if each.best is not None
        } == model.single
        after = worth(room.state)
        assert after >= before
        told = room.of_kind(ChoiceFound)[-1]
        assert (told.round, len(told.lots), told.better) == (number, after[0], after > before)
        causes = (
            ("last_round", number == 3),
            ("unimproved", unimproved and after == before),
            ("too_few", len(model.active) < least),
        )
        cause = next((name for name, holds in causes if holds), None)
        before = after
        if cause:
            break
    assert {event.cause for event in room.of_kind(RoundsStopped)} == {cause}
    assert room.state.phase.is_open is False
    room.replayed()
    assert machine.replay(room.events) == room.state
    assert state_from_text(state_to_text(room.state)) == room.state


@settings(max_examples=15, deadline=None)
@given(scripts, scripts, st.randoms(use_true_random=False))
def test_in_which_order_suppliers_seal_changes_neither_what_stands_nor_the_cost(
    first: list[Sealed], second: list[Sealed], random: Any
) -> None:
    rooms = [PackedRounds() for _ in range(2)]
    for script in (first, second):
        by_seat = {seat: [one for one in script if one.seat == seat] for seat in SEATS}
        order = [one.seat for one in script]
        for room in rooms:
            left = {seat: list(mine) for seat, mine in by_seat.items()}
            for seat in order:
                place(room, left[seat].pop(0))  # of one supplier the later one replaces
            room.over()
            random.shuffle(order)
    stands = [
        {
            seat: ({n: p.prices for n, p in mine.opened.items()}, mine.discount)
            for seat, mine in (room.state.packages.seats if room.state.packages else {}).items()
        }
        for room in rooms
    ]
    assert stands[0] == stands[1]
    assert worth(rooms[0].state) == worth(rooms[1].state)


feedbacks = st.builds(
    Feedback,
    rank=st.booleans(),
    lead=st.booleans(),
    after_first_bid=st.booleans(),
    count=st.sampled_from(list(Count)),
)
ME = Viewer(Role.SUPPLIER, "c")


def facts(room: PackedRounds) -> Any:
    """What the terms grant the third supplier after an opening, read from their words."""
    told = room.state.rules.feedback
    found = []
    for lot in room.state.lots.values():
        bests = sorted(
            (each.best.amount, each.best.seq, seat)
            for seat, each in lot.seats.items()
            if each.best is not None
        )
        own = next((place for place, best in enumerate(bests) if best[2] == "c"), None)
        some = not told.after_first_bid or own is not None
        found.append(
            (
                lot.phase, lot.starts_at, lot.deadline, own is None,
                own if told.rank else None,
                [best[0] for best in bests[:1]] if told.lead and some else None,
                len(bests) if told.count is Count.SHOWN and some else None,
            )
        )  # fmt: skip
    state = room.state.packages
    mine = None if state is None else state.seats.get("c")
    chosen = None
    if told.rank and mine is not None and state is not None and state.choice is not None:
        chosen = (
            {n for n, each in mine.opened.items() if each.seq in state.choice.entries},
            "c" in state.choice.discounts,
        )
    return room.state.phase, found, chosen


@settings(max_examples=15, deadline=None)
@given(plays, plays, feedbacks)
def test_a_supplier_learns_of_rivals_packages_no_more_than_what_the_feedback_grants(
    script: list[list[Sealed]], other: list[list[Sealed]], told: Feedback
) -> None:
    """Two worlds: the third supplier seals the same, the others otherwise. While what it may know
    is the same, all it is told is, within rounds, at openings and between."""
    given = packed_rounds(packages=PackageTerms(per_supplier=2, discounts=True), feedback=told)
    assume(not check_terms(given))
    rooms = [PackedRounds(given) for _ in range(2)]
    for mine, theirs in zip(script, other, strict=True):
        own = [one for one in mine if one.seat == "c"]
        assume(own)  # where nothing is sealed at all, that no opening follows is public
        ours = envelopes(rooms[0], own)
        for room, steps in zip(rooms, (mine, theirs), strict=True):
            for one in steps:
                if one.seat != "c":
                    place(room, one)
            for at, command in enumerate(ours, start=1):
                room.do(command, room.begins + (LENGTH - LENGTH / 2) + at * (LENGTH / 1000))
        assert seen(rooms[0]) == seen(rooms[1])
        for room in rooms:
            room.until(room.begins + LENGTH)
            assert room.lot.phase is LotPhase.SEALED
        assert seen(rooms[0]) == seen(rooms[1])
        for room in rooms:
            room.over()
        if facts(rooms[0]) != facts(rooms[1]) or not rooms[0].state.phase.is_open:
            return
        assert seen(rooms[0]) == seen(rooms[1])


def envelopes(room: PackedRounds, own: list[Sealed]) -> list[Any]:
    """The third supplier's commands of the round: the same bytes in both worlds."""
    found: list[Any] = []
    for at, one in enumerate(own):
        ref = f"c{room.round}.{at}"
        if one.number is None:
            lot, price = one.prices[0]
            made = room.envelope("c", str(price), lot)
            found.append(cmd.PlaceSealedOffer("c", lot, made, ref, room.round))
            continue
        told = {f'"{lot}":"{price}"' for lot, price in one.prices}
        text = '{"prices":{' + ",".join(sorted(told)) + "}}"
        if not one.number:
            text = f'{{"percent":"{one.percent}","count":{one.count}}}'
        made = room.packed("c", text.encode("ascii"), one.number)
        found.append(cmd.PlaceSealedPackage("c", one.number, made, ref, room.round))
    return found


def seen(room: PackedRounds) -> Any:
    views, state = [], EMPTY
    for seq, event in enumerate(room.events, 1):
        before, state = state, machine.evolve(state, event, seq)
        views += [event_view(before, state, event, ME), price_point(state, event, ME)]
    return [each for each in views if each], standing(room.state, ME)
