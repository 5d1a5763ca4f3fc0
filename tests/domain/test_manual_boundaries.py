"""Boundaries of docs/auctions/boundaries.md that no other test holds, each on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain import refusals
from auctions.domain.commands import BUYER, EVERYONE, Officer
from auctions.domain.events import DeadlineMoved
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import BuyerExtension, Feedback, SoftClose
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, standing
from auctions.realtime.errors import RefMalformed
from auctions.realtime.party import check_ref
from tests.domain.room import NO_SOFT_CLOSE, START, US, Room, kinds, lot, minutes, seconds, terms

END = START + minutes(30)
WINDOW = minutes(3)
TEN = minutes(10)
A = Viewer(Role.SUPPLIER, "a")


def extension(length: timedelta = TEN) -> cmd.Extend:
    return cmd.Extend(1, length, Officer.BUYER, "e")


def test_a_pause_at_the_very_deadline_stops_the_lot() -> None:
    where = Room(start=True)
    where.pause(END)
    assert where.lot.phase is LotPhase.PAUSED
    where.resume(END + minutes(1))
    where.until(END + minutes(2))
    assert where.lot.deadline == END + minutes(2) + WINDOW
    late = Room(start=True)
    with pytest.raises(refusals.AuctionEnded):
        late.pause(END + US)


def test_a_cancellation_at_the_very_deadline_comes_before_the_close() -> None:
    where = Room(start=True)
    where.bid("a", 900, START + minutes(1))
    where.do(cmd.Cancel("no need any more", Officer.BUYER, "c"), END)
    assert (where.state.phase, where.lot.winner) == (Phase.CANCELLED, None)
    assert where.until(END + minutes(1)) == ()
    late = Room(start=True)
    late.bid("a", 900, START + minutes(1))
    with pytest.raises(refusals.AuctionEnded):
        late.do(cmd.Cancel("no need any more", Officer.BUYER, "c"), END + US)
    assert late.lot.winner == "a"


def test_the_window_begins_with_its_first_moment() -> None:
    soft = SoftClose(window=WINDOW, reset=minutes(5))
    assert kinds(Room(terms(soft_close=soft), start=True).bid("a", 900, END - WINDOW)) == [
        "bid_placed",
        "deadline_moved",
    ]
    before = Room(terms(soft_close=soft), start=True).bid("a", 900, END - WINDOW - US)
    assert kinds(before) == ["bid_placed"]


def test_without_a_window_the_buyer_extends_before_the_deadline() -> None:
    of = terms(buyer_extension=BuyerExtension(1, minutes(10)), soft_close=NO_SOFT_CLOSE)
    with pytest.raises(refusals.ExtensionTooLate):
        Room(of, start=True).do(extension(), END)
    where = Room(of, start=True)
    where.do(extension(minutes(1) + US), END - US)
    assert where.lot.deadline == END + minutes(1) + US  # not rounded


def test_the_buyer_extends_to_the_hard_stop_and_no_further() -> None:
    soft = SoftClose(hard_stop=minutes(34))
    where = Room(terms(buyer_extension=BuyerExtension(2, minutes(10)), soft_close=soft), start=True)
    _, moved = where.do(extension(), START + minutes(1))
    assert isinstance(moved, DeadlineMoved)
    assert moved.deadline == START + minutes(34)
    with pytest.raises(refusals.ExtensionNotGranted):
        where.do(extension(), START + minutes(2))


def test_the_buyer_extends_by_no_more_than_granted() -> None:
    of = terms(buyer_extension=BuyerExtension(3, minutes(10)))
    for length in (timedelta(0), minutes(10) + US):
        with pytest.raises(refusals.ExtensionNotGranted):
            Room(of, start=True).do(extension(length), START + minutes(1))
    for length in (US, minutes(10)):
        assert Room(of, start=True).do(extension(length), START + minutes(1))


def test_a_bid_is_asked_back_until_the_very_deadline() -> None:
    where = Room(terms(soft_close=NO_SOFT_CLOSE), start=True)
    where.bid("a", 900, END - seconds(10))
    assert kinds(where.withdraw("a", END)) == ["withdrawal_requested", "lot_paused"]
    late = Room(terms(soft_close=NO_SOFT_CLOSE), start=True)
    late.bid("a", 900, END - seconds(10))
    with pytest.raises(refusals.Refusal):
        late.withdraw("a", END + US)


def test_a_bid_may_be_asked_back_during_a_pause_and_its_time_goes_on() -> None:
    def paused() -> Room:
        where = Room(start=True)
        where.bid("a", 900, START + minutes(1))
        where.pause(START + minutes(1) + seconds(1))
        return where

    assert paused().withdraw("a", START + minutes(2))
    with pytest.raises(refusals.WithdrawalTooLate):
        paused().withdraw("a", START + minutes(2) + US)


def test_the_officer_does_not_end_a_pause_for_a_withdrawal() -> None:
    where = Room(start=True)
    where.bid("a", 900, START + minutes(1))
    where.withdraw("a", START + minutes(1))
    with pytest.raises(refusals.NotPaused):
        where.resume(START + minutes(2))
    assert where.until(START + timedelta(days=30)) == ()  # nobody is pressed to decide


def test_the_time_for_consent_ends_to_the_microsecond() -> None:
    where = Room(start=True)
    where.pause(START + minutes(5))
    edited_at = START + minutes(5) + seconds(0.25)
    new = replace(where.state.rules, version=2, consent_time=minutes(1))
    where.change(new, edited_at)
    ends = edited_at + minutes(10)  # by the terms before the edit
    assert where.state.consent_until == ends
    assert where.until(ends - US) == ()
    assert kinds(where.until(ends)) == ["resume_announced"]
    assert where.lot.resumes_at == START + minutes(16) + seconds(1)  # rounded up


def test_ranks_once_hidden_stay_hidden_though_the_deadline_moves() -> None:
    feedback = Feedback(lead=True, hide_ranks_last=minutes(5), after_first_bid=False)
    where = Room(terms(feedback=feedback), start=True)
    where.bid("a", 900, START + minutes(1))
    where.bid("b", 880, START + minutes(1))

    def told() -> tuple[object, object, object]:
        shown = standing(where.state, A).lots[0]
        assert shown.own is not None
        return shown.own.rank, shown.lead, shown.own.gap

    where.until(END - minutes(5) - US)
    assert told() == (2, 880, 20)
    where.until(END - minutes(5))
    assert told() == (None, None, None)
    where.bid("b", 800, END)
    assert where.lot.deadline == END + WINDOW
    assert told() == (None, None, None)
    where.until(END + WINDOW)
    assert told() == (2, 800, 100)


def test_the_lead_is_hidden_again_with_too_few_bidders() -> None:
    feedback = Feedback(lead=True, after_first_bid=False, lead_min_bidders=2)
    where = Room(terms(feedback=feedback), start=True)
    where.bid("a", 900, START + minutes(1))
    where.bid("b", 880, START + minutes(1))
    assert standing(where.state, A).lots[0].lead == 880
    where.withdraw("b", START + minutes(1))
    where.decide_withdrawal(True, START + minutes(2))
    assert standing(where.state, A).lots[0].lead is None


@pytest.mark.parametrize(("amount", "met"), [("870.01", False), ("870", True), ("869.99", True)])
def test_an_offer_that_equals_the_reserve_meets_it(amount: str, met: bool) -> None:
    where = Room(terms(feedback=Feedback(reserve_met=True)), start=True)
    where.bid("a", amount, START + minutes(1))
    shown = standing(where.state, A, secrets={1: Decimal(870)}).lots[0].own
    assert shown is not None
    assert shown.reserve_met is met


def test_a_message_has_two_thousand_characters() -> None:
    where = Room()
    assert where.do(cmd.PostMessage(BUYER, EVERYONE, f" {'x' * 2000} ", "m"), START - minutes(1))
    with pytest.raises(refusals.MessageTooLong):
        where.do(cmd.PostMessage(BUYER, EVERYONE, "x" * 2001, "n"), START - minutes(1))


def test_two_hundred_lots_and_characters_of_a_title() -> None:
    def found(count: int, title: str) -> list[str | None]:
        lots = tuple(lot(number, title=title) for number in range(1, count + 1))
        return [problem.field for problem in check_terms(terms(lots=lots))]

    assert found(200, "x" * 200) == []
    assert found(201, "x") == ["lots"]
    assert found(1, "x" * 201) == ["lots.1.title"]


def test_the_name_of_a_command_has_one_to_sixty_four_characters() -> None:
    assert check_ref("x" * 64) == "x" * 64
    for odd in ("", "x" * 65, "a b"):
        with pytest.raises(RefMalformed):
            check_ref(odd)
