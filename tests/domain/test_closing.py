"""Closing with and without a result, and ending early."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain.commands import Officer, OpenedReserve
from auctions.domain.events import AuctionOutcome, Closed, LotClosed, LotOutcome, ReserveOpened
from auctions.domain.refusals import (
    AuctionEnded,
    AwardExists,
    NotClosedYet,
    ReasonMissing,
    ReserveDiffers,
    ReserveMissing,
)
from auctions.domain.state import Phase
from auctions.domain.terms import reserve_commitment
from tests.domain.room import START, Room, kinds, lot, minutes, seconds, terms

AT = START + seconds(10)
END = START + minutes(30)
SALT = "ab" * 16


def with_reserve(amount: str = "850.00") -> Room:
    commitment = reserve_commitment(bytes.fromhex(SALT), amount)
    where = Room(terms(lots=(lot(reserve_commitment=commitment),)), start=True)
    where.reserves = (OpenedReserve(1, SALT, Decimal(amount)),)
    return where


def test_the_lowest_wins() -> None:
    where = Room(start=True)
    where.bid("a", 900, AT)
    where.bid("b", 850, AT)
    assert where.until(END) == (
        LotClosed(1, END, LotOutcome.WON, "b", Decimal("850.00")),
        Closed(END, AuctionOutcome.CLOSED),
    )
    assert where.state.phase is Phase.CLOSED


def test_without_a_bid_it_fails() -> None:
    where = Room(start=True)
    assert where.until(END)[-1] == Closed(END, AuctionOutcome.NO_BID)
    assert where.state.phase is Phase.FAILED


def test_a_single_bidder_that_meets_the_reserve_wins() -> None:
    where = with_reserve()
    where.bid("a", 850, AT)
    opened, closed, _ = where.until(END)
    assert opened == ReserveOpened(1, SALT, Decimal("850.00"))
    assert closed.seat == "a"  # type: ignore[union-attr]


def test_above_the_reserve_nobody_wins() -> None:
    where = with_reserve()
    where.bid("a", "850.01", AT)
    assert kinds(where.until(END)) == ["reserve_opened", "lot_closed", "closed"]
    assert where.state.outcome is AuctionOutcome.RESERVE_NOT_MET
    assert where.lot.winner is None


def test_the_reserve_is_the_one_committed_to() -> None:
    where = with_reserve()
    where.reserves = ()
    with pytest.raises(ReserveMissing):
        where.until(END)
    where.reserves = (OpenedReserve(1, SALT, Decimal("850.01")),)
    with pytest.raises(ReserveDiffers):
        where.until(END)
    where.reserves = (OpenedReserve(1, "odd", Decimal("850.00")),)
    with pytest.raises(ReserveDiffers):
        where.until(END)


def test_one_lot_won_closes_the_auction_with_a_result() -> None:
    where = Room(terms(lots=(lot(1), lot(2))), start=True)
    where.bid("a", 900, AT, lot=2)
    where.until(END)
    assert where.state.outcome is AuctionOutcome.CLOSED
    assert where.state.lots[1].outcome is LotOutcome.NO_BID


def test_cancel_ends_it_without_a_result() -> None:
    where = Room(start=True)
    with pytest.raises(ReasonMissing):
        where.do(cmd.Cancel("  ", Officer.BUYER, "c"), AT)
    where.do(cmd.Cancel("no need any more", Officer.BUYER, "c"), AT)
    assert where.until(END) == ()
    with pytest.raises(AuctionEnded):
        where.bid("a", 900, AT)
    with pytest.raises(AuctionEnded):
        where.do(cmd.Annul("void", Officer.PLATFORM, "n"), AT)


def test_annulment_also_voids_a_closed_auction() -> None:
    where = Room(start=True)
    where.bid("a", 900, AT)
    where.until(END)
    with pytest.raises(AuctionEnded):
        where.do(cmd.Cancel("late", Officer.BUYER, "c"), END)
    where.do(cmd.Annul("wrong specification", Officer.BUYER, "n"), END)
    assert where.state.phase is Phase.ANNULLED
    with pytest.raises(AuctionEnded):
        where.do(cmd.RecordAward(1, "a", Decimal(900), "", "w"), END)


def test_an_award_is_recorded_once_for_a_closed_lot() -> None:
    where = Room(start=True)
    where.bid("a", 900, AT)
    award = cmd.RecordAward(1, "a", Decimal(900), "lowest price", "w")
    with pytest.raises(NotClosedYet):
        where.do(award, AT)
    where.until(END)
    where.do(award, END)
    assert where.state.awards == {1: "a"}
    with pytest.raises(AwardExists):
        where.do(award, END)
