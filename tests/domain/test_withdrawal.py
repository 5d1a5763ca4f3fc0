"""Withdrawal of one's own latest bid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.domain.outcome import ranking
from auctions.domain.refusals import (
    LotIsPaused,
    NotForBuyer,
    NothingToWithdraw,
    ReasonMissing,
    WithdrawalNotAllowed,
    WithdrawalNotPending,
    WithdrawalPending,
    WithdrawalTooLate,
)
from auctions.domain.terms import Withdrawal
from tests.domain.room import BEFORE, START, US, Room, kinds, minutes, seconds, terms

AT = START + seconds(10)


def two_bids() -> Room:
    where = Room(start=True)
    where.bid("a", 900, AT)
    where.bid("b", 850, AT)
    where.bid("a", 800, AT)
    return where


def test_the_lot_pauses_until_it_is_decided() -> None:
    where = two_bids()
    assert kinds(where.withdraw("a", AT + seconds(60))) == ["withdrawal_requested", "lot_paused"]
    with pytest.raises(LotIsPaused):
        where.bid("b", 700, AT + seconds(61))
    with pytest.raises(WithdrawalPending):
        where.withdraw("b", AT + seconds(59))


def test_approval_brings_the_previous_best_back_with_its_own_seq() -> None:
    where = two_bids()
    first = where.state.lots[1].seats["a"].previous
    where.withdraw("a", AT)
    assert kinds(where.decide_withdrawal(True, AT + seconds(5))) == [
        "withdrawal_decided",
        "resume_announced",
    ]
    assert where.lot.seats["a"].best == first
    assert [one.seat for one in ranking(where.state, 1)] == ["b", "a"]
    assert where.most("a") == Decimal("895.50")


def test_a_refused_withdrawal_leaves_the_bid() -> None:
    where = two_bids()
    where.withdraw("a", AT)
    where.decide_withdrawal(False, AT + seconds(5))
    assert where.lot.seats["a"].best.amount == 800


def test_what_came_back_cannot_be_withdrawn() -> None:
    where = two_bids()
    where.withdraw("a", AT)
    where.decide_withdrawal(True, AT + seconds(1))
    with pytest.raises(NothingToWithdraw):
        where.withdraw("a", AT + seconds(2))


def test_a_first_bid_withdrawn_leaves_none() -> None:
    where = Room(start=True)
    where.bid("a", 900, AT)
    where.withdraw("a", AT)
    where.decide_withdrawal(True, AT)
    assert where.lot.seats["a"].best is None
    assert where.most("a") == 1000


def test_only_within_its_time() -> None:
    with pytest.raises(WithdrawalTooLate):
        two_bids().withdraw("a", AT + seconds(60) + US)


def test_only_where_the_terms_allow_it() -> None:
    where = Room(terms(withdrawal=Withdrawal(allowed=False)), start=True)
    where.bid("a", 900, AT)
    with pytest.raises(WithdrawalNotAllowed):
        where.withdraw("a", AT)


def test_a_blind_buyer_does_not_decide() -> None:
    where = Room(terms(blind=True), start=True)
    where.bid("a", 900, AT)
    where.withdraw("a", AT)
    with pytest.raises(NotForBuyer):
        where.decide_withdrawal(True, AT)
    where.decide_withdrawal(True, AT, by=Officer.NEUTRAL)


def test_a_decision_needs_a_reason_and_a_request() -> None:
    where = two_bids()
    with pytest.raises(WithdrawalNotPending):
        where.decide_withdrawal(True, AT)
    where.withdraw("a", AT)
    with pytest.raises(ReasonMissing):
        where.do(cmd.DecideWithdrawal(1, True, "  ", Officer.BUYER, "d"), AT)


def test_the_pause_has_a_moment_of_its_own() -> None:
    where = two_bids()
    end = where.lot.deadline
    requested, paused = where.withdraw("a", AT + seconds(1), line=AT + seconds(2))
    assert requested.received_at == AT + seconds(1)
    assert paused.at == AT + seconds(2)
    where.decide_withdrawal(True, AT + seconds(10))
    where.until(AT + seconds(70))
    assert where.lot.deadline == AT + seconds(70) + (end - (AT + seconds(2)))


def test_the_line_moves_neither_its_time_nor_before_its_receipt() -> None:
    two_bids().withdraw("a", AT + seconds(60), line=AT + seconds(61))
    with pytest.raises(ValueError, match="before its command"):
        two_bids().withdraw("a", AT + seconds(2), line=AT + seconds(1))


def test_a_bid_received_after_the_withdrawal_is_not_the_one_meant() -> None:
    where = two_bids()
    where.bid("a", 700, AT + seconds(2))
    with pytest.raises(NothingToWithdraw):
        where.withdraw("a", AT + seconds(1), line=AT + seconds(3))
    assert where.withdraw("a", AT + seconds(2), line=AT + seconds(3))


def test_extensions_stand() -> None:
    where = Room(start=True)
    end = where.lot.deadline
    where.bid("a", 900, end)
    extended = where.lot.deadline
    where.withdraw("a", end + seconds(10))
    where.decide_withdrawal(True, end + seconds(20))
    where.until(end + seconds(80))
    assert where.lot.deadline == end + seconds(80) + max(extended - (end + seconds(10)), minutes(3))


def test_a_prebid_comes_back_at_once_and_the_start_is_not_delayed() -> None:
    where = Room(terms(prebid_opens_at=BEFORE + minutes(10)))
    where.bid("a", 900, START - seconds(30))
    happened = where.withdraw("a", START - seconds(20))
    assert kinds(happened) == ["withdrawal_requested", "withdrawal_decided"]
    assert where.lot.seats["a"].best is None
    assert kinds(where.until(START)) == ["lot_started"]
