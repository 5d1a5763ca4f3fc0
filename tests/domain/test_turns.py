"""Three rounds in turns: the plan, the order, what counts in a turn, and what is shown of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import refusals
from auctions.domain.events import LotOutcome, RoundOrdered, StageStarted, TurnEnded
from auctions.domain.formats.turns import on_turn
from auctions.domain.formats.turns_plan import StageKind, stages
from auctions.domain.terms import Basis, Feedback, Guard, TurnsTerms, terms_from_document
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from tests.domain.room import BEFORE, START, US, Room, lot, minutes, seconds
from tests.domain.turns_room import STEP, turns_room, turns_terms


def of_kind(room: Room, kind: type[Any]) -> list[Any]:
    return [event for event in room.events if isinstance(event, kind)]


@pytest.mark.parametrize("participants", [1, 2, 3, 7])
def test_it_takes_eleven_minutes_and_six_for_each_participant(participants: int) -> None:
    plan = stages(TurnsTerms(), participants)
    assert plan[-1].ends == minutes(11 + 6 * participants)
    assert [stage.kind for stage in plan].count(StageKind.TURN) == 3 * participants
    assert all(one.ends == other.starts for one, other in pairwise(plan))


def test_the_worst_goes_first_and_of_equal_offers_the_later_one() -> None:
    room = turns_room(offers={"a": 800, "b": 700, "c": 800, "d": 700})
    room.until(START)
    (ordered,) = of_kind(room, RoundOrdered)
    assert ordered.order == ("c", "a", "d", "b")
    assert ordered.amounts == (800, 800, 700, 700)


def test_each_round_is_ordered_by_the_offers_it_begins_with() -> None:
    room = turns_room()
    room.bid("a", 600, START + minutes(5) + US)
    room.until(START + minutes(11))
    assert [event.order for event in of_kind(room, RoundOrdered)] == [
        ("a", "b", "c"),
        ("b", "c", "a"),
    ]


def test_an_offer_counts_in_the_own_turn_only_and_to_the_microsecond() -> None:
    turn = START + minutes(5)  # a's
    for seat, at in (("a", turn), ("b", turn + US), ("b", turn + minutes(2))):
        with pytest.raises(refusals.NotYourTurn):
            turns_room().bid(seat, 600, at)
    for seat, at in (("a", turn + US), ("a", turn + minutes(2)), ("b", turn + minutes(2) + US)):
        assert turns_room().bid(seat, 600, at)


def test_offers_of_a_turn_are_measured_by_the_one_it_began_with() -> None:
    room = turns_room()
    turn = START + minutes(5)
    room.until(turn)
    assert room.most("a") == 890
    with pytest.raises(refusals.BidTooHigh) as refused:
        room.bid("a", "890.01", turn + seconds(1))
    assert refused.value.data["most"] == "890.00"
    room.bid("a", 500, turn + seconds(2))
    assert room.most("a") == 890  # a changed mind may go up again
    room.bid("a", 890, turn + seconds(3))
    room.until(turn + minutes(2))
    assert of_kind(room, TurnEnded)[0].amount == 890


def test_taking_back_returns_to_the_offer_of_the_turns_start_with_its_place_in_time() -> None:
    room = turns_room(offers={"a": 700, "b": 700})
    turn = START + minutes(5)  # b's: the later of two equal ones
    room.bid("b", 600, turn + seconds(1))
    room.withdraw("b", turn + seconds(2))
    room.until(START + minutes(9))
    assert [event.amount for event in of_kind(room, TurnEnded)] == [700, 700]
    assert of_kind(room, RoundOrdered)[1].order == ("b", "a")  # still the later of the two


def test_taking_back_with_nothing_placed_is_allowed_and_changes_nothing() -> None:
    room = turns_room()
    before = room.lot.seats
    room.until(START + minutes(5))
    (event,) = room.withdraw("a", START + minutes(5) + US)
    assert event.kind == "offer_taken_back"
    assert {seat: mine.best for seat, mine in room.lot.seats.items()} == {
        seat: mine.best for seat, mine in before.items()
    }


def test_initial_offers_may_be_changed_either_way_and_taken_back() -> None:
    room = turns_room()
    at = START - minutes(1)
    with pytest.raises(refusals.AboveCeiling):
        room.bid("c", 1001, at)
    room.bid("c", 950, at)
    room.withdraw("b", at + US)
    with pytest.raises(refusals.NothingToTakeBack):
        room.withdraw("b", at + 2 * US)
    room.until(START)
    assert of_kind(room, RoundOrdered)[0].order == ("c", "a")
    assert room.lot.deadline == START + minutes(11 + 12)
    with pytest.raises(refusals.NotYourTurn):
        room.bid("b", 100, START + minutes(5) + US)


def test_who_made_no_initial_offer_takes_no_turn_and_without_any_the_lot_fails() -> None:
    room = turns_room(offers={})
    room.admit("z", BEFORE)
    room.until(START)
    assert room.lot.outcome is LotOutcome.NO_BID
    assert room.lot.closed_at == START


def test_the_lowest_wins_as_the_announcement_ends() -> None:
    room = turns_room()
    room.bid("a", 650, START + minutes(5) + seconds(9))
    room.until(START + minutes(29) - US)
    assert room.lot.winner is None
    room.until(START + minutes(29))
    assert (room.lot.winner, room.lot.price, room.lot.closed_at) == ("a", 650, START + minutes(29))


def test_a_pause_keeps_the_turn_and_the_time_that_remained() -> None:
    room = turns_room()
    turn = START + minutes(5)
    room.bid("a", 650, turn + seconds(30))
    room.pause(turn + seconds(40))
    with pytest.raises(refusals.LotIsPaused):
        room.bid("a", 640, turn + seconds(41))
    room.resume(turn + minutes(10))
    back = turn + minutes(11)
    room.until(back)
    assert on_turn(room.state, room.lot) == "a"
    assert room.bid("a", 640, back + seconds(80))
    with pytest.raises(refusals.NotYourTurn):
        room.bid("a", 600, back + seconds(80) + US)
    assert room.lot.deadline == back + seconds(80) + (minutes(29) - minutes(7))


def test_two_lots_run_each_by_its_own_plan() -> None:
    both = turns_terms(lots=(lot(1, step=STEP), lot(2, step=STEP)))
    room = turns_room(both)
    room.bid("a", 400, START - minutes(1), lot=2)
    room.until(START)
    assert room.state.lots[2].deadline == START + minutes(17)
    assert room.lot.deadline == START + minutes(29)
    assert room.bid("a", 390, START + minutes(5) + US, lot=2)


def test_the_guard_measures_from_the_turns_start() -> None:
    room = turns_room(turns_terms(guard=Guard(warn=None, retype=Decimal(25), block=None)), {})
    at = START - minutes(1)
    room.admit("a", BEFORE)
    room.bid("a", 900, at, retyped="900")
    turn = START + minutes(5)
    with pytest.raises(refusals.GuardRetype):
        room.bid("a", 600, turn + seconds(1))
    room.bid("a", 600, turn + seconds(2), retyped="600")
    room.bid("a", 800, turn + seconds(3))  # no drop from the start's 900 past a quarter


@pytest.mark.parametrize("command", [
    cmd.Extend(1, minutes(1), cmd.Officer.BUYER, "r"),
    cmd.RequestUnlock("a", 1, Decimal(1), "r"),
])  # fmt: skip
def test_what_the_format_has_not_is_refused(command: cmd.Command) -> None:
    room = turns_room()
    with pytest.raises(refusals.NotInFormat):
        room.do(command, START + minutes(6))


def test_terms_are_not_edited_once_a_lot_started() -> None:
    room = turns_room()
    room.pause(START + minutes(1))
    with pytest.raises(refusals.EditNotAllowed):
        room.change(replace(room.state.rules, version=2), START + minutes(2))


def test_sound_terms_pass_and_come_back_from_their_document() -> None:
    found = turns_terms()
    assert check_terms(found) == []
    assert terms_from_document(found.document()) == found


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"turns": None}, "turns"),
        ({"turns": TurnsTerms(rounds=0)}, "turns.rounds"),
        ({"turns": TurnsTerms(turn=seconds(0))}, "turns.turn"),
        ({"prebid_opens_at": None}, "prebid_opens_at"),
        ({"feedback": Feedback(rank=True)}, "feedback.rank"),
        ({"guard": Guard(block=Decimal(50))}, "guard.block"),
        ({"basis": Basis.LEADER}, "basis"),
    ],
)
def test_terms_that_do_not_fit_are_named(fields: dict[str, Any], where: str) -> None:
    assert where in {problem.field for problem in check_terms(turns_terms(**fields))}


def test_another_format_has_no_turns() -> None:
    room = turns_terms(format="english")
    assert "turns" in {problem.field for problem in check_terms(room)}


# What is shown ------------------------------------------------------------------------------------


def shown_to(room: Room, viewer: Viewer) -> Any:
    return standing(room.state, viewer).lots[0].turns


def test_within_a_turn_nothing_of_it_is_shown_and_at_its_end_everything() -> None:
    room = turns_room()
    turn = START + minutes(5)
    others = Viewer(Role.SUPPLIER, "b")
    room.until(turn)
    before = shown_to(room, others)
    room.bid("a", 650, turn + seconds(3))
    assert shown_to(room, others) == before
    for viewer in (others, Viewer(Role.OBSERVER)):
        happened = room.bid("a", 640, turn + seconds(4))
        for event in happened:
            assert event_view(room.state, room.state, event, viewer) is None
    room.until(turn + minutes(2))
    rows = shown_to(room, others).rows
    assert [(row.amount, row.place, row.own) for row in rows] == [
        (640, 1, False),
        (800, 3, True),
        (700, 2, False),
    ]
    assert [row.seat for row in rows] == [None, "b", None]
    assert [row.seat for row in shown_to(room, Viewer(Role.BUYER)).rows] == ["a", "b", "c"]


def test_whose_turn_it_is_is_known_by_number_and_to_oneself() -> None:
    room = turns_room()
    room.until(START + minutes(5))
    (event,) = [e for e in of_kind(room, StageStarted) if e.what == "turn"]
    mine = event_view(room.state, room.state, event, Viewer(Role.SUPPLIER, "a"))
    theirs = event_view(room.state, room.state, event, Viewer(Role.SUPPLIER, "b"))
    assert mine is not None
    assert theirs is not None
    assert (mine["yours"], theirs["yours"]) == (True, False)
    assert mine["number"] == theirs["number"]
    assert "seat" not in theirs
    assert shown_to(room, Viewer(Role.SUPPLIER, "a")).yours


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.ADMIN, Role.NEUTRAL])
def test_offices_see_no_offer_before_the_close(role: Role) -> None:
    room = turns_room()
    room.until(START + minutes(8))
    assert shown_to(room, Viewer(role)) is None
    room.until(START + minutes(40))
    assert shown_to(room, Viewer(role)) is not None


def test_taking_back_means_what_was_placed_before_it() -> None:
    room = turns_room()
    turn = START + minutes(5)
    room.bid("a", 650, turn + seconds(20))
    with pytest.raises(refusals.NothingToTakeBack):  # received earlier, decided later
        room.withdraw("a", turn + seconds(10))


def test_whoever_is_disqualified_keeps_its_turns_and_cannot_win() -> None:
    room = turns_room()
    room.until(START + minutes(6))
    room.do(cmd.Disqualify("c", "false papers", cmd.Officer.BUYER, "d"), START + minutes(6))
    with pytest.raises(refusals.Disqualified):
        room.bid("c", 500, START + minutes(9) + seconds(1))
    room.until(START + minutes(30))
    assert [event.order for event in of_kind(room, RoundOrdered)] == [("a", "b", "c")] * 3
    assert (room.lot.winner, room.lot.price) == ("b", 800)


def test_offers_may_be_scored_and_the_order_follows_the_score() -> None:
    quality = Criterion("Quality", CriterionKind.WEIGHT, Decimal("0.2"))
    scored = turns_terms(scoring=ScoringTerms(ScoringMethod.WEIGHTED, (quality,)))
    assert check_terms(scored) == []
    room = turns_room(scored, offers={})
    for seat, value, amount in (("a", "0.2", 900), ("b", "0", 800)):
        room.admit(seat, BEFORE)
        room.do(cmd.SetScoring(seat, 1, (Decimal(value),), cmd.Officer.BUYER, room.ref()), BEFORE)
        room.bid(seat, amount, START - minutes(1))
    room.until(START)
    assert of_kind(room, RoundOrdered)[0].order == ("b", "a")  # 900 / 1.25 is better than 800
