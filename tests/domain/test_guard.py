"""The guard: large steps are typed again, very large ones unlocked by a neutral person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.domain.events import BidPlaced, DeadlineCause, DeadlineMoved
from auctions.domain.refusals import (
    GuardBlocked,
    GuardRetype,
    NotForBuyer,
    ReasonMissing,
    UnlockNotNeeded,
    UnlockNotPending,
)
from auctions.domain.rules.guard import GuardLevel, guard_level
from auctions.domain.terms import Guard
from tests.domain.room import START, US, Room, minutes, seconds, terms

AT = START + seconds(10)
END = START + minutes(30)
BLOCK = Guard(block=Decimal(40))


def guarded(guard: Guard = BLOCK) -> Room:
    where = Room(terms(guard=guard), start=True)
    where.bid("a", "1000", AT, retyped="1000")
    return where


def test_a_first_bid_is_typed_again() -> None:
    where = Room(terms(guard=Guard()), start=True)
    with pytest.raises(GuardRetype):
        where.bid("a", "900", AT)
    with pytest.raises(GuardRetype):
        where.bid("a", "900", AT, retyped="90")
    (bid,) = where.bid("a", "900", AT, retyped="900.00")
    assert isinstance(bid, BidPlaced)
    assert bid.retyped


def test_the_drop_is_measured_from_own_best_exactly() -> None:
    where = guarded()
    where.bid("b", "1", AT, retyped="1")  # another's bid does not matter
    where.bid("a", "750", AT)  # 25 % is not past 25 %
    with pytest.raises(GuardRetype) as refusal:
        where.bid("a", "562.49", AT)
    assert refusal.value.data == {"threshold": "25"}
    where.bid("a", "562.49", AT, retyped="562.49")


def test_levels() -> None:
    best = Decimal(1000)
    levels = [guard_level(BLOCK, best, Decimal(amount)) for amount in (900, 899, 749, 599)]
    assert levels == [GuardLevel.NONE, GuardLevel.WARN, GuardLevel.RETYPE, GuardLevel.BLOCK]


def test_a_blocked_bid_needs_an_unlock_and_a_bid_anew() -> None:
    where = guarded()
    with pytest.raises(GuardBlocked):
        where.bid("a", "500", AT, retyped="500")
    where.do(cmd.RequestUnlock("a", 1, Decimal(500), "u"), AT)
    with pytest.raises(NotForBuyer):
        where.do(cmd.DecideUnlock(1, "a", True, "checked", Officer.BUYER, "d"), AT)
    with pytest.raises(ReasonMissing):
        where.do(cmd.DecideUnlock(1, "a", True, " ", Officer.NEUTRAL, "d"), AT)
    where.do(cmd.DecideUnlock(1, "a", True, "checked", Officer.NEUTRAL, "d"), AT)
    assert where.lot.seats["a"].best.amount == 1000

    with pytest.raises(GuardBlocked):
        where.bid("a", "499.99", AT, retyped="499.99")
    with pytest.raises(GuardRetype):
        where.bid("a", "500", AT)
    where.bid("a", "500", AT, retyped="500")
    with pytest.raises(GuardBlocked):  # once
        where.bid("a", "250", AT, retyped="250")


def test_a_refused_unlock_leaves_the_block() -> None:
    where = guarded()
    where.do(cmd.RequestUnlock("a", 1, Decimal(500), "u"), AT)
    where.do(cmd.DecideUnlock(1, "a", False, "a slip", Officer.NEUTRAL, "d"), AT)
    with pytest.raises(GuardBlocked):
        where.bid("a", "500", AT, retyped="500")
    with pytest.raises(UnlockNotPending):
        where.do(cmd.DecideUnlock(1, "a", True, "again", Officer.NEUTRAL, "d"), AT)


def test_only_what_is_blocked_can_be_unlocked() -> None:
    with pytest.raises(UnlockNotNeeded):
        guarded().do(cmd.RequestUnlock("a", 1, Decimal(900), "u"), AT)


def test_a_pending_unlock_at_the_deadline_extends_once() -> None:
    where = guarded()
    where.do(cmd.RequestUnlock("a", 1, Decimal(500), "u"), END)
    (moved,) = where.until(END)
    assert moved == DeadlineMoved(1, END + minutes(3), DeadlineCause.UNLOCK_PENDING, 1)
    assert where.until(END + minutes(3))[-1].kind == "closed"


def test_the_moment_of_the_new_bid_counts() -> None:
    where = guarded()
    where.do(cmd.RequestUnlock("a", 1, Decimal(500), "u"), END)
    where.do(cmd.DecideUnlock(1, "a", True, "checked", Officer.NEUTRAL, "d"), END + US)
    where.bid("a", "500", END + minutes(3), retyped="500")
    assert where.lot.seats["a"].best.amount == 500
