"""Edits of the terms, and consent to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.events import PauseCause
from auctions.domain.refusals import (
    EditNeedsPause,
    EditNotAllowed,
    LotIsPaused,
    TermsHashDiffers,
    TermsNotAccepted,
    TermsUnfit,
)
from auctions.domain.terms import BuyerExtension, Feedback, SoftClose, Step, Terms, TiePolicy
from tests.domain.room import START, Room, kinds, lot, minutes, seconds, terms

AT = START + minutes(10)
END = START + minutes(30)


def paused(bid: bool = True, of: Terms | None = None) -> Room:
    where = Room(of, start=True)
    if bid:
        where.bid("a", 900, START + seconds(1))
    where.pause(AT)
    return where


def edited(where: Room, **fields: Any) -> Terms:
    rules = where.state.rules
    return replace(rules, **{"version": rules.version + 1, **fields})


def test_only_while_paused() -> None:
    where = Room(start=True)
    with pytest.raises(EditNeedsPause):
        where.change(edited(where, length=minutes(40)), AT)


@pytest.mark.parametrize(
    "fields",
    [
        {"length": minutes(40)},
        {"lot_gap": minutes(2)},
        {"resume_notice": seconds(30)},
        {"consent_time": minutes(5)},
        {"soft_close": SoftClose(window=minutes(1), reset=minutes(5), hard_stop=minutes(60))},
    ],
)
def test_once_a_bid_exists_times_may_change(fields: dict[str, Any]) -> None:
    where = paused()
    assert kinds(where.change(edited(where, **fields), AT)) == ["terms_changed"]
    assert where.lot.pauses == {PauseCause.CONSENT}
    assert where.state.consent_until == AT + minutes(10)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"ties": TiePolicy.EQUAL_BEST}, "ties"),
        ({"lots": (lot(step=Step(percent=Decimal(1))),)}, "lots"),
        ({"feedback": Feedback(rank=False)}, "feedback"),
        ({"soft_close": SoftClose(limit=3)}, "soft_close"),
        ({"length": minutes(40), "version": 3}, "version"),
        ({"starts_at": START + minutes(60)}, "starts_at"),
    ],
)
def test_once_a_bid_exists_nothing_else_may(fields: dict[str, Any], name: str) -> None:
    where = paused()
    with pytest.raises(EditNotAllowed) as refusal:
        where.change(edited(where, **fields), AT)
    assert refusal.value.data == {"name": name}


EXTENSION = BuyerExtension(times=1, length=minutes(10))


@pytest.mark.parametrize(
    ("times", "length", "name"),
    [
        (100, minutes(10), "times"),
        (0, minutes(10), "times"),
        (2, minutes(5), "times"),
        (1, minutes(10) + timedelta(microseconds=1), "length"),
        (1, minutes(60), "length"),
    ],
)
@pytest.mark.parametrize("back", [False, True])
def test_once_a_bid_exists_the_buyer_gives_itself_no_further_extension(
    times: int, length: timedelta, name: str, *, back: bool
) -> None:
    where = paused(of=terms(buyer_extension=EXTENSION), bid=not back)
    if back:  # a bid that was taken back is a bid
        where = Room(terms(buyer_extension=EXTENSION), start=True)
        where.bid("a", 900, START + seconds(1))
        where.withdraw("a", START + seconds(2))
        where.decide_withdrawal(True, START + seconds(3))
        where.pause(AT)
    with pytest.raises(EditNotAllowed) as refusal:
        where.change(edited(where, buyer_extension=BuyerExtension(times, length)), AT)
    assert refusal.value.data == {"name": f"buyer_extension.{name}"}


def test_it_may_make_its_extensions_shorter_and_before_any_bid_what_it_likes() -> None:
    where = paused(of=terms(buyer_extension=EXTENSION))
    where.change(edited(where, buyer_extension=BuyerExtension(1, minutes(9))), AT)
    assert where.state.rules.buyer_extension.length == minutes(9)
    where = paused(bid=False, of=terms(buyer_extension=EXTENSION))
    where.change(edited(where, buyer_extension=BuyerExtension(100, minutes(60))), AT)
    assert where.state.rules.buyer_extension.times == 100


def test_before_any_bid_more_may_change_but_not_what_the_auction_is() -> None:
    where = paused(bid=False)
    with pytest.raises(EditNotAllowed):
        where.change(edited(where, currency="USD"), AT)
    with pytest.raises(EditNotAllowed):
        where.change(edited(where, lots=(lot(reserve_commitment="0" * 64),)), AT)
    where.change(edited(where, ties=TiePolicy.EQUAL_BEST), AT)
    assert where.state.rules.ties is TiePolicy.EQUAL_BEST


def test_edited_terms_pass_the_validator_too() -> None:
    where = paused()
    with pytest.raises(TermsUnfit) as refusal:
        where.change(edited(where, length=minutes(0)), AT)
    assert refusal.value.data["name"] == "length"


def test_when_everybody_consented_it_goes_on_at_once() -> None:
    where = paused()
    where.change(edited(where, length=minutes(40)), AT)
    assert kinds(where.accept("a", AT)) == ["terms_accepted"]
    where.accept("b", AT)
    assert kinds(where.accept("c", AT + seconds(5))) == ["terms_accepted", "resume_announced"]
    assert where.state.consent_until is None
    where.until(AT + seconds(65))
    assert where.lot.deadline == AT + seconds(65) + (END - AT) + minutes(10)


def test_who_has_not_consented_stays_ranked_and_cannot_bid() -> None:
    where = paused()
    where.change(edited(where, length=minutes(40)), AT)
    where.accept("b", AT)
    with pytest.raises(LotIsPaused):
        where.bid("b", 800, AT + seconds(1))
    assert kinds(where.until(AT + minutes(11))) == ["resume_announced", "lot_resumed"]
    with pytest.raises(TermsNotAccepted) as refusal:
        where.bid("a", 800, AT + minutes(12))
    assert refusal.value.data == {"version": 2}
    where.bid("b", 800, AT + minutes(12))
    where.accept("a", AT + minutes(12))
    where.bid("a", 700, AT + minutes(12))
    assert where.lot.seats["a"].bids == 2


def test_the_last_one_missing_may_leave() -> None:
    from auctions.domain import commands as cmd

    where = paused()
    where.change(edited(where, length=minutes(40)), AT)
    where.accept("a", AT)
    where.accept("b", AT)
    happened = where.do(cmd.RemoveSeat("c", "", declined=True), AT)
    assert kinds(happened) == ["seat_removed", "resume_announced"]


def test_the_former_version_cannot_be_accepted_any_more() -> None:
    from auctions.domain import commands as cmd

    where = paused()
    former = where.state.terms_hash
    where.change(edited(where, length=minutes(40)), AT)
    with pytest.raises(TermsHashDiffers):
        where.do(cmd.AcceptTerms("a", 1, former, "r"), AT)
    with pytest.raises(TermsHashDiffers):
        where.do(cmd.AcceptTerms("a", 2, former, "r"), AT)


def test_an_officers_pause_may_hold_on_over_the_consent() -> None:
    where = paused()
    where.change(edited(where, length=minutes(40)), AT)
    where.pause(AT + seconds(1))
    assert kinds(where.until(AT + minutes(30))) == ["pause_lifted"]
    assert where.lot.pauses == {PauseCause.OFFICER}


def test_a_shorter_length_leaves_the_window() -> None:
    where = paused(of=terms(consent_time=seconds(0)))
    where.change(edited(where, length=minutes(11)), AT)
    where.until(AT + minutes(1))
    assert where.lot.deadline == AT + minutes(1) + minutes(3)


def test_a_new_start_is_kept_to_the_moment() -> None:
    where = Room(terms(consent_time=seconds(0)))
    where.pause(START - minutes(5))
    where.change(edited(where, starts_at=START + minutes(15)), START - minutes(4))
    where.until(START + minutes(14))
    assert where.lot.starts_at == START + minutes(15)
