"""The automatic pause in the formats beside English reverse: everything that ran goes on with what
remained of it, and nobody is worse off by the pause alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.events import PauseCause
from auctions.domain.formats.turns import on_turn
from auctions.domain.refusals import (
    AlreadyPaused,
    LevelNotReached,
    LotIsPaused,
    NotYourTurn,
    OutOfLot,
    Refusal,
)
from auctions.domain.state import LotPhase
from auctions.domain.terms import AutomaticPause, Format, SealedRoundsTerms, SoftClose
from auctions.domain.terms_check import check_terms
from auctions.ledger.replay import Step, replay_all
from tests.domain.budget_room import budget_terms
from tests.domain.room import START, US, Room, levels_terms, minutes, seconds
from tests.domain.rounds_room import LENGTH, RoundsRoom, rounds_terms
from tests.domain.test_final_stage import both
from tests.domain.test_sealed import SealedRoom
from tests.domain.test_sealed import of as sealed_terms
from tests.domain.turns_room import turns_room, turns_terms

RULE = AutomaticPause()
LONGEST = minutes(10)


def lose(where: Room, at: datetime) -> tuple[ev.Event, ...]:
    return where.do(cmd.ReportLoss(3, 2), at)


def back(where: Room, at: datetime) -> datetime:
    """Enough came back at ``at``; when bidding goes on."""
    where.do(cmd.ReportReturn(3), at)
    found: datetime = where.lot.resumes_at
    where.until(found)
    assert where.lot.phase is LotPhase.RUNNING
    return found


def assert_told_why(where: Room, at: datetime) -> None:
    """The record has the counts just before the lot stands still, and leads to the same state."""
    place = next(n for n, each in enumerate(where.events) if isinstance(each, ev.LotPaused))
    lost, paused = where.events[place - 1 : place + 1]
    assert isinstance(lost, ev.ConnectionsLost)
    assert isinstance(paused, ev.LotPaused)
    assert (lost.bidders, lost.lost, lost.at) == (3, 2, at)
    assert (paused.cause, paused.at) == (PauseCause.CONNECTIONS, at)
    late = START + timedelta(days=1)
    steps = [Step(seq, late, each) for seq, each in enumerate(where.events, start=1)]
    assert replay_all(steps, {}) == where.state


@pytest.mark.parametrize(
    "of",
    [
        levels_terms(Format.DUTCH), levels_terms(Format.JAPANESE), turns_terms(), sealed_terms(),
        sealed_terms(format=Format.VICKREY), rounds_terms(), budget_terms(), both(),
        both(final=minutes(0)),
    ],
    ids=lambda of: of.format.value,
)  # fmt: skip
def test_the_terms_of_every_format_may_have_it(of: object) -> None:
    assert check_terms(replace(of, automatic_pause=RULE)) == []  # type: ignore[type-var]


# Levels -----------------------------------------------------------------------------------------


def test_a_dutch_clock_goes_on_at_its_price_with_what_remained_of_the_tick() -> None:
    where = Room(levels_terms(Format.DUTCH, automatic_pause=RULE), start=True)
    where.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("110.00")),)
    at = START + minutes(2) + seconds(20)
    lose(where, at)
    price, opened = where.lot.levels.price, len(where.events)

    with pytest.raises(LotIsPaused):
        where.take("a", 2, at + US)
    where.until(at + minutes(3))
    assert len(where.events) == opened  # no level opens meanwhile
    goes_on = back(where, at + minutes(3))

    assert (where.lot.levels.number, where.lot.levels.price) == (2, price)
    assert where.lot.deadline == goes_on + seconds(40)
    with pytest.raises(LotIsPaused):
        where.take("a", 2, goes_on)  # the very moment belongs to the pause
    with pytest.raises(LevelNotReached):
        where.take("a", 3, goes_on + seconds(40))
    where.take("a", 2, goes_on + seconds(40))  # its last moment
    where.until(goes_on + minutes(1))
    assert (where.lot.winner, where.lot.price) == ("a", price)
    assert_told_why(where, at)


def test_a_dutch_clock_that_nobody_comes_back_to_goes_on_by_itself_and_rises_from_there() -> None:
    where = Room(levels_terms(Format.DUTCH, automatic_pause=RULE), start=True)
    where.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("110.00")),)
    at = START + seconds(59)
    lose(where, at)
    where.until(at + LONGEST)

    assert where.lot.phase is LotPhase.RUNNING
    assert (where.lot.levels.number, where.lot.deadline) == (0, at + LONGEST + seconds(1))
    where.until(at + LONGEST + seconds(1))
    assert (where.lot.levels.number, where.lot.levels.price) == (1, Decimal("101.00"))
    assert where.lot.deadline == at + LONGEST + seconds(61)
    with pytest.raises(AlreadyPaused):
        lose(where, at + LONGEST + seconds(2))  # once a lot


def test_a_clock_stopped_by_an_acceptance_is_not_paused_any_more() -> None:
    where = Room(levels_terms(Format.DUTCH, automatic_pause=RULE), start=True)
    where.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("110.00")),)
    where.take("a", 0, START + seconds(30))
    with pytest.raises(Refusal):
        lose(where, START + seconds(31))
    assert where.lot.winner == "a"


def test_in_a_japanese_round_nobody_is_out_by_the_pause() -> None:
    where = Room(levels_terms(Format.JAPANESE, automatic_pause=RULE), start=True)
    for place, seat in enumerate("abc", start=1):
        where.take(seat, 0, START + seconds(place))
    one = START + minutes(1)
    where.take("a", 1, one + seconds(1))
    at = one + seconds(45)
    lose(where, at)

    where.until(at + minutes(5))  # longer than the level
    assert where.lot.levels.number == 1
    assert where.lot.levels.out == {}
    goes_on = back(where, at + minutes(5))
    assert where.lot.deadline == goes_on + seconds(15)
    where.take("b", 1, goes_on + seconds(15))  # b was away; c does not come back
    where.until(goes_on + seconds(15))

    assert where.lot.levels.out == {"c": 1}
    assert (where.lot.levels.number, where.lot.deadline) == (2, goes_on + seconds(75))
    with pytest.raises(OutOfLot):
        where.take("c", 2, goes_on + seconds(20))
    where.until(goes_on + minutes(2))
    assert where.lot.winner == "a"  # nobody accepts level 2: the first at level 1
    assert_told_why(where, at)


# Turns ------------------------------------------------------------------------------------------


def test_a_turn_keeps_its_seat_its_offer_and_what_remained_of_it() -> None:
    where = turns_room(turns_terms(automatic_pause=RULE))
    begins = START + minutes(5)
    at = begins + seconds(30)
    where.bid("a", 600, at - seconds(1))
    lose(where, at)

    assert on_turn(where.state, where.lot) == "a"
    with pytest.raises(LotIsPaused):
        where.bid("a", 500, at + US)
    goes_on = back(where, at + minutes(4))
    ends = goes_on + seconds(90)
    assert on_turn(where.state, where.lot) == "a"
    with pytest.raises(NotYourTurn):
        where.bid("b", 500, goes_on + seconds(1))
    where.withdraw("a", goes_on + seconds(2))  # what stood as the turn began stands again
    assert where.lot.seats["a"].best.amount == 900
    where.bid("a", 550, ends)
    where.until(ends)

    assert on_turn(where.state, where.lot) == "b"
    ended = [each for each in where.events if isinstance(each, ev.TurnEnded)]
    assert [(each.seat, each.amount, each.at) for each in ended] == [("a", Decimal(550), ends)]
    where.until(START + minutes(60))
    # 29 minutes from the start, as planned, and as long as it stood still.
    assert where.lot.closed_at == START + minutes(29) + (goes_on - at)
    assert where.lot.winner == "a"
    assert_told_why(where, at)


# Sealed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [Format.SEALED, Format.VICKREY])
def test_sealed_offers_keep_their_time_and_stay_sealed(of: Format) -> None:
    no_soft_close = SoftClose(window=timedelta(0), reset=timedelta(0))
    where = SealedRoom(sealed_terms(format=of, automatic_pause=RULE, soft_close=no_soft_close))
    where.offer("a", "80", START + minutes(1))
    at = START + minutes(29)
    lose(where, at)
    with pytest.raises(LotIsPaused):
        where.offer("b", "70", at + US)
    goes_on = back(where, at + minutes(2))
    ends = goes_on + minutes(1)
    assert where.lot.deadline == ends
    where.offer("b", "70", ends)
    where.until(ends)

    assert where.lot.phase is LotPhase.SEALED
    with pytest.raises(AlreadyPaused):
        lose(where, ends + minutes(1))  # what waits for its opening runs no more
    where.hand_over(ends + minutes(2))
    where.open(ends + minutes(2))
    assert where.lot.winner == "b"
    assert_told_why(where, at)


def test_a_sealed_round_keeps_its_time_and_between_rounds_nothing_stands_still() -> None:
    where = RoundsRoom(rounds_terms(SealedRoundsTerms(pause=minutes(5)), automatic_pause=RULE))
    where.play(a=900, b=950)
    assert where.round == 2
    at = where.begins + minutes(10)
    where.offer("a", 800, at - seconds(1))
    lose(where, at)
    with pytest.raises(LotIsPaused):
        where.offer("b", 790, at + US)
    goes_on = back(where, at + minutes(1))
    ends = goes_on + LENGTH - minutes(10)
    assert where.lot.deadline == ends
    where.offer("b", 790, ends)
    where.until(ends)
    with pytest.raises(AlreadyPaused):
        lose(where, ends + US)
    where.hand_over(ends + seconds(1))
    where.open(ends + seconds(2))
    assert where.lot.seats["b"].best.amount == 790
    with pytest.raises(AlreadyPaused):
        lose(where, ends + seconds(3))  # it waits for the next round
    assert_told_why(where, at)


def test_what_waits_for_its_opening_or_for_the_next_round_never_stood_still() -> None:
    sealed = SealedRoom(sealed_terms(automatic_pause=RULE))
    sealed.offer("a", "80")
    sealed.until(START + minutes(30))
    rounds = RoundsRoom(rounds_terms(SealedRoundsTerms(pause=minutes(5)), automatic_pause=RULE))
    rounds.offer("a", 900)
    rounds.offer("b", 890)
    rounds.opening()
    for where in (sealed, rounds):
        at = (where.lot.deadline or where.lot.starts_at) - seconds(1)
        with pytest.raises(AlreadyPaused):
            lose(where, max(at, START + minutes(31)))
        assert not any(isinstance(each, ev.LotPaused) for each in where.events)
