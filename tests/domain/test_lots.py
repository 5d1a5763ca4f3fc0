"""Lots: pre-bids, the start, parallel and serial order, extension by the buyer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.commands import Officer
from auctions.domain.events import BuyerExtended, LotScheduled, LotStarted
from auctions.domain.refusals import (
    BidTooHigh,
    ExtensionNotGranted,
    ExtensionTooLate,
    LotClosedAlready,
    LotIsPaused,
    LotUnknown,
    NotDue,
    NotOpenYet,
)
from auctions.domain.state import Phase
from auctions.domain.terms import BuyerExtension, LotOrder
from tests.domain.room import BEFORE, START, US, Room, kinds, lot, minutes, seconds, terms

END = START + minutes(30)


def test_nothing_is_taken_before_prebidding_opens() -> None:
    opens = BEFORE + minutes(10)
    where = Room(terms(prebid_opens_at=opens))
    with pytest.raises(NotOpenYet):
        where.bid("a", 900, opens)
    (bid,) = where.bid("a", 900, opens + US)
    assert bid.prebid  # type: ignore[union-attr]


def test_prebids_undercut_the_own_best_and_stand_at_the_start() -> None:
    where = Room(terms(prebid_opens_at=BEFORE))
    where.bid("a", 900, BEFORE + US)
    with pytest.raises(BidTooHigh):
        where.bid("a", 899, BEFORE + US)
    (bid,) = where.bid("a", 800, START)  # at the very start it is a pre-bid still
    assert bid.prebid  # type: ignore[union-attr]
    assert where.until(START) == (LotStarted(1, START, END, START + minutes(240)),)
    (bid,) = where.bid("a", 700, START + US)
    assert not bid.prebid  # type: ignore[union-attr]


def test_what_was_received_before_the_lot_ran_does_not_count_for_it() -> None:
    where = Room(start=True)
    bid = cmd.PlaceBid("a", 1, Decimal(900), "r")
    with pytest.raises(NotOpenYet):
        machine.decide(where.state, bid, START)
    where.pause(START + minutes(1))
    where.resume(START + minutes(2))
    where.until(START + minutes(3))
    with pytest.raises(LotIsPaused):
        machine.decide(where.state, bid, START + minutes(3))
    assert machine.decide(where.state, bid, START + minutes(3) + US)


def test_serial_lots_follow_each_other_after_a_gap() -> None:
    where = Room(terms(lots=(lot(1), lot(2)), lot_order=LotOrder.SERIAL), start=True)
    with pytest.raises(NotOpenYet):
        where.bid("a", 900, START + US, lot=2)
    assert where.until(END)[-1] == LotScheduled(2, END + minutes(1))
    assert kinds(where.until(END + minutes(1))) == ["lot_started"]
    with pytest.raises(LotClosedAlready):
        where.bid("a", 900, END + minutes(2), lot=1)
    where.bid("a", 900, END + minutes(2), lot=2)
    assert where.state.phase is Phase.RUNNING


def test_parallel_lots_start_together() -> None:
    where = Room(terms(lots=(lot(1), lot(2))), start=True)
    where.bid("a", 900, START + US, lot=2)
    with pytest.raises(LotUnknown):
        where.bid("a", 900, START + US, lot=3)


def test_nothing_happens_before_it_is_due() -> None:
    where = Room()
    assert machine.due(where.state) == START
    with pytest.raises(NotDue):
        where.do(cmd.Tick(START - US), START - US)


def test_a_late_clock_does_everything_in_order_of_moments() -> None:
    where = Room()
    late = END + minutes(9)
    happened = machine.decide(where.state, cmd.Tick(late), late)
    assert kinds(happened) == ["lot_started", "lot_closed", "closed"]
    assert [one.at for one in happened] == [START, END, END]  # type: ignore[union-attr]


def test_the_buyer_extends_as_often_and_as_long_as_the_terms_grant() -> None:
    where = Room(terms(buyer_extension=BuyerExtension(1, minutes(10))), start=True)
    extend = cmd.Extend(1, minutes(10), Officer.BUYER, "e")
    with pytest.raises(ExtensionNotGranted):
        where.do(cmd.Extend(1, minutes(11), Officer.BUYER, "e"), START + US)
    first, _ = where.do(extend, END - minutes(3) - US)
    assert first == BuyerExtended(1, minutes(10), Officer.BUYER)
    assert where.lot.deadline == END + minutes(10)
    with pytest.raises(ExtensionNotGranted):
        where.do(extend, END)


def test_the_buyer_does_not_extend_within_the_window_nor_in_a_pause() -> None:
    where = Room(terms(buyer_extension=BuyerExtension(1, minutes(10))), start=True)
    extend = cmd.Extend(1, minutes(10), Officer.BUYER, "e")
    with pytest.raises(ExtensionTooLate) as refusal:
        where.do(extend, END - minutes(3))
    assert refusal.value.message == "The buyer may extend only before the last 3 minutes."
    where.pause(END - minutes(3) + seconds(1))
    with pytest.raises(LotIsPaused):
        where.do(extend, END)


def test_an_accepted_amount_has_the_lots_scale() -> None:
    where = Room(terms(lots=(lot(scale=3),)), start=True)
    where.bid("a", "900.5", START + US)
    assert str(where.lot.seats["a"].best.amount) == "900.500"
    assert where.most("a") == Decimal("895.997")
