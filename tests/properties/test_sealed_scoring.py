"""Scored sealed offers: the order is an independent sort of exact scores, and nothing tells who has
offered before the opening, what the buyer is refused included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine, outcome
from auctions.domain.commands import Officer
from auctions.domain.events import RoundsStopped
from auctions.domain.state import LotPhase
from auctions.domain.terms import (
    Count,
    Disclosure,
    Feedback,
    Format,
    SealedRoundsTerms,
    SealedTerms,
    Terms,
    TiePolicy,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_scoring import CriterionKind, ScoringMethod, ScoringTerms, StepOn
from auctions.domain.visibility import Role, Viewer
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.room import (
    BEFORE,
    SALT,
    START,
    US,
    Room,
    opened_reserves,
    seconds,
    with_reserve,
)
from tests.domain.rounds_room import LENGTH, PAUSE, RoundsRoom, rounds_terms
from tests.domain.test_sealed import END, LATER, SealedRoom, amount, envelope, of
from tests.properties.play import SCORINGS
from tests.properties.test_noninterference import facts
from tests.properties.worlds import answer, told

D = Decimal
SEATS = "abcd"
USD = CurrencyRate("USD", 3, D("2.7"), None, "European Central Bank", "2026-02-27")
# The last of them measures the step on the score, which a single sealed offer has none of.
SEALED_SCORINGS = tuple(replace(each, step_on=StepOn.PRICE) for each in SCORINGS)
RESERVE = "80.00"
# Many scores are equal: 90 with a tenth of 1/3 more, 99 with less; and all lie near the reserve.
PRICES = st.sampled_from(["72.00", "79.99", "80.00", "80.01", "90.00", "99.00", "110.00"])
SHARES = st.sampled_from([D(0), D("0.05"), D("0.1")])
PERCENTS = st.sampled_from([D(0), D("-10"), D("12.5")])
AMOUNTS = st.sampled_from([D(0), D("1.000001"), D("9")])


def values_of(scoring: ScoringTerms) -> st.SearchStrategy[tuple[Decimal, ...]]:
    up_and_down = scoring.method is ScoringMethod.BONUS_MALUS
    of_kind = {
        CriterionKind.WEIGHT: SHARES,
        CriterionKind.AMOUNT: AMOUNTS,
        CriterionKind.PERCENT: PERCENTS if up_and_down else PERCENTS.map(abs),
    }
    return st.tuples(*(of_kind[each.kind] for each in scoring.criteria))


@st.composite
def cases(draw: st.DrawFn) -> tuple[ScoringTerms, dict[str, tuple[Decimal, ...]]]:
    """A way of scoring, and values of some of the seats."""
    scoring = draw(st.sampled_from(SEALED_SCORINGS))
    some = draw(st.sets(st.sampled_from(SEATS)))
    return scoring, {seat: draw(values_of(scoring)) for seat in sorted(some)}


def score(scoring: ScoringTerms, values: tuple[Decimal, ...] | None, price: Fraction) -> Fraction:
    """The formula of the manual, read once more."""
    if values is None:
        return price
    kinds = [each.kind for each in scoring.criteria]

    def total(kind: CriterionKind) -> Fraction:
        return sum((Fraction(v) for k, v in zip(kinds, values, strict=True) if k is kind),
                   Fraction(0))  # fmt: skip

    most = sum((Fraction(each.most or 0) for each in scoring.criteria), Fraction(0))
    top = price * (1 + total(CriterionKind.PERCENT) / 100) + total(CriterionKind.AMOUNT)
    return top / (1 + total(CriterionKind.WEIGHT) / (1 - most))


def set_values(room: Room, of_seats: dict[str, tuple[Decimal, ...]], at: Any = BEFORE) -> None:
    for seat, values in of_seats.items():
        room.do(cmd.SetScoring(seat, 1, values, Officer.BUYER, room.ref()), at)


offers = st.lists(st.tuples(st.sampled_from(SEATS), PRICES), min_size=1, max_size=7)
ties = st.sampled_from([TiePolicy.FIRST, TiePolicy.EQUAL_BEST, TiePolicy.EQUAL_WORST])


@settings(max_examples=80, deadline=None)
@given(cases(), offers, ties, st.booleans(), st.booleans())
def test_the_order_is_that_of_exact_scores_and_the_ledger_leads_to_it_again(
    case: tuple[ScoringTerms, dict[str, tuple[Decimal, ...]]],
    script: list[tuple[str, str]],
    policy: TiePolicy,
    reserved: bool,
    moneyed: bool,
) -> None:
    scoring, values = case
    terms = of(scoring=scoring, ties=policy, currencies=(USD,) if moneyed else None)
    terms = with_reserve(terms, RESERVE) if reserved else terms
    assert check_terms(terms) == []
    room = SealedRoom(terms, seats=SEATS, start=False)
    room.reserves = opened_reserves(terms, RESERVE) if reserved else ()
    for place, seat in enumerate(SEATS if moneyed else ""):
        room.do(cmd.DeclarePrices(seat, ("EUR", "USD")[place % 2], None, room.ref()), BEFORE)
    set_values(room, values)
    room.until(START)
    last: dict[str, tuple[int, str]] = {}
    for place, (seat, price) in enumerate(script, 1):
        room.offer(seat, price, START + place * US)
        last[seat] = (place, price)
    room.opened()

    def value(seat: str) -> Fraction:
        rate = Fraction(27, 30) if moneyed and SEATS.index(seat) % 2 else 1
        return Fraction(last[seat][1]) * rate

    order = sorted((score(scoring, values.get(each), value(each)), last[each][0], each)
                   for each in last)  # fmt: skip
    assert [each.seat for each in outcome.ranking(room.state, 1)] == [seat for *_, seat in order]
    scores = [each for each, *_ in order]
    assert [each.rank for each in outcome.ranking(room.state, 1)] == [
        {
            TiePolicy.FIRST: place,
            TiePolicy.EQUAL_BEST: 1 + sum(other < mine for other in scores),
            TiePolicy.EQUAL_WORST: sum(other <= mine for other in scores),
        }[policy]
        for place, mine in enumerate(scores, 1)
    ]
    meeting = [seat for *_, seat in order if not reserved or value(seat) <= Fraction(RESERVE)]
    winner = meeting[0] if meeting else None
    assert room.lot.winner == winner
    assert room.lot.price == (None if winner is None else D(last[winner][1]))
    by_price = min(last, key=lambda seat: (value(seat), last[seat][0]))
    label("the cheapest is not the first" if by_price != order[0][2] else "the cheapest is first")
    check_replay(room)


def check_replay(room: SealedRoom | RoundsRoom) -> None:
    room.replayed()
    assert machine.replay(room.events) == room.state
    assert state_from_text(state_to_text(room.state)) == room.state


# Rounds ---------------------------------------------------------------------------------------

tries = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([700, 720, 780, 790, 800, 805, 850, 900])),
    min_size=1,
    max_size=4,
)
UNIMPROVED = SealedRoundsTerms(pause=PAUSE, least_active=0)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([D(0), D("0.1"), D("0.2")])),
    st.lists(tries, min_size=3, max_size=3),
)
def test_rounds_go_on_while_the_leading_score_falls(
    shares: dict[str, Decimal], script: list[list[tuple[str, int]]]
) -> None:
    quality = replace(SEALED_SCORINGS[1], criteria=SEALED_SCORINGS[1].criteria[1:])
    room = RoundsRoom(rounds_terms(UNIMPROVED, scoring=quality), start=False)
    set_values(room, {seat: (share,) for seat, share in shares.items()})
    room.until(START)
    best: dict[str, tuple[int, int]] = {}
    clock, stopped = 0, None

    def order() -> list[tuple[Fraction, int, str]]:
        return sorted(
            (Fraction(price) / (1 + Fraction(shares.get(seat, 0)) / Fraction(4, 5)), when, seat)
            for seat, (price, when) in best.items()
        )

    for number, one in enumerate(script, 1):
        begins, made = room.begins, {}
        for seat, price in one:
            clock += 1
            room.offer(seat, price, begins + clock * US)
            made[seat] = (price, clock)
        before = order()[:1]
        best |= {
            seat: offer
            for seat, offer in made.items()
            if seat not in best or offer[0] <= best[seat][0] - 10
        }
        room.until(begins + LENGTH)
        room.hand_over(begins + LENGTH + US)
        room.open(begins + LENGTH + 2 * US)
        improved = not before or order()[0][0] < before[0][0]
        assert (number in room.lot.rounds.improved) is improved
        assert [each.seat for each in outcome.ranking(room.state, 1)] == [
            seat for *_, seat in order()
        ]
        if number == 3 or not improved:
            stopped = (number, "last_round" if number == 3 else "unimproved")
            break
        room.next()
    assert [(each.round, each.cause) for each in room.of_kind(RoundsStopped)] == [stopped]
    assert (room.lot.winner, room.lot.price) == (order()[0][2], best[order()[0][2]][0])
    check_replay(room)


# Nothing tells who has offered ----------------------------------------------------------------

ME, OTHERS = "a", "bc"
LATE = "e"  # whom the buyer tries to invite once the lot has started
QUALITY = SEALED_SCORINGS[1]
GIVEN = {"a": (D("0.1"), D(0)), "c": (D("0.05"), D("0.2"))}
own_tries = st.lists(st.tuples(st.just(ME), st.sampled_from(["", "80.00", "95", "0"])), max_size=2)
other_tries = st.lists(
    st.tuples(st.sampled_from(OTHERS + LATE), st.sampled_from(["", "70.00", "80.00", "90.00"])),
    max_size=5,
)
all_terms = st.builds(
    lambda reserved, **fields: (
        with_reserve(of(scoring=QUALITY, **fields), RESERVE)
        if reserved
        else of(scoring=QUALITY, **fields)
    ),
    reserved=st.booleans(),
    disclosure=st.sampled_from(Disclosure),
    feedback=st.builds(
        Feedback,
        rank=st.booleans(),
        lead=st.booleans(),
        count=st.sampled_from(Count),
        reserve_met=st.booleans(),
    ),
    sealed=st.just(SealedTerms()),  # the number of offers is hidden from the buyer too
)
VIEWERS = (
    Viewer(Role.SUPPLIER, ME), Viewer(Role.OBSERVER), Viewer(Role.BUYER), Viewer(Role.NEUTRAL),
)  # fmt: skip


@cache
def sealed_once(seat: str, price: str) -> str:
    """One envelope for one price: sealing is random, and the worlds share the viewer's own."""
    return envelope(amount(price), seat)


