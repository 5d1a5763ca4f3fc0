"""Disqualification in each format in which the next in order can step in: English, with a fixed
budget, and in rounds in turns. All have a hidden reserve that a misses and b and c meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.events import (
    AuctionOutcome,
    LotClosed,
    LotOutcome,
    SeatDisqualified,
    SeatRequalified,
    WinnerChanged,
)
from auctions.domain.refusals import (
    AlreadyAwarded,
    AlreadyDisqualified,
    AuctionEnded,
    Disqualified,
    NotDisqualified,
    NotForBuyer,
    NotYourTurn,
)
from auctions.domain.rules.disqualify import TAKEN_IN
from auctions.domain.terms import Terms
from auctions.domain.visibility import Role, Viewer, standing
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from tests.domain.budget_room import budget_lot, budget_terms
from tests.domain.room import (
    START,
    Room,
    minutes,
    opened_reserves,
    seconds,
    terms,
    with_reserve,
)
from tests.domain.test_disqualify import order, out
from tests.domain.turns_room import turns_room, turns_terms
from tests.properties.worlds import told

D = Decimal
CLOSED = START + minutes(40)
OFFERS = {"a": "900.00", "b": "800.00", "c": "700.00"}


@dataclass(frozen=True)
class Case:
    """``offers`` by seat, the worst first; at ``turn`` c may offer ``better``."""

    terms: Terms
    reserve: str
    offers: dict[str, str]
    better: str
    begin: Callable[[Terms, dict[str, str]], Room]
    turn: datetime = START + seconds(20)

    def room(self, **fields: Any) -> Room:
        """All have offered, in the running auction or before it; the lot is not closed."""
        of = replace(self.terms, **fields)
        room = self.begin(with_reserve(of, self.reserve), self.offers)
        room.reserves = opened_reserves(of, self.reserve)
        room.until(START)
        return room

    def won(self, seat: str) -> WinnerChanged:
        return WinnerChanged(1, LotOutcome.WON, seat, D(self.offers[seat]), CLOSED)


def in_the_open(of: Terms, offers: dict[str, str]) -> Room:
    room = Room(of, start=True)
    for place, (seat, amount) in enumerate(offers.items(), start=1):
        room.bid(seat, amount, START + seconds(place))
    return room


def in_turns(of: Terms, offers: dict[str, str]) -> Room:
    return turns_room(of, {seat: int(D(amount)) for seat, amount in offers.items()})


RISING = {"a": "1100", "b": "1300", "c": "1400"}
CASES = {
    "english": Case(terms(), "850.00", OFFERS, "600.00", in_the_open),
    "budget": Case(
        budget_terms(lots=(budget_lot(floor=D(1000)),)), "1200", RISING, "1500", in_the_open
    ),
    "turns": Case(
        turns_terms(), "850.00", OFFERS, "600.00", in_turns, turn=START + minutes(9) + seconds(1)
    ),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def check_ledger(room: Room) -> None:
    """The whole of it, and each seat's part, lead to the same again."""
    assert replay_all(steps(room), {}) == room.state
    for seat in room.state.seats:
        replay_own(steps(room), seat)


def steps(room: Room) -> list[Step]:
    return [Step(number, CLOSED, event) for number, event in enumerate(room.events, start=1)]


def closing(room: Room) -> LotClosed:
    (found,) = (event for event in room.events if isinstance(event, LotClosed))
    return found


def test_these_are_all_the_formats_that_have_it() -> None:
    assert {each.terms.format for each in CASES.values()} == TAKEN_IN


def test_while_the_lot_runs_its_offers_leave_the_order_and_it_cannot_offer(case: Case) -> None:
    room = case.room()
    assert order(room) == ["c", "b", "a"]
    (event,) = out(room, "c", START + seconds(10))
    assert isinstance(event, SeatDisqualified)
    assert order(room) == ["b", "a"]
    with pytest.raises(Disqualified):
        room.bid("c", case.better, case.turn)
    own = standing(room.state, Viewer(Role.SUPPLIER, "c")).lots[0].own
    assert own is not None
    assert own.disqualified
    room.until(CLOSED)
    assert (closing(room).seat, closing(room).amount) == ("b", D(case.offers["b"]))
    check_ledger(room)


def test_requalified_in_time_it_offers_again_and_wins(case: Case) -> None:
    room = case.room()
    out(room, "c", START + seconds(10))
    (event,) = out(room, "c", START + seconds(11), undo=True)
    assert isinstance(event, SeatRequalified)
    assert order(room) == ["c", "b", "a"]
    room.bid("c", case.better, case.turn)
    room.until(CLOSED)
    assert (closing(room).seat, closing(room).amount) == ("c", D(case.better))
    check_ledger(room)


def test_after_the_close_the_next_wins_and_requalifying_reverses_it(case: Case) -> None:
    room = case.room()
    room.until(CLOSED)
    assert room.lot.winner == "c"
    first, second = out(room, "c", CLOSED)
    assert (first.seat, second) == ("c", case.won("b"))
    assert (room.lot.winner, room.lot.price) == ("b", D(case.offers["b"]))
    first, second = out(room, "c", CLOSED, undo=True)
    assert (first.seat, second) == ("c", case.won("c"))
    assert (room.lot.winner, room.lot.price) == ("c", D(case.offers["c"]))
    check_ledger(room)


