"""Seats, consent to the terms, and messages."""

from __future__ import annotations

import pytest

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.commands import BUYER, EVERYONE
from auctions.domain.refusals import (
    AuctionEnded,
    MessageEmpty,
    MessageRecipient,
    MessageTooLong,
    NotAdmitted,
    NotOpened,
    SeatHasBid,
    SeatTaken,
    SeatUnknown,
    TermsNotAccepted,
    TextMalformed,
)
from auctions.domain.state import EMPTY
from tests.domain.room import START, US, Room, kinds, minutes, seconds

AT = START + seconds(10)


def test_nothing_is_decided_before_genesis() -> None:
    for command in (
        cmd.AdmitSeat("a"),
        cmd.AcceptTerms("a", 1, "", "r"),
        cmd.Tick(START),
        cmd.PostMessage(BUYER, EVERYONE, "hello", "r"),
        cmd.Annul("void", cmd.Officer.BUYER, "r"),
    ):
        with pytest.raises(NotOpened):
            machine.decide(EMPTY, command, START)


def test_a_bid_needs_a_seat_and_accepted_terms() -> None:
    where = Room(seats="a", start=True)
    with pytest.raises(SeatUnknown):
        where.bid("z", 900, AT)
    where.do(cmd.AdmitSeat("b"), AT)
    with pytest.raises(TermsNotAccepted):
        where.bid("b", 900, AT)
    assert where.state.seats["b"].late
    where.accept("b", AT)
    where.bid("b", 900, AT)


def test_accepting_again_changes_nothing() -> None:
    assert Room().accept("a", AT) == ()


def test_a_seat_is_given_once() -> None:
    where = Room()
    where.do(cmd.RemoveSeat("a", "not needed", declined=False), AT)
    with pytest.raises(SeatTaken):
        where.do(cmd.AdmitSeat("a"), AT)
    with pytest.raises(NotAdmitted):
        where.bid("a", 900, AT)


def test_who_has_bid_does_not_leave_even_if_the_bid_came_back() -> None:
    where = Room(start=True)
    where.bid("a", 900, AT)
    where.withdraw("a", AT)
    where.decide_withdrawal(True, AT)
    with pytest.raises(SeatHasBid):
        where.do(cmd.RemoveSeat("a", "", declined=True), AT)


@pytest.mark.parametrize(
    ("sender", "to", "refused"),
    [
        (BUYER, EVERYONE, None),
        (BUYER, "a", None),
        ("a", BUYER, None),
        ("a", EVERYONE, MessageRecipient),
        ("a", "b", MessageRecipient),
        (BUYER, "z", MessageRecipient),
        ("z", BUYER, SeatUnknown),
    ],
)
def test_who_may_write_to_whom(sender: str, to: str, refused: type[Exception] | None) -> None:
    where = Room()
    where.pause(START - minutes(1))
    command = cmd.PostMessage(sender, to, " hello ", "m")
    if refused is None:
        (message,) = where.do(command, AT)
        assert message.text == "hello"  # type: ignore[union-attr]
    else:
        with pytest.raises(refused):
            where.do(command, AT)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("  ", MessageEmpty),
        ("x" * 2001, MessageTooLong),
        ("a\0b", TextMalformed),
        ("a\ud800b", TextMalformed),
    ],
)
def test_texts_are_storable(text: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        Room().do(cmd.PostMessage(BUYER, EVERYONE, text, "m"), AT)


def test_messages_end_with_the_auction() -> None:
    where = Room(start=True)
    end = where.lot.deadline
    assert kinds(where.do(cmd.PostMessage("a", BUYER, "x" * 2000, "m"), end)) == ["message_posted"]
    with pytest.raises(AuctionEnded):
        where.do(cmd.PostMessage("a", BUYER, "too late", "m"), end + US)