class World:
    """The buyer tries, after each thing that happens, all that it may try of values and seats."""

    def __init__(self, terms: Terms) -> None:
        self.room = SealedRoom(terms, seats=ME + OTHERS, start=False)
        set_values(self.room, GIVEN)
        self.room.until(START)
        if terms.lots[0].reserve_commitment is not None:
            self.room.reserves = (cmd.OpenedReserve(1, SALT, D(RESERVE)),)
        self.answers: list[Any] = []

    def attempt(self, seat: str, price: str, at: Any) -> None:
        ref = f"{seat}{at}"
        if seat == LATE:
            answer(lambda: self.room.accept(LATE, at))
        asked: cmd.Command = cmd.Withdraw(seat, 1, ref)
        if price:
            asked = cmd.PlaceSealedOffer(seat, 1, sealed_once(seat, price), ref)
        found = answer(lambda: self.room.do(asked, at))
        if seat == ME:
            self.answers.append(found)

    def buyer(self, at: Any) -> None:
        self.answers.append(answer(lambda: self.room.do(cmd.AdmitSeat(LATE), at)))
        for seat in ME + OTHERS + LATE:
            values = cmd.SetScoring(seat, 1, (D("0.1"), D("0.1")), Officer.BUYER, self.room.ref())
            self.answers.append(answer(lambda asked=values: self.room.do(asked, at)))
            away = cmd.RemoveSeat(seat, "", False)
            self.answers.append(answer(lambda asked=away: self.room.do(asked, at)))


