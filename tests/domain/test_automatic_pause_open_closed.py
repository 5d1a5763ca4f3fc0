"""The automatic pause before, in and after the window of a random end: it takes running time alone,
so what the seeds fixed stays where it was; while they are awaited nothing stands still."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.events import PauseCause
from auctions.domain.refusals import AlreadyPaused, FinalStageNotOpen, LotIsPaused
from auctions.domain.rules.automatic_pause import pausable
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import AutomaticPause, OpenClosedTerms
from auctions.ledger.replay import Step, replay_all, replay_own
from tests.domain.room import START, US, Room, lot, minutes, seconds
from tests.domain.test_automatic_pause_formats import back, lose
from tests.domain.test_final_stage import KEYS, FinalRoom
from tests.domain.test_random_end import AUDITOR, CUT, END, PLATFORM, WINDOW, SeedRoom
from tests.domain.test_random_end import of as random_end_terms

RULE = AutomaticPause()
OPEN = START + minutes(10)  # a moment of the open phase
EARLY = WINDOW + seconds(1)  # in the window, before the cut-off
LATE = WINDOW + CUT + seconds(1)  # in the window, past it


def replayed(where: Room) -> None:
    """The whole record leads to the same state, and each seat's own passes."""
    late = START + timedelta(days=1)
    steps = [Step(seq, late, each) for seq, each in enumerate(where.events, start=1)]
    assert replay_all(steps, {}) == where.state
    for seat in where.state.seats:
        replay_own(steps, seat)


def seeds(where: Room, at: datetime) -> None:
    where.do(cmd.RevealSeeds(PLATFORM.hex(), AUDITOR.hex()), at)


def ended(at: datetime, cause: PauseCause) -> SeedRoom:
    """a's last bid is at the cut-off of the running time, b's just after it."""
    where = SeedRoom(random_end_terms(automatic_pause=RULE))
    where.bid("a", 900, START + minutes(1))
    where.bid("b", 890, START + minutes(1) + US)
    if at is LATE:
        where.bid("a", 800, WINDOW + CUT)
        where.bid("b", 700, WINDOW + CUT + US)
    again = at + minutes(4)
    if cause is PauseCause.CONNECTIONS:
        lose(where, at)
        with pytest.raises(LotIsPaused):
            where.bid("b", 600, at + US)
        goes_on = back(where, again)
    else:
        where.pause(at)
        where.resume(again)
        goes_on = where.lot.resumes_at
        where.until(goes_on)
    shift = goes_on - at
    if at is not LATE:
        where.bid("a", 800, WINDOW + CUT + shift)
        where.bid("b", 700, WINDOW + CUT + shift + US)
    where.bid("b", 600, END + shift)  # its last moment
    assert where.lot.deadline == END + shift
    seeds(where, END + shift + seconds(1))
    return where


@pytest.mark.parametrize("at", [OPEN, EARLY, LATE], ids=["open", "early", "late"])
def test_the_cut_off_stays_at_its_running_time_as_with_a_pause_of_an_officer(at: datetime) -> None:
    where, officers = (ended(at, cause) for cause in (PauseCause.CONNECTIONS, PauseCause.OFFICER))

    assert where.state.phase is Phase.CLOSED
    assert (where.lot.winner, where.lot.price) == ("a", Decimal(800))
    (drawn,) = [each for each in where.events if isinstance(each, ev.EndDrawn)]
    voided = [each for each in where.events if isinstance(each, ev.BidsVoided)]
    assert drawn.offset == CUT
    assert [(each.seat, each.bids) for each in voided] == [("b", 2)]
    mine, theirs = where.lot.random_end, officers.lot.random_end
    assert mine.begins == theirs.begins
    assert [each.offset for each in mine.bids] == [each.offset for each in theirs.bids]
    assert where.lot.closed_at == officers.lot.closed_at
    replayed(where)


def test_a_loss_at_the_last_moment_of_the_window_leaves_no_time_and_one_later_stops_nothing() -> (
    None
):
    where = SeedRoom(random_end_terms(automatic_pause=RULE))
    where.bid("a", 900, START + minutes(1))
    lose(where, END)
    goes_on = back(where, END + minutes(2))
    (awaited,) = [each for each in where.events if isinstance(each, ev.SeedsAwaited)]
    assert awaited.at == goes_on
    seeds(where, goes_on + seconds(1))
    assert where.lot.winner == "a"
    replayed(where)

    later = SeedRoom(random_end_terms(automatic_pause=RULE))
    later.bid("a", 900, START + minutes(1))
    with pytest.raises(AlreadyPaused):
        lose(later, END + US)


