"""Automatic bids: the cascade, its order, what interplays with it, and what it never tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import outcome
from auctions.domain.commands import Officer
from auctions.domain.events import AutomaticBidPlaced, BidLimitOpened, BidPlaced, Event
from auctions.domain.refusals import (
    GuardRetype,
    LimitNeedsBid,
    LimitPastBlock,
    LimitsUsedUp,
    LimitTooFar,
    LimitTooHigh,
    LotIsPaused,
    NoLimit,
    NotAutomatic,
    NotInFormat,
    OffGrid,
    ScaleWrong,
)
from auctions.domain.terms import (
    AutomaticBids,
    Band,
    Basis,
    ExtensionBase,
    Feedback,
    Format,
    FrontBuffer,
    Guard,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TiePolicy,
    Trigger,
)
from auctions.domain.terms_check import check_terms
from tests.domain.room import START, US, Room, kinds, levels_terms, lot, minutes, seconds, terms

ONE = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(1), percent=None)
SEEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)
T = START + minutes(1)


def rules(**fields: Any) -> Terms:
    given: dict[str, Any] = {"automatic_bids": AutomaticBids(), "lots": (lot(step=ONE),)}
    return terms(**{**given, **fields})


def room(of: Terms | None = None, seats: str = "abc") -> Room:
    return Room(of or rules(), seats, start=True)


def automatic(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    return [(e.seat, str(e.amount)) for e in events if isinstance(e, AutomaticBidPlaced)]


def standing(of: Room) -> list[tuple[str, str]]:
    return [(seat, str(offer.amount)) for seat, offer in outcome.ordered(of.lot)]


def test_a_limit_answers_the_bid_that_takes_the_lead() -> None:
    it = room()
    it.bid("a", 100, T)
    assert kinds(it.limit("a", 90, T + seconds(1))) == ["bid_limit_set"]
    events = it.bid("b", 97, T + seconds(2))
    assert kinds(events) == ["bid_placed", "automatic_bid_placed"]
    auto = events[1]
    assert isinstance(auto, AutomaticBidPlaced)
    # Equal to the lead is not enough: the earlier bid ranks first.
    assert (auto.seat, auto.amount) == ("a", Decimal("96.00"))
    assert auto.received_at == T + seconds(2)
    assert it.state.seq == auto.cause + 1
    assert auto.limit == it.lot.limits["a"].current.seq
    assert standing(it) == [("a", "96.00"), ("b", "97.00")]


def test_a_limit_set_while_not_leading_bids_at_once() -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 95, T + seconds(1))
    events = it.limit("a", "92.50", T + seconds(2))
    assert kinds(events) == ["bid_limit_set", "automatic_bid_placed"]
    assert automatic(events) == [("a", "94.00")]
    assert events[1].cause == it.state.seq - 1  # type: ignore[union-attr]


def test_it_goes_to_its_limit_also_where_that_does_not_reach_the_lead() -> None:
    """Whether it would reach the lead is nothing its owner is told."""
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 50, T + seconds(1))
    assert automatic(it.limit("a", "92.50", T + seconds(2))) == [("a", "93.00")]


def test_of_two_limits_the_lower_wins_and_goes_no_lower_than_it_must() -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 99, T)
    it.limit("a", 80, T + seconds(1))
    # At the other's limit the earlier limit ranks first.
    assert automatic(it.limit("b", 85, T + seconds(2))) == [("a", "85.00"), ("b", "85.00")]
    it = room()
    it.bid("a", 100, T)
    it.bid("b", "99.50", T)
    it.limit("a", 80, T + seconds(1))
    # Worse ones first, so that the lead is taken last.
    assert automatic(it.limit("b", 85, T + seconds(2))) == [("b", "85.50"), ("a", "85.00")]


@pytest.mark.parametrize("start", [98, 99, 100])
@pytest.mark.parametrize("limit", [90, 91])
def test_of_equal_limits_the_earlier_wins_whatever_the_parity(start: int, limit: int) -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", start, T)
    it.limit("b", limit, T + seconds(1))
    it.limit("a", limit, T + seconds(2))
    assert [seat for seat, _ in standing(it)] == ["b", "a"]
    assert {amount for _, amount in standing(it)} == {f"{limit}.00"}


def test_a_changed_limit_counts_from_its_change() -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 100, T)
    it.limit("a", 95, T + seconds(1))
    it.limit("a", 90, T + seconds(2))
    it.limit("b", 90, T + seconds(3))
    assert standing(it) == [("a", "90.00"), ("b", "90.00")]
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 100, T)
    it.limit("a", 97, T + seconds(1))
    it.limit("b", 90, T + seconds(2))
    it.limit("a", 90, T + seconds(3))
    assert standing(it) == [("b", "90.00"), ("a", "90.00")]


def test_an_ended_limit_bids_no_more() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 50, T + seconds(1))
    it.end_limit("a", T + seconds(2))
    assert kinds(it.bid("b", 90, T + seconds(3))) == ["bid_placed"]
    with pytest.raises(NoLimit):
        it.end_limit("a", T + seconds(4))


def test_it_may_be_ended_but_not_set_while_the_lot_is_paused() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 50, T + seconds(1))
    it.pause(T + seconds(2))
    with pytest.raises(LotIsPaused):
        it.limit("a", 40, T + seconds(3))
    it.end_limit("a", T + seconds(3))
    assert it.lot.limits["a"].current is None


def test_prebids_wait_for_the_start() -> None:
    it = Room(rules(prebid_opens_at=START - minutes(30)))
    early = START - minutes(10)
    it.until(early)
    it.bid("a", 100, early + US)
    it.limit("a", 90, early + seconds(1))
    assert kinds(it.bid("b", 96, early + seconds(2))) == ["bid_placed"]
    events = it.until(START)
    assert kinds(events) == ["lot_started", "automatic_bid_placed"]
    assert events[1].received_at == START  # type: ignore[union-attr]
    assert standing(it)[0] == ("a", "95.00")


def test_an_own_bid_below_the_limit_uses_it_up() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 90, T + seconds(1))
    it.bid("a", 85, T + seconds(2))
    assert kinds(it.bid("b", 80, T + seconds(3))) == ["bid_placed"]


# What is refused -----------------------------------------------------------------------------


def test_what_a_limit_needs() -> None:
    it = Room(terms(), start=True)
    it.bid("a", 100, T)
    with pytest.raises(NotAutomatic):
        it.limit("a", 90, T)
    it = room()
    with pytest.raises(LimitNeedsBid):
        it.limit("a", 90, T)
    it.bid("a", 100, T)
    with pytest.raises(LimitTooHigh) as refused:
        it.limit("a", "99.01", T)
    assert refused.value.data == {"most": "99.00"}
    with pytest.raises(ScaleWrong):
        it.limit("a", "90.001", T)
    assert kinds(it.limit("a", 99, T)) == ["bid_limit_set"]


def test_a_limit_lies_on_the_grid_and_within_the_steps() -> None:
    it = room(rules(lots=(lot(step=ONE, grid=Decimal("0.5")),)))
    it.bid("a", 100, T)
    with pytest.raises(OffGrid):
        it.limit("a", "90.25", T)
    it = room(rules(automatic_bids=AutomaticBids(steps=10)))
    it.bid("a", 100, T)
    with pytest.raises(LimitTooFar) as refused:
        it.limit("a", 89, T)
    assert refused.value.data == {"steps": 10}
    it.limit("a", "89.01", T)
    it.limit("a", 90, T)


def test_how_often_it_may_be_set() -> None:
    it = room(rules(automatic_bids=AutomaticBids(changes=2)))
    it.bid("a", 100, T)
    it.limit("a", 90, T)
    it.end_limit("a", T)
    it.limit("a", 91, T)
    with pytest.raises(LimitsUsedUp):
        it.limit("a", 92, T)


def test_the_guard_measures_the_limit() -> None:
    guard = Guard(warn=Decimal(5), retype=Decimal(10), block=Decimal(20))
    it = room(rules(guard=guard))
    it.bid("a", 100, T, retyped="100")
    it.limit("a", 90, T)
    with pytest.raises(GuardRetype):
        it.limit("a", 89, T)
    with pytest.raises(GuardRetype):
        it.limit("a", 95, T, retyped=False)
    it.limit("a", 89, T, retyped=True)
    it.limit("a", 80, T, retyped=True)
    with pytest.raises(LimitPastBlock) as refused:
        it.limit("a", "79.99", T, retyped=True)
    assert refused.value.data == {"threshold": "20"}


def test_formats_without_it_refuse_it() -> None:
    it = Room(levels_terms(Format.JAPANESE), start=True)
    with pytest.raises(NotInFormat):
        it.limit("a", 90, START + seconds(1))


def test_after_the_close_nothing_is_ended() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 90, T)
    it.bid("b", 99, T)
    it.until(START + minutes(30))
    with pytest.raises(Exception, match="ended"):
        it.end_limit("a", START + minutes(31))


# Interplay -----------------------------------------------------------------------------------


def test_a_withdrawal_ends_the_limit() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 90, T + seconds(1))
    it.bid("b", 97, T + seconds(2))
    events = it.withdraw("a", T + seconds(3))
    assert kinds(events) == ["withdrawal_requested", "lot_paused", "bid_limit_ended"]
    it.decide_withdrawal(True, T + seconds(10))
    it.until(T + minutes(2))
    assert standing(it) == [("b", "97.00"), ("a", "100.00")]


def test_another_s_withdrawal_is_answered_when_bidding_goes_on() -> None:
    """What was bid against a bid that was withdrawn stands."""
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 95, T)
    it.limit("a", 90, T + seconds(1))
    assert standing(it)[0] == ("a", "94.00")
    it.withdraw("b", T + seconds(2))
    it.decide_withdrawal(True, T + seconds(3))
    it.until(T + minutes(2))
    assert standing(it) == [("a", "94.00")]


def test_a_disqualified_seat_s_limit_rests_and_wakes_with_it() -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 99, T)
    it.limit("a", 90, T + seconds(1))
    it.do(cmd.Disqualify("a", "a reason", Officer.BUYER, it.ref()), T + seconds(2))
    assert kinds(it.bid("b", 95, T + seconds(3))) == ["bid_placed"]
    events = it.do(cmd.Requalify("a", "a mistake", Officer.BUYER, it.ref()), T + seconds(4))
    assert kinds(events) == ["seat_requalified", "automatic_bid_placed"]
    assert standing(it)[0] == ("a", "94.00")


def test_whoever_has_not_consented_bids_only_once_it_has() -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 99, T)
    it.limit("a", 90, T)
    it.pause(T + seconds(1))
    changed = replace(it.state.rules, version=2, resume_notice=seconds(30))
    it.change(changed, T + seconds(2))
    it.accept("b", T + seconds(3))
    it.until(T + minutes(15))
    assert kinds(it.bid("b", 95, T + minutes(15)))[0] == "bid_placed"
    assert standing(it)[0] == ("b", "95.00")
    events = it.accept("a", T + minutes(15) + seconds(1))
    assert kinds(events) == ["terms_accepted", "automatic_bid_placed"]
    assert standing(it)[0] == ("a", "94.00")


def test_a_late_cascade_extends_once_as_any_bid() -> None:
    soft = SoftClose(base=ExtensionBase.DEADLINE)
    it = room(rules(soft_close=soft))
    it.bid("a", 100, T)
    it.limit("a", 90, T)
    it.bid("b", 99, T)
    before = it.lot.deadline
    late = before - minutes(1)
    events = it.bid("b", 97, late)
    assert kinds(events) == ["bid_placed", "deadline_moved", "automatic_bid_placed"]
    assert it.lot.deadline == before + minutes(3)


def test_a_late_cascade_of_several_bids_extends_once() -> None:
    soft = SoftClose(base=ExtensionBase.DEADLINE, reset=minutes(1))
    it = room(rules(soft_close=soft))
    it.bid("a", 100, T)
    it.bid("b", 99, T)
    it.limit("a", 97, T)
    it.limit("b", "97.50", T)
    before = it.lot.deadline
    late = before - minutes(1)
    events = it.bid("c", 80, late)
    assert kinds(events).count("deadline_moved") == 1
    assert it.lot.deadline == before + minutes(1)
    it.bid("c", 79, late)
    assert it.lot.deadline == before + minutes(2)


def test_a_limit_set_late_extends_by_its_bid() -> None:
    it = room()
    it.bid("a", 100, T)
    it.bid("b", 99, T)
    late = it.lot.deadline - minutes(1)
    events = it.limit("a", 90, late)
    assert kinds(events) == ["bid_limit_set", "automatic_bid_placed", "deadline_moved"]
    assert kinds(it.limit("a", 85, late + seconds(1))) == ["bid_limit_set"]


def test_a_change_of_rank_is_judged_at_each_bid() -> None:
    seen = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)
    it = room(rules(soft_close=SoftClose(trigger=Trigger.RANK_CHANGE), feedback=seen))
    it.bid("a", 100, T)
    it.bid("b", 110, T)
    it.limit("a", 90, T)
    late = it.lot.deadline - minutes(1)
    # It took the lead, if for no time at all: the lot stays open for an answer.
    events = it.bid("b", 99, late)
    assert kinds(events) == ["bid_placed", "deadline_moved", "automatic_bid_placed"]


def test_at_the_deadline_and_past_it() -> None:
    it = room(rules(soft_close=SoftClose(window=timedelta(0))))
    it.bid("a", 100, T)
    it.bid("b", 99, T)
    end = it.lot.deadline
    assert automatic(it.limit("a", 90, end)) == [("a", "98.00")]
    it.until(end)
    assert it.lot.price == Decimal("98.00")


def test_price_bands_grid_and_percent_make_the_ladder() -> None:
    bands = Step(
        kind=StepKind.BANDS,
        percent=None,
        bands=(Band(Decimal(0), absolute=Decimal(1)), Band(Decimal(95), absolute=Decimal(3))),
    )
    it = room(rules(lots=(lot(step=bands),)))
    it.bid("a", 100, T)
    it.bid("b", "93.5", T)
    # 100, 97, 94, 93
    assert automatic(it.limit("a", 80, T)) == [("a", "93.00")]
    it = room(rules(lots=(lot(step=Step(percent=Decimal(2)), grid=Decimal("0.25")),)))
    it.bid("a", 100, T)
    it.bid("b", 95, T)
    # 100, 98, 96.04 on the grid 96, 94.08 on the grid 94
    assert automatic(it.limit("a", 80, T)) == [("a", "94.00")]


def test_the_leader_as_basis_and_a_front_buffer() -> None:
    seen = {"feedback": SEEN, "basis": Basis.LEADER}
    it = room(rules(**seen))
    it.bid("a", 100, T)
    it.bid("b", 90, T)
    assert automatic(it.limit("a", 85, T)) == [("a", "89.00")]
    events = it.limit("b", 80, T)
    assert automatic(events) == [("a", "85.00"), ("b", "84.00")]
    buffer = FrontBuffer(absolute=Decimal(5))
    it = room(rules(feedback=SEEN, front_buffer=buffer))
    it.bid("a", 100, T)
    it.bid("b", 90, T)
    # It may not take the lead by less than 5, so it goes over it.
    assert automatic(it.limit("a", 80, T)) == [("a", "85.00")]


@pytest.mark.parametrize(
    ("ties", "came_to"),
    [
        (TiePolicy.FIRST, "96.00"),
        (TiePolicy.EQUAL_BEST, "97.00"),
        (TiePolicy.EQUAL_WORST, "96.00"),
        (TiePolicy.FORBID_LEAD, "96.99"),  # the next valid bid then
    ],
)
def test_it_goes_on_until_its_owner_is_told_rank_one(ties: TiePolicy, came_to: str) -> None:
    fields = {"feedback": SEEN} if ties is TiePolicy.FORBID_LEAD else {}
    it = room(rules(ties=ties, **fields))
    it.bid("a", 100, T)
    it.limit("a", 90, T)
    assert automatic(it.bid("b", 97, T + seconds(1)))[-1] == ("a", came_to)


def test_an_approved_unlock_is_not_used_up_by_an_automatic_bid() -> None:
    guard = Guard(warn=None, retype=None, block=Decimal(20))
    it = room(rules(guard=guard))
    it.bid("a", 100, T)
    it.limit("a", 90, T)
    it.do(cmd.RequestUnlock("a", 1, Decimal(70), it.ref()), T)
    it.do(cmd.DecideUnlock(1, "a", True, "meant", Officer.NEUTRAL, it.ref()), T)
    it.bid("b", 99, T)
    assert it.lot.seats["a"].unlocked_to == Decimal(70)
    it.bid("a", 70, T + seconds(1))


def test_the_close_opens_every_limit_there_was() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 95, T)
    it.limit("a", 90, T)
    it.end_limit("a", T)
    it.bid("b", 99, T)
    it.limit("b", 80, T)
    events = it.until(START + minutes(40))
    opened = [(e.seat, str(e.amount)) for e in events if isinstance(e, BidLimitOpened)]
    assert opened == [("a", "95"), ("a", "90"), ("b", "80")]
    assert kinds(events)[-2:] == ["lot_closed", "closed"]


def test_an_early_end_opens_none() -> None:
    it = room()
    it.bid("a", 100, T)
    it.limit("a", 95, T)
    assert kinds(it.do(cmd.Cancel("no need", Officer.BUYER, it.ref()), T)) == ["cancelled"]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"feedback": Feedback(rank=True, lead=True)}, []),
        ({"feedback": Feedback(rank=False, lead=True)}, ["terms.rank_not_always_seen"]),
        ({"feedback": Feedback(rank=False)}, ["terms.rank_not_always_seen"]),
        ({"feedback": Feedback(hide_ranks_last=minutes(5))}, ["terms.rank_not_always_seen"]),
        # b bids 97 below the 100 of a, whose limit goes to 96: the end moves, and b, behind as
        # before, would know that it had been in front. Without a limit and at 96 it does not.
        ({"soft_close": SoftClose(trigger=Trigger.RANK_CHANGE)}, ["terms.lead_not_always_seen"]),
        ({"automatic_bids": AutomaticBids(changes=0)}, ["terms.out_of_range"]),
        ({"automatic_bids": AutomaticBids(steps=201)}, ["terms.out_of_range"]),
    ],
)
def test_what_the_terms_validator_says(fields: dict[str, Any], codes: list[str]) -> None:
    assert [problem.code for problem in check_terms(rules(**fields))] == codes


def test_a_bid_placed_by_hand_stays_one() -> None:
    it = room()
    (bid,) = it.bid("a", 100, T)
    assert type(bid) is BidPlaced