def test_who_misses_the_reserve_does_not_step_in(case: Case) -> None:
    room = case.room()
    room.until(CLOSED)
    out(room, "c", CLOSED)
    assert out(room, "b", CLOSED)[1:] == (
        WinnerChanged(1, LotOutcome.RESERVE_NOT_MET, None, None, CLOSED),
    )
    assert (room.lot.outcome, room.lot.winner) == (LotOutcome.RESERVE_NOT_MET, None)
    assert out(room, "c", CLOSED, undo=True)[1:] == (case.won("c"),)
    check_ledger(room)


def test_during_the_auction_too_who_misses_the_reserve_does_not_win(case: Case) -> None:
    room = case.room()
    out(room, "c", START + seconds(10))
    out(room, "b", START + seconds(11))
    room.until(CLOSED)
    assert closing(room).outcome is LotOutcome.RESERVE_NOT_MET
    assert room.state.outcome is AuctionOutcome.RESERVE_NOT_MET
    with pytest.raises(AuctionEnded):
        out(room, "b", CLOSED, undo=True)
    check_ledger(room)


def test_another_than_the_winner_changes_no_winner(case: Case) -> None:
    room = case.room()
    room.until(CLOSED)
    assert len(out(room, "b", CLOSED)) == 1
    assert out(room, "c", CLOSED)[1:] == (
        WinnerChanged(1, LotOutcome.RESERVE_NOT_MET, None, None, CLOSED),
    )


@pytest.mark.parametrize("at", [START + seconds(10), CLOSED])
def test_neither_is_done_twice(case: Case, at: datetime) -> None:
    room = case.room()
    room.until(at)
    with pytest.raises(NotDisqualified):
        out(room, "c", at, undo=True)
    out(room, "c", at)
    with pytest.raises(AlreadyDisqualified):
        out(room, "c", at)
    out(room, "c", at, undo=True)
    with pytest.raises(NotDisqualified):
        out(room, "c", at, undo=True)


def test_after_the_award_it_is_refused_and_no_award_goes_to_who_is_out(case: Case) -> None:
    room = case.room()
    room.until(CLOSED)
    out(room, "c", CLOSED)
    with pytest.raises(Disqualified):
        award(room, "c", case)
    award(room, "b", case)
    with pytest.raises(AlreadyAwarded):
        out(room, "b", CLOSED)
    assert len(out(room, "c", CLOSED, undo=True)) == 1  # the lot is awarded: nobody steps in
    assert (room.lot.winner, room.state.awards) == ("b", {1: "b"})
    check_ledger(room)


def award(room: Room, seat: str, case: Case) -> None:
    room.do(cmd.RecordAward(1, seat, D(case.offers[seat]), "", room.ref()), CLOSED)


def test_a_blind_buyer_waits_for_the_close(case: Case) -> None:
    room = case.room(blind=True)
    for undo in (False, True):
        with pytest.raises(NotForBuyer):
            out(room, "c", START + seconds(10), undo=undo)
    room.until(CLOSED)
    assert out(room, "c", CLOSED)[1:] == (case.won("b"),)


def test_the_verifier_names_an_entry_that_lets_another_win(case: Case) -> None:
    room = case.room()
    room.until(CLOSED)
    out(room, "c", CLOSED)
    place = next(n for n, each in enumerate(room.events) if isinstance(each, WinnerChanged))
    for changed in ({"seat": "a", "amount": D(case.offers["a"])}, {"amount": D(case.better)}):
        forged = steps(room)
        forged[place] = replace(forged[place], event=replace(room.events[place], **changed))
        with pytest.raises(ReplayFailed) as caught:
            replay_all(forged, {})
        assert caught.value.seq == place + 1


# Rounds in turns, whose plan is made at the start -----------------------------------------------


def test_in_turns_an_offer_of_the_own_turn_stands_again_after_requalifying() -> None:
    case = CASES["turns"]
    room = case.room()
    room.bid("c", case.better, case.turn)
    out(room, "c", case.turn + seconds(1))
    with pytest.raises(Disqualified):
        room.withdraw("c", case.turn + seconds(2))
    room.until(case.turn + minutes(3))
    assert order(room) == ["b", "a"]
    turns = standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].turns
    assert turns is not None
    assert [row.amount for row in turns.rows] == [900, 800, D(case.better)]
    out(room, "c", case.turn + minutes(3), undo=True)
    assert order(room) == ["c", "b", "a"]
    room.until(CLOSED)
    assert (closing(room).seat, closing(room).amount) == ("c", D(case.better))
    check_ledger(room)


def test_in_turns_who_is_out_at_the_start_has_no_turn_but_its_initial_offer_again() -> None:
    case = CASES["turns"]
    of = with_reserve(case.terms, case.reserve)
    room = in_turns(of, case.offers)
    room.reserves = opened_reserves(case.terms, case.reserve)
    out(room, "c", START - minutes(1))
    room.until(START)
    assert room.lot.deadline == START + minutes(11 + 6 * 2)
    out(room, "c", START + minutes(1), undo=True)
    for at in (START + minutes(5), START + minutes(7), START + minutes(9)):
        with pytest.raises(NotYourTurn):
            room.bid("c", case.better, at + seconds(1))
    room.until(CLOSED)
    assert (closing(room).seat, closing(room).amount) == ("c", D(case.offers["c"]))
    for viewer in (Viewer(Role.BUYER), *(Viewer(Role.SUPPLIER, seat) for seat in "abc")):
        assert told(room, viewer), "every entry and standing can be shown"
        turns = standing(room.state, viewer).lots[0].turns
        assert turns is not None
        assert [row.amount for row in turns.rows] == [900, 800]
    check_ledger(room)