def play(world: World, mine: Sequence[Any], theirs: Sequence[Any]) -> None:
    world.buyer(START)
    for place in range(5):
        for late, part in enumerate((theirs, mine)):
            if place < len(part):
                world.attempt(*part[place], START + (3 * place + 1 + late) * US)
        world.buyer(START + (3 * place + 3) * US)


@settings(max_examples=80, deadline=None)
@given(all_terms, own_tries, other_tries, other_tries)
def test_before_the_opening_neither_what_is_told_nor_what_is_refused_depends_on_others(
    terms: Terms, mine: list[Any], theirs: list[Any], others: list[Any]
) -> None:
    assert check_terms(terms) == []
    worlds = World(terms), World(terms)
    for world, script in zip(worlds, (theirs, others), strict=True):
        play(world, mine, script)
        assert world.room.lot.values == GIVEN

    def told_alike(viewers: Sequence[Viewer]) -> bool:
        heard = [[told(world.room, each) for each in viewers] for world in worlds]
        return heard[0] == heard[1] and worlds[0].answers == worlds[1].answers

    assert told_alike(VIEWERS)
    for world in worlds:
        world.room.until(END)
        world.buyer(END + US)
    if any(world.room.lot.phase is not LotPhase.SEALED for world in worlds):
        return  # that nobody offered at all is public
    assert told_alike(VIEWERS[:2])  # the buyer and the neutral person see how many there are
    for world in worlds:
        world.room.hand_over()
        world.room.open(LATER + seconds(1))
    for viewer in VIEWERS[:2]:
        if _granted(worlds[0], viewer) == _granted(worlds[1], viewer):
            assert told_alike([viewer])
            same = worlds[0].room.lot.winner == worlds[1].room.lot.winner
            label("told alike" if same else "another result, told alike")


def _granted(world: World, viewer: Viewer) -> Any:
    """What the terms grant of the result, read from their words."""
    there = world.room.lot
    mine = viewer.seat is not None and there.winner == viewer.seat
    return facts(world.room.state, viewer.seat), there.price if mine else None


def test_a_format_that_scores_unseen_is_one_whose_offers_are_sealed() -> None:
    from auctions.domain.formats import RULES
    from auctions.domain.terms_rules import SCORED, SCORED_UNSEEN

    assert {name for name in SCORED if RULES[name].sealed} == SCORED_UNSEEN
    assert Format.VICKREY not in SCORED
