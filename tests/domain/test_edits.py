"""Edits of the terms, and consent to them."""

from __future__ import annotations

from dataclasses import replace
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
from auctions.domain.terms import Feedback, SoftClose, Step, Terms, TiePolicy
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