def test_bidders_may_leave_while_the_seeds_are_awaited() -> None:
    where = SeedRoom(random_end_terms(automatic_pause=RULE))
    where.bid("a", 900, START + minutes(1))
    where.until(END)
    until = where.lot.deadline
    for at in (END + US, END + minutes(30), until):
        with pytest.raises(AlreadyPaused):
            lose(where, at)
    assert pausable(where.state) == []  # so that nobody counts who is there
    assert (where.lot.phase, where.lot.deadline) == (LotPhase.RUNNING, until)
    seeds(where, until)  # the last moment for them has not moved
    assert where.lot.winner == "a"
    assert not any(isinstance(each, ev.LotPaused) for each in where.events)
    replayed(where)


def test_bidders_who_leave_give_no_more_time_for_the_seeds() -> None:
    where = SeedRoom(random_end_terms(automatic_pause=RULE))
    where.bid("a", 900, START + minutes(1))
    where.until(END)
    with pytest.raises(AlreadyPaused):
        lose(where, END + minutes(59))
    where.until(END + minutes(60))
    assert where.state.phase is Phase.ANNULLED


def test_whoever_does_not_come_back_finds_the_window_going_on_by_itself() -> None:
    where = SeedRoom(random_end_terms(automatic_pause=RULE))
    where.bid("a", 900, START + minutes(1))
    lose(where, EARLY)
    where.until(EARLY + RULE.longest)
    assert (where.lot.phase, where.lot.deadline) == (LotPhase.RUNNING, END + RULE.longest)
    assert where.lot.random_end.begins == WINDOW + RULE.longest
    with pytest.raises(AlreadyPaused):
        lose(where, EARLY + RULE.longest + seconds(1))  # once a lot


def test_lots_stand_still_together_and_the_seeds_are_opened_for_both() -> None:
    where = SeedRoom(random_end_terms(lots=(lot(1), lot(2)), automatic_pause=RULE))
    for number in (1, 2):
        where.bid("a", 900, START + minutes(1), number)
    lose(where, EARLY)
    shift = back(where, EARLY + minutes(1)) - EARLY
    assert {each.deadline for each in where.state.lots.values()} == {END + shift}
    seeds(where, END + shift + seconds(1))
    assert {each.winner for each in where.state.lots.values()} == {"a"}
    replayed(where)


def test_the_final_stage_keeps_its_time_its_offers_and_the_window_before_it() -> None:
    where = FinalRoom(
        random_end_terms(open_closed=OpenClosedTerms(), automatic_pause=RULE), seats="abc"
    )
    for seat, amount in (("a", 500), ("b", 540), ("c", 545)):
        where.bid(seat, amount, START + minutes(1))
    revealed = END + seconds(30)
    seeds(where, revealed)
    where.offer("b", "480.00", revealed + seconds(1))
    at = revealed + seconds(10)
    lose(where, at)
    with pytest.raises(LotIsPaused):
        where.offer("c", "450.00", at + US)
    goes_on = back(where, at + minutes(3))
    over = goes_on + minutes(5) - seconds(10)

    assert where.lot.deadline == over
    assert where.lot.random_end.begins == WINDOW
    with pytest.raises(FinalStageNotOpen):
        where.offer("c", "450.00", goes_on)  # the very moment belongs to the pause
    where.offer("c", "470.00", over)
    with pytest.raises(AlreadyPaused):
        lose(where, over)  # once a lot
    where.until(over)
    assert where.lot.phase is LotPhase.SEALED
    with pytest.raises(AlreadyPaused):
        lose(where, over + US)
    secrets = (KEYS[cmd.KeyHolder.AUDITOR].hex(), KEYS[cmd.KeyHolder.OFFICE].hex())
    where.do(cmd.HandOverKey(cmd.KeyMeans.PERSON), over + minutes(1))
    where.do(cmd.OpenOffers(*secrets, cmd.KeyMeans.PLATFORM, ()), over + minutes(2))
    assert (where.lot.winner, where.lot.price) == ("c", Decimal("470.00"))
    assert {seat: mine.best.amount for seat, mine in where.lot.seats.items()} == {
        "a": 500, "b": 480, "c": 470,
    }  # fmt: skip
    replayed(where)
