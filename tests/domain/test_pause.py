"""Pause and resume."""

from __future__ import annotations

import pytest

from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.domain.events import LotResumed, PauseCause, ResumeAnnounced
from auctions.domain.refusals import AlreadyPaused, LotIsPaused, NotPaused, ReasonMissing
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import LotOrder
from tests.domain.room import BEFORE, START, US, Room, kinds, lot, minutes, seconds, terms

END = START + minutes(30)
AT = START + minutes(10)


def test_resumption_is_announced_and_keeps_the_remaining_time() -> None:
    where = Room(start=True)
    where.pause(AT)
    (announced,) = where.resume(AT + minutes(5))
    goes_on = AT + minutes(6)
    assert announced == ResumeAnnounced(1, goes_on)
    with pytest.raises(LotIsPaused):
        where.bid("a", 900, goes_on)
    assert where.until(goes_on) == (
        LotResumed(1, goes_on, None, END + minutes(6), START + minutes(246)),
    )
    where.bid("a", 900, goes_on + US)


def test_at_least_the_soft_close_window_remains() -> None:
    where = Room(start=True)
    where.pause(END - seconds(1))
    where.resume(END)
    where.until(END + minutes(1))
    assert where.lot.deadline == END + minutes(4)


def test_the_hard_stop_counts_running_time_but_leaves_the_window() -> None:
    from auctions.domain.terms import SoftClose

    where = Room(terms(soft_close=SoftClose(hard_stop=minutes(30))), start=True)
    where.pause(END - seconds(1))
    where.resume(END)
    where.until(END + minutes(1))
    assert where.lot.deadline == where.lot.hard_stop == END + minutes(4)


def test_a_pause_needs_a_reason_and_an_auction_that_runs() -> None:
    where = Room(start=True)
    with pytest.raises(ReasonMissing):
        where.do(cmd.Pause("", Officer.BUYER, "p"), AT)
    with pytest.raises(NotPaused):
        where.resume(AT)
    where.pause(AT)
    with pytest.raises(AlreadyPaused):
        where.pause(AT)


def test_a_pause_during_the_notice_cancels_the_resumption() -> None:
    where = Room(start=True)
    where.pause(AT)
    where.resume(AT + seconds(5))
    where.pause(AT + seconds(30))
    assert where.until(AT + minutes(20)) == ()
    where.resume(AT + minutes(20))
    where.until(AT + minutes(21))
    assert where.lot.deadline - (AT + minutes(21)) == END - AT  # from the first moment


def test_each_cause_is_lifted_by_itself() -> None:
    where = Room(start=True)
    where.bid("a", 900, AT)
    where.withdraw("a", AT)
    where.pause(AT + seconds(1))
    assert kinds(where.decide_withdrawal(True, AT + seconds(2))) == [
        "withdrawal_decided",
        "pause_lifted",
    ]
    assert where.lot.pauses == {PauseCause.OFFICER}
    assert kinds(where.resume(AT + seconds(3))) == ["resume_announced"]


def test_lots_that_wait_keep_the_time_to_their_start() -> None:
    where = Room(terms(lots=(lot(1), lot(2)), lot_order=LotOrder.SERIAL))
    where.pause(START - minutes(5))
    where.resume(START)
    where.until(START + minutes(1))
    assert where.lot.starts_at == START + minutes(6)
    assert where.state.lots[2].starts_at is None
    assert kinds(where.until(START + minutes(6))) == ["lot_started"]


def test_prebidding_stops_too() -> None:
    where = Room(terms(prebid_opens_at=BEFORE + minutes(1)))
    where.until(BEFORE + minutes(1))
    assert where.state.phase is Phase.PREBID
    where.pause(BEFORE + minutes(2))
    with pytest.raises(LotIsPaused):
        where.bid("a", 900, BEFORE + minutes(3))
    where.resume(BEFORE + minutes(3))
    where.bid("a", 900, BEFORE + minutes(5))
    assert where.lot.phase is LotPhase.WAITING
