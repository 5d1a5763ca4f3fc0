"""The cascade against people: whoever looks at its own rank and bids by hand comes to the same."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import event as label
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine, outcome
from auctions.domain.state import AuctionState
from auctions.domain.terms import (
    AutomaticBids,
    Band,
    Basis,
    Feedback,
    Step,
    StepKind,
    Terms,
    TiePolicy,
)
from auctions.domain.visibility import Role, Viewer, standing
from tests.domain.room import START, Room, lot, minutes, seconds, terms
from tests.properties.play import Intent, Player, all_terms, scripts

SEATS = "abcd"
T = START + minutes(1)
STEPS = (
    Step(),
    Step(StepKind.PERCENT, None, Decimal("3.3")),
    Step(StepKind.ABSOLUTE, Decimal(1), None),
    Step(StepKind.SMALLER, Decimal("0.7"), Decimal("0.9")),
    Step(StepKind.BANDS, None, None, (Band(Decimal(0), Decimal(1)), Band(Decimal(90), Decimal(3)))),
)
SEEN = Feedback(rank=True, lead=True, after_first_bid=False, lead_min_bidders=1)


@st.composite
def contests(draw: st.DrawFn) -> tuple[Terms, list[Decimal], dict[str, Decimal]]:
    """Terms, each seat's first bid, and the limits of some, in the order in which they are set."""
    basis = draw(st.sampled_from([Basis.OWN, Basis.OWN, Basis.LEADER]))
    grid = draw(st.sampled_from([None, None, Decimal("0.25")]))
    own = terms(
        lots=(lot(step=draw(st.sampled_from(STEPS)), grid=grid),),
        basis=basis,
        ties=draw(st.sampled_from([TiePolicy.FIRST, TiePolicy.FIRST, TiePolicy.EQUAL_WORST])),
        feedback=SEEN,
        automatic_bids=AutomaticBids(),
    )
    quarter = Decimal("0.25")
    firsts = [quarter * draw(st.integers(360, 420)) for _ in SEATS]
    if basis is Basis.LEADER:
        firsts = [Decimal(120), Decimal(115), Decimal(110), Decimal(105)]
    named = draw(st.permutations(SEATS))[: draw(st.integers(1, 4))]
    return own, firsts, {seat: quarter * draw(st.integers(200, 380)) for seat in named}


def rank_of(state: AuctionState, seat: str) -> int | None:
    own = standing(state, Viewer(Role.SUPPLIER, seat)).lots[0].own
    return None if own is None else own.rank


def by_hand(of: Terms, firsts: list[Decimal], limits: dict[str, Decimal]) -> Room:
    """Each limit is kept in mind, and bids are placed one at a time until nobody wants to."""
    room = opened(of, firsts)
    told: dict[str, Decimal] = {}
    for seat, limit in limits.items():
        most = room.most(seat)
        if most is None or limit > most:
            continue
        told[seat] = limit
        moved = True
        while moved:
            moved = False
            for each, floor in told.items():
                most = room.most(each)
                if rank_of(room.state, each) == 1 or most is None or not floor <= most > 0:
                    continue
                room.bid(each, str(most), T)
                moved = True
    return room


def by_limits(of: Terms, firsts: list[Decimal], limits: dict[str, Decimal]) -> Room:
    room = opened(of, firsts)
    for seat, limit in limits.items():
        most = room.most(seat)
        if most is not None and limit <= most:
            room.limit(seat, str(limit), T)
    return room


def opened(of: Terms, firsts: list[Decimal]) -> Room:
    room = Room(of, SEATS, start=True)
    for seat, first in zip(SEATS, firsts, strict=True):
        room.bid(seat, str(first), T - seconds(1))
    return room


def amounts(room: Room) -> dict[str, Decimal]:
    return {seat: offer.amount for seat, offer in outcome.ordered(room.lot)}


@given(contests())
def test_the_cascade_comes_to_what_bids_by_hand_come_to(
    contest: tuple[Terms, list[Decimal], dict[str, Decimal]],
) -> None:
    hand, limits = by_hand(*contest), by_limits(*contest)
    # Of equal amounts the earlier limit ranks first; by hand it is who came to it first.
    for room in (hand, limits):
        assume(len(set(amounts(room).values())) == len(SEATS))
    assert amounts(limits) == amounts(hand)
    assert outcome.leader(limits.lot)[0] == outcome.leader(hand.lot)[0]  # type: ignore[index]
    label(f"entries {len(limits.events)} instead of {len(hand.events)}")


@given(contests())
def test_afterwards_nobody_wants_to_move_and_each_moved_once(
    contest: tuple[Terms, list[Decimal], dict[str, Decimal]],
) -> None:
    room = by_limits(*contest)
    _, _, limits = contest
    for seat, limit in limits.items():
        if room.lot.limits.get(seat) is None:
            continue
        most = room.most(seat)
        assert rank_of(room.state, seat) == 1 or most is None or most <= 0 or most < limit
        assert amounts(room)[seat] >= limit or not automatic(room, seat)
    causes = [(e.cause, e.seat) for e in room.events if isinstance(e, ev.AutomaticBidPlaced)]
    assert len(causes) == len(set(causes))


def automatic(room: Room, seat: str) -> bool:
    return any(isinstance(e, ev.AutomaticBidPlaced) and e.seat == seat for e in room.events)


@given(st.integers(360, 400), st.integers(360, 400), st.integers(220, 350))
def test_of_equal_limits_the_earlier_ranks_before_an_equal_bid(
    one: int, other: int, limit: int
) -> None:
    quarter = Decimal("0.25")
    step = Step(StepKind.ABSOLUTE, quarter, None)
    of = terms(lots=(lot(step=step),), automatic_bids=AutomaticBids())
    room = Room(of, "ab", start=True)
    room.bid("a", str(quarter * one), T)
    room.bid("b", str(quarter * other), T)
    room.limit("b", str(quarter * limit), T)
    room.limit("a", str(quarter * limit), T)
    assert [seat for seat, _ in outcome.ordered(room.lot)] == ["b", "a"]
    assert set(amounts(room).values()) == {quarter * limit}


@given(all_terms(), scripts)
def test_automatic_bids_name_their_cause_and_keep_to_their_limits(
    of: Terms, script: list[Intent]
) -> None:
    player = Player(of)
    player.run(script)
    history = player.finish()
    limits = {
        step.before.seq + 1: step.command.opened.amount
        for step in history.steps
        if isinstance(step.command, cmd.SetBidLimit) and step.events and step.command.opened
    }
    for step in history.steps:
        bids = [event for event in step.events if isinstance(event, ev.AutomaticBidPlaced)]
        if not isinstance(step.command, cmd.Tick):
            assert all(bid.cause == step.before.seq + 1 for bid in bids)
            assert all(bid.received_at == step.at for bid in bids)
        for bid in bids:
            assert bid.amount >= limits[bid.limit]
            assert bid.cause <= step.after.seq
    for before, event, after in history.transitions():
        if isinstance(event, ev.AutomaticBidPlaced):
            was, now = before.lots[event.lot], after.lots[event.lot]
            assert was.limits[event.seat].current.seq == event.limit  # type: ignore[union-attr]
            assert now.seats[event.seat].best.amount < was.seats[event.seat].best.amount  # type: ignore[union-attr]
            label("automatic bids")
    opened = [event.limit for event in history.events if isinstance(event, ev.BidLimitOpened)]
    if not history.state.phase.is_open and history.state.outcome is not None:
        assert sorted(opened) == sorted(limits)
    assert machine.due(history.state) is None
