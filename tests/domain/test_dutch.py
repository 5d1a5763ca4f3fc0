"""Dutch reverse: the rising clock, its hidden end, and who wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine
from auctions.domain.commands import OpenedReserve
from auctions.domain.refusals import (
    LevelAcceptedAlready,
    LevelNotReached,
    LotClosedAlready,
    LotIsPaused,
    NotInFormat,
    NotOpenYet,
    TermsNotAccepted,
)
from auctions.domain.terms import DutchTerms, Format, LotOrder, Step, StepKind, Terms
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from tests.domain.room import (
    SALT,
    START,
    US,
    Room,
    kinds,
    level_lot,
    levels_terms,
    minutes,
    seconds,
)


def clock(reserve: str = "110.00", **fields: Any) -> Room:
    terms = levels_terms(Format.DUTCH, reserve=reserve, **fields)
    room = Room(terms)
    room.reserves = tuple(
        OpenedReserve(number, SALT, Decimal(reserve)) for number in room.state.lots
    )
    return room


def test_the_price_rises_every_tick_by_the_step() -> None:
    room = clock(reserve="103.50")
    room.until(START + minutes(3))
    opened = [event for event in room.events if isinstance(event, ev.LevelOpened)]
    assert [(each.level, str(each.price)) for each in opened] == [
        (0, "100.00"),
        (1, "101.00"),
        (2, "102.01"),
        (3, "103.03"),  # 103.0301, rounded down
    ]
    assert [each.at for each in opened] == [START + minutes(n) for n in range(4)]
    assert all(each.until == each.at + minutes(1) for each in opened)


def test_an_absolute_step_adds_the_same_each_time() -> None:
    lots = (level_lot(1, "110.00", step=Step(StepKind.ABSOLUTE, Decimal("2.50"), None)),)
    room = clock(lots=lots)
    room.until(START + minutes(2))
    assert room.lot.levels.prices == (Decimal("100.00"), Decimal("102.50"), Decimal("105.00"))


def test_a_step_too_small_to_see_still_raises_the_price() -> None:
    lots = (level_lot(1, "3", scale=0, start=Decimal(1), step=Step(percent=Decimal(1))),)
    room = clock(reserve="3", lots=lots)
    room.until(START + minutes(2))
    assert room.lot.levels.prices == (1, 2, 3)


def test_nobody_by_the_reserve_ends_without_a_result_after_the_last_full_tick() -> None:
    room = clock(reserve="102.01")
    room.until(START + minutes(3) - US)
    assert room.lot.levels.number == 2
    assert room.lot.phase == "running"
    events = room.until(START + minutes(3))
    assert kinds(events) == ["reserve_opened", "lot_closed", "closed"]
    assert room.lot.outcome == "no_bid"
    assert room.lot.closed_at == START + minutes(3)


def test_an_acceptance_binds_at_the_level_it_names_and_stops_the_clock() -> None:
    room = clock()
    accepted = room.take("b", 1, START + seconds(90))
    assert accepted == (ev.LevelAccepted(1, "b", 1, Decimal("101.00"), START + seconds(90), "r4"),)
    assert machine.due(room.state) == START + seconds(90)
    with pytest.raises(LotClosedAlready):
        machine.decide(room.state, cmd.AcceptLevel("a", 1, 1, "x"), START + seconds(90) + US)
    closed = room.until(START + seconds(90))
    assert kinds(closed) == ["reserve_opened", "lot_closed", "closed"]
    assert (room.lot.winner, room.lot.price) == ("b", Decimal("101.00"))
    assert room.lot.closed_at == room.lot.deadline == START + seconds(90)


def test_a_lower_level_that_was_reached_may_be_named_and_binds_there() -> None:
    room = clock()
    (accepted,) = room.take("b", 0, START + seconds(150))
    assert accepted.amount == Decimal("100.00")


@pytest.mark.parametrize(
    ("level", "at"),
    [(2, START + seconds(90)), (1, START + seconds(60)), (-1, START + seconds(90))],
    ids=["not yet", "at the tick itself the level before holds", "never"],
)
def test_a_level_that_was_not_reached_is_refused(level: int, at: Any) -> None:
    room = clock()
    with pytest.raises(LevelNotReached) as refused:
        room.take("b", level, at)
    assert refused.value.data == {"level": level}


def test_a_moment_after_the_tick_the_new_level_may_be_accepted() -> None:
    room = clock()
    room.take("b", 1, START + seconds(60) + US)
    assert room.lot.levels.accepted == {"b": 1}


def test_what_was_received_up_to_the_stop_counts_and_the_lowest_level_wins() -> None:
    """Two gates: what one received first is decided after what the other received later."""
    room = clock()
    room.take("a", 1, START + seconds(90))
    room.take("b", 0, START + seconds(90) - US)
    room.take("c", 1, START + seconds(90) - 2 * US)
    with pytest.raises(LevelAcceptedAlready):
        room.take("a", 0, START + seconds(90))
    room.until(START + seconds(90))
    assert (room.lot.winner, room.lot.price) == ("b", Decimal("100.00"))


def test_at_one_level_the_order_of_decision_decides() -> None:
    room = clock()
    room.take("a", 1, START + seconds(90))
    room.take("c", 1, START + seconds(90))
    room.until(START + seconds(90))
    assert room.lot.winner == "a"


def test_a_paused_clock_resumes_at_the_same_price_with_the_time_that_remained() -> None:
    room = clock()
    room.until(START + minutes(2))
    room.pause(START + seconds(140))
    assert standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].remaining == seconds(40)
    with pytest.raises(LotIsPaused):
        room.take("a", 2, START + seconds(150))
    resumes_at = START + minutes(10)
    room.resume(resumes_at - seconds(60))
    events = room.until(resumes_at)
    assert kinds(events) == ["lot_resumed"]
    assert room.lot.levels.price == Decimal("102.01")
    assert room.lot.deadline == resumes_at + seconds(40)
    with pytest.raises(LotIsPaused):
        room.take("a", 2, resumes_at)  # at the moment itself it is still paused
    (tick,) = room.until(resumes_at + seconds(40))
    assert (tick.level, str(tick.price)) == (3, "103.03")


def test_serial_lots_start_a_gap_after_the_clock_before_stopped() -> None:
    room = clock(count=2, lot_order=LotOrder.SERIAL)
    room.take("a", 0, START + seconds(30))
    room.until(START + seconds(30))
    assert room.state.lots[2].starts_at == START + seconds(90)
    room.until(START + seconds(90))
    assert room.state.lots[2].levels.number == 0


@pytest.mark.parametrize(
    "command",
    [
        cmd.PlaceBid("a", 1, Decimal("99.00"), "x"),
        cmd.Withdraw("a", 1, "x"),
        cmd.RequestUnlock("a", 1, Decimal("50.00"), "x"),
        cmd.Extend(1, minutes(1), cmd.Officer.BUYER, "x"),
        cmd.DecideWithdrawal(1, True, "so", cmd.Officer.BUYER, "x"),
        cmd.DecideUnlock(1, "a", True, "so", cmd.Officer.NEUTRAL, "x"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_bids_have_is_refused_by_name(command: Any) -> None:
    with pytest.raises(NotInFormat) as refused:
        clock().do(command, START + seconds(10))
    assert refused.value.code == "auction.not_in_format"


def test_an_english_auction_has_no_levels_to_accept() -> None:
    with pytest.raises(NotInFormat):
        Room(start=True).take("a", 0, START + seconds(10))


def test_before_the_start_nothing_may_be_accepted() -> None:
    with pytest.raises(NotOpenYet):
        clock().take("a", 0, START)


def test_the_time_of_a_tick_may_be_edited_while_paused_and_holds_from_the_next_tick() -> None:
    room = clock()
    room.pause(START + seconds(70))
    edited = replace(room.state.rules, version=2, dutch=DutchTerms(tick=seconds(10)))
    room.change(edited, START + seconds(80))
    for seat in "ab":
        room.accept(seat, START + seconds(90))
    room.until(START + minutes(13) + seconds(15))
    opened = {event.level: event for event in room.events if isinstance(event, ev.LevelOpened)}
    resumed = next(event.at for event in room.events if isinstance(event, ev.LotResumed))
    assert opened[2].at == resumed + seconds(50)
    assert opened[2].until - opened[2].at == seconds(10)
    with pytest.raises(TermsNotAccepted):
        room.take("c", 2, START + minutes(13) + seconds(16))


def test_no_view_tells_the_reserve_or_the_end_before_the_close() -> None:
    """The same auction with another reserve is told byte for byte the same until it ends."""
    told = []
    for reserve in ("103.03", "109.00"):
        room = clock(reserve=reserve)
        room.until(START + minutes(3) + seconds(30))
        hidden = {lot.number: Decimal(reserve) for lot in room.state.rules.lots}
        seen = []
        for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.OBSERVER)):
            seen.append(standing(room.state, viewer, secrets=hidden).lots)
            state = machine.EMPTY
            for event in room.events:
                after = machine.evolve(state, event, state.seq + 1)
                seen.append(event_view(state, after, event, viewer))
                state = after
        told.append(seen)
    digests = {str(each["terms_hash"]) for seen in told for each in seen if _opening(each)}
    assert len(digests) == 2  # the commitment differs, and nothing else
    assert [_open(each) for each in told[0]] == [_open(each) for each in told[1]]


def _opening(told: Any) -> bool:
    return isinstance(told, dict) and told["kind"] == "opened"


def _open(told: Any) -> Any:
    if isinstance(told, dict) and "terms_hash" in told:
        return {**told, "terms_hash": ""}
    return told


def _problems(terms: Terms) -> dict[str | None, str]:
    return {problem.field: problem.code for problem in check_terms(terms)}


def test_the_terms_of_a_clock_name_what_is_missing_and_what_it_does_not_have() -> None:
    good = levels_terms(Format.DUTCH)
    assert _problems(good) == {}
    bare = replace(good, dutch=None, lots=(level_lot(start=None),))
    assert _problems(bare) == {
        "dutch.tick": "terms.missing",
        "lots.1.start": "terms.missing",
        "lots.1.reserve_commitment": "terms.missing",
    }
    plain = levels_terms(Format.ENGLISH, dutch=DutchTerms())
    assert _problems(plain)["dutch"] == "terms.rule_not_here"
    assert _problems(plain)["lots.1.start"] == "terms.rule_not_here"
    for fields in (
        {"feedback": replace(good.feedback, rank=True)},
        {"soft_close": replace(good.soft_close, window=minutes(1), reset=minutes(1))},
        {"withdrawal": replace(good.withdrawal, allowed=True)},
        {"prebid_opens_at": START - minutes(5)},
        {"lots": (level_lot(1, "110.00", ceiling=Decimal(120)),)},
    ):
        assert list(_problems(replace(good, **fields)).values()) == ["terms.rule_not_here"]
    too_fast = replace(good, dutch=DutchTerms(tick=timedelta(milliseconds=500)))
    assert _problems(too_fast) == {"dutch.tick": "terms.out_of_range"}
