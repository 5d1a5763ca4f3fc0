"""Sealed rounds ranked by a score: a round improves when it lowers the leading score."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.refusals import LateNotScored, ScoringFixed
from auctions.domain.terms import Feedback, SealedRoundsTerms
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_scoring import StepOn
from tests.domain.forged import assert_named
from tests.domain.room import START, US, opened_reserves, with_reserve
from tests.domain.rounds_room import PAUSE, RoundsRoom, rounds_terms
from tests.domain.test_sealed_scoring import QUALITY, D, values

UNTIL_THE_LAST = SealedRoundsTerms(pause=PAUSE, least_active=0)


def rounds(**fields: Any) -> RoundsRoom:
    given = {"scoring": QUALITY, **fields}
    where = RoundsRoom(rounds_terms(given.pop("own", None), **given), start=False)
    values(where, "b", "0.2")
    where.until(START)
    return where


def test_a_round_that_lowers_the_leading_score_improves_though_the_price_rises() -> None:
    where = rounds(own=UNTIL_THE_LAST)
    where.play(a=900, c=950)
    where.play(b=1000)  # 800
    assert where.lot.rounds.improved == (1, 2)
    where.play(c=940)
    assert where.lot.rounds.improved == (1, 2)
    assert (where.lot.winner, where.lot.price) == ("b", D(1000))
    where.replayed()


def test_a_round_that_lowers_a_price_but_not_the_leading_score_is_the_last() -> None:
    where = rounds(own=UNTIL_THE_LAST)
    where.play(a=900, b=1000)
    where.play(a=810)  # the lowest price, and still above 800
    (stopped,) = where.of_kind(ev.RoundsStopped)
    assert (stopped.round, stopped.cause) == (2, "unimproved")
    assert where.lot.winner == "b"
    where.replayed()
    assert_named(where, ev.LotClosed, lambda e: replace(e, seat="a", amount=D("810.00")))


def test_a_step_on_the_score_is_asked_in_the_next_round() -> None:
    where = rounds(scoring=replace(QUALITY, step_on=StepOn.SCORE))
    where.play(a=900, b=1000)
    assert where.most("a") == D("890.00")
    assert where.most("b") == D("987.50")  # ten of the score are 12.50 of its price
    where.offer("b", "987.51")
    where.offer("a", "890.00")
    where.opening()
    (rejected,) = where.of_kind(ev.OfferRejected)
    assert (rejected.seat, rejected.reason) == ("b", "auction.bid_too_high")
    where.replayed()


def test_between_rounds_values_stand_and_nobody_is_invited() -> None:
    where = rounds(own=UNTIL_THE_LAST)
    where.play(a=900)
    assert where.state.phase.is_open
    for at in (where.begins + US, where.begins + 2 * US):
        with pytest.raises(ScoringFixed):
            values(where, "c", "0.1", at=at)
        with pytest.raises(LateNotScored):
            where.do(cmd.AdmitSeat("d"), at)


def test_the_reserve_of_rounds_looks_at_the_price() -> None:
    own = SealedRoundsTerms(pause=PAUSE, least_active=0, stop_at_reserve=True)
    told = Feedback(rank=True, reserve_met=True)
    terms = with_reserve(rounds_terms(own, scoring=QUALITY, feedback=told), "900.00")
    assert check_terms(terms) == []
    where = RoundsRoom(terms, start=False)
    where.reserves = opened_reserves(terms, "900.00")
    values(where, "b", "0.2")
    where.until(START)
    where.play(b=1000, c=950)  # 800, though above it
    assert where.of_kind(ev.RoundsStopped) == []
    where.play(a=900)
    # The lead is still b's, so this round would be the last in any case.
    (stopped,) = where.of_kind(ev.RoundsStopped)
    assert stopped.cause == "unimproved"
    assert (where.lot.winner, where.lot.price) == ("a", D("900.00"))
    where.replayed()
