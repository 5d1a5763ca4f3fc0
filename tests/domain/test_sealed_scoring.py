"""Sealed offers ranked by a score: values stand from the start on, whoever has offered by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import outcome
from auctions.domain.commands import Officer
from auctions.domain.refusals import (
    LateNotScored,
    Refusal,
    RemovalWouldTell,
    ScoringFixed,
    TermsUnfit,
)
from auctions.domain.rules.abnormal import flags
from auctions.domain.state import LotPhase
from auctions.domain.terms import (
    Feedback,
    Format,
    PackageTerms,
    Terms,
    TiePolicy,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.replay import ReplayFailed, replay_all, replay_own
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.forged import assert_named, steps_of
from tests.domain.lines_room import LinesRoom, sealed_terms
from tests.domain.room import BEFORE, START, US, Room, lot, opened_reserves, with_reserve
from tests.domain.rounds_room import STEP, rounds_terms
from tests.domain.test_sealed import END, LATER, SealedRoom, of

D = Decimal
QUALITY = ScoringTerms(
    ScoringMethod.WEIGHTED, (Criterion("quality", CriterionKind.WEIGHT, D("0.2")),)
)
LANDED = ScoringTerms(
    ScoringMethod.LANDED,
    (Criterion("duty", CriterionKind.PERCENT), Criterion("freight", CriterionKind.AMOUNT)),
)
# The whole share makes a coefficient of 1 + 0.2 / 0.8: a price of 100 counts as 80.
BEST: Mapping[str, str] = {"b": "0.2"}


def values(where: Room, seat: str, *given: str, at: Any = BEFORE, number: int = 1) -> Any:
    command = cmd.SetScoring(seat, number, tuple(map(D, given)), Officer.BUYER, where.ref())
    return where.do(command, at)


def room(of_seats: Mapping[str, str] = BEST, **fields: Any) -> SealedRoom:
    """Scored by quality, the lot under way; values as given, one criterion."""
    where = SealedRoom(of(**{"scoring": QUALITY, **fields}), start=False)
    for seat, value in of_seats.items():
        values(where, seat, *value.split())
    where.until(START)
    return where


def codes(terms: Terms) -> list[tuple[str | None, str]]:
    return [(each.field, each.code) for each in check_terms(terms)]


# Who wins ------------------------------------------------------------------------------------


def test_the_lowest_score_wins_at_its_own_price() -> None:
    where = room()
    where.offer("a", "85.00")
    where.offer("b", "100.00")  # 80
    where.offer("c", "81.00")
    closed = where.opened()

    assert (closed.seat, closed.amount) == ("b", D("100.00"))
    ranks = outcome.ranking(where.state, 1)
    assert [(each.seat, each.rank) for each in ranks] == [("b", 1), ("c", 2), ("a", 3)]
    assert outcome.score(where.state, "b", 1, D("100.00")) == 80
    where.replayed()
    assert state_from_text(state_to_text(where.state)) == where.state


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [(TiePolicy.FIRST, [1, 2]), (TiePolicy.EQUAL_BEST, [1, 1]), (TiePolicy.EQUAL_WORST, [2, 2])],
)
def test_of_equal_scores_the_offer_sealed_first_wins(ties: TiePolicy, ranks: list[int]) -> None:
    where = room(ties=ties)
    where.offer("a", "80.00")
    where.offer("b", "100.00", START + 2 * US)
    assert where.opened().seat == "a"
    assert [each.rank for each in outcome.ranking(where.state, 1)] == ranks

    where = room(ties=ties)
    where.offer("a", "90.00")
    where.offer("b", "100.00", START + 2 * US)
    where.offer("a", "80.00", START + 3 * US)  # in the place of the first: sealed after b's
    assert where.opened().seat == "b"


def test_scores_are_not_rounded() -> None:
    thirds = {"a": "0.1", "b": "0.1"}
    where = room(thirds)
    where.offer("a", "100.01")
    where.offer("b", "100.00", START + 2 * US)
    assert where.opened().seat == "b"
    assert outcome.score(where.state, "b", 1, D("100.00")) == Fraction(800, 9)


def test_ceiling_and_reserve_look_at_the_price_and_the_order_at_the_score() -> None:
    terms = with_reserve(of(scoring=QUALITY, lots=(lot(ceiling=D("101.00")),)), "90.00")
    where = SealedRoom(terms, start=False)
    where.reserves = opened_reserves(terms, "90.00")
    values(where, "b", "0.2")
    values(where, "c", "0.2")
    where.until(START)
    where.offer("a", "90.00")
    where.offer("b", "100.00")  # 80, and above the reserve
    where.offer("c", "101.01")  # above the ceiling, though it would count as 80.808
    closed = where.opened()

    assert (closed.seat, closed.amount) == ("a", D("90.00"))
    assert [each.seat for each in outcome.ranking(where.state, 1)] == ["b", "a"]
    (rejected,) = [each for each in where.events if isinstance(each, ev.OfferRejected)]
    assert (rejected.seat, rejected.reason) == ("c", "auction.above_ceiling")
    where.replayed()


def test_the_total_of_positions_is_scored() -> None:
    where = LinesRoom(sealed_terms(scoring=QUALITY), start=False)
    values(where, "b", "0.2")
    where.until(START)
    where.priced("a", "10 10 10")  # 135
    where.priced("b", "12 12 12")  # 162, which counts as 129.6
    closed = where.opened()
    assert (closed.seat, closed.amount) == ("b", D("162.00"))
    where.replayed()


def test_further_currencies_are_turned_into_the_auctions_before_they_are_scored() -> None:
    usd = CurrencyRate("USD", 1, D("0.5"), None, "European Central Bank", "2026-02-27")
    where = SealedRoom(of(scoring=LANDED, currencies=(usd,)), start=False)
    values(where, "b", "10", "5")  # set before it says its money, or after: the same
    for seat, code in (("a", "EUR"), ("b", "USD")):
        where.do(cmd.DeclarePrices(seat, code, None, where.ref()), BEFORE)
    where.until(START)
    where.offer("a", "60.01")
    where.offer("b", "100.00")  # 50 euro, 10 percent of it, and 5
    closed = where.opened()
    assert (closed.seat, closed.amount) == ("b", D("100.00"))
    assert outcome.score(where.state, "b", 1, D("100.00")) == 60
    where.replayed()


@pytest.mark.parametrize(
    ("prices", "flagged"),
    [
        # As prices the lowest lies a third below the next one; as scores a quarter.
        ({"a": "60.00", "b": "100.00", "c": "90.00"}, []),
        # As prices a seventh; as scores 48 lies 31 percent below 70.
        ({"a": "70.00", "b": "60.00", "c": "80.00"}, ["b"]),
    ],
)
def test_abnormally_low_is_the_score(prices: dict[str, str], flagged: list[str]) -> None:
    where = room()
    for seat, price in prices.items():
        where.offer(seat, price)
    where.opened()
    assert [flag.seat for flag in flags(where.state, 1)] == flagged


# Values are fixed by the start, and by nothing else --------------------------------------------


def test_values_may_be_set_until_the_start_and_for_nobody_after_it() -> None:
    where = SealedRoom(of(scoring=QUALITY), start=False)
    values(where, "a", "0.1")
    values(where, "a", "0.2", at=START - US)
    where.until(START)
    where.offer("a", "80.00")
    for at in (START + 2 * US, END):
        refused = [_refused(where, seat, at) for seat in "abc"]  # a has offered, b and c have not
        assert refused == [(ScoringFixed, {"lot": 1})] * 3
    where.until(END)
    assert where.lot.phase is LotPhase.SEALED
    assert [_refused(where, seat, LATER) for seat in "abc"] == [(ScoringFixed, {"lot": 1})] * 3


def _refused(where: Room, seat: str, at: Any) -> tuple[type[Refusal], Any]:
    with pytest.raises(Refusal) as caught:
        values(where, seat, "0.1", at=at)
    return type(caught.value), caught.value.data


def test_a_lot_whose_start_was_held_takes_values_meanwhile() -> None:
    where = SealedRoom(of(scoring=QUALITY), start=False)
    where.pause(BEFORE)
    values(where, "a", "0.1", at=START + US)
    assert where.lot.values == {"a": (D("0.1"),)}


@pytest.mark.parametrize("offers", ["", "a"])
def test_nobody_is_invited_once_a_lot_has_started(offers: str) -> None:
    where = SealedRoom(of(scoring=QUALITY), seats="ab", start=False)
    where.admit("c", START - US)
    where.until(START)
    for seat in offers:
        where.offer(seat, "80.00")
    with pytest.raises(LateNotScored):
        where.do(cmd.AdmitSeat("d"), START + 2 * US)
    with pytest.raises(RemovalWouldTell):  # so none can be replaced by another either
        where.do(cmd.RemoveSeat("c", "", False), START + 3 * US)
    assert "d" not in where.state.seats


def test_without_a_score_late_invitations_go_on() -> None:
    where = SealedRoom(of())
    where.do(cmd.AdmitSeat("d"), START + US)
    assert where.state.seats["d"].late


# What the terms may say -----------------------------------------------------------------------


def test_terms_of_sealed_formats_with_a_score() -> None:
    assert codes(of(scoring=QUALITY)) == []
    assert codes(rounds_terms(scoring=QUALITY)) == []
    assert codes(of(scoring=QUALITY, blind=True)) == [("scoring", "terms.scoring_not_blind")]
    assert codes(of(scoring=QUALITY, format=Format.VICKREY)) == [
        ("scoring", "terms.rule_not_here"),
        ("scoring", "terms.rule_not_here"),
    ]


def test_no_offers_before_the_start_where_they_are_scored() -> None:
    assert codes(of(prebid_opens_at=BEFORE)) == []
    assert codes(of(scoring=QUALITY, prebid_opens_at=BEFORE)) == [
        ("prebid_opens_at", "terms.scoring_no_prebids")
    ]


def test_no_edit_brings_them_in() -> None:
    where = SealedRoom(of(scoring=QUALITY), start=False)
    where.pause(BEFORE)
    new = replace(where.state.rules, version=2, prebid_opens_at=START - US)
    with pytest.raises(TermsUnfit) as caught:
        where.change(new, BEFORE + US)
    assert caught.value.data["problem"] == "terms.scoring_no_prebids"


def test_packages_and_discounts_are_not_scored() -> None:
    lots = (lot(1), lot(2))
    for packages in (PackageTerms(), PackageTerms(per_supplier=0, discounts=True)):
        assert codes(of(lots=lots, packages=packages)) == []
        for terms in (of(lots=lots), rounds_terms(lots=(lot(step=STEP), lot(2, step=STEP)))):
            found = codes(replace(terms, packages=packages, scoring=QUALITY))
            assert found == [("packages", "terms.packages_not_scored")]


def test_a_step_on_the_score_only_where_there_is_a_step() -> None:
    on_score = replace(QUALITY, step_on=StepOn.SCORE)
    assert codes(of(scoring=on_score)) == [("scoring.step_on", "terms.rule_not_here")]
    assert codes(rounds_terms(scoring=on_score)) == []


# Who learns what ------------------------------------------------------------------------------


def _shown(where: Room, viewer: Viewer) -> dict[str, Any]:
    seen = standing(where.state, viewer).lots[0]
    rows = {each.seat: (each.values, each.score) for each in seen.participants or ()}
    own = None if seen.own is None else (seen.own.values, seen.own.score)
    return {"own": own, **rows}


def test_values_are_told_to_their_supplier_and_scores_once_opened() -> None:
    where = room(feedback=Feedback(rank=True, lead=True))
    where.offer("a", "85.00")
    where.offer("b", "100.00")
    mine, others, buyer = (D("0.2"),), Viewer(Role.SUPPLIER, "a"), Viewer(Role.BUYER)
    b = Viewer(Role.SUPPLIER, "b")
    for at in (START + 5 * US, END):
        where.until(at)
        assert _shown(where, b) == {"own": (mine, None)}
        assert _shown(where, others) == {"own": (None, None)}
        assert _shown(where, buyer) == {
            "own": None, "a": (None, None), "b": (mine, None), "c": (None, None)
        }  # fmt: skip
    where.opened()
    assert _shown(where, b) == {"own": (mine, D("80.000000"))}
    assert _shown(where, others) == {"own": (None, D("85.000000"))}
    assert _shown(where, buyer) == {
        "own": None, "a": (None, D("85.000000")), "b": (mine, D("80.000000")), "c": (None, None)
    }  # fmt: skip
    # The lead as the own price that would equal it; who is not in it is told none.
    leads = {seat: standing(where.state, Viewer(Role.SUPPLIER, seat)).lots[0].lead for seat in "ab"}
    assert leads == {"a": D("80.00"), "b": D("100.00")}
    assert standing(where.state, Viewer(Role.OBSERVER)).lots[0].lead is None


def test_that_values_were_set_is_told_to_their_supplier_and_the_buyer() -> None:
    where = SealedRoom(of(scoring=QUALITY), start=False)
    (event,) = values(where, "b", "0.2")
    told = {
        who: event_view(where.state, where.state, event, viewer) is not None
        for who, viewer in {
            "b": Viewer(Role.SUPPLIER, "b"), "a": Viewer(Role.SUPPLIER, "a"),
            "buyer": Viewer(Role.BUYER), "neutral": Viewer(Role.NEUTRAL),
            "observer": Viewer(Role.OBSERVER),
        }.items()
    }  # fmt: skip
    assert told == {"b": True, "buyer": True, "a": False, "neutral": False, "observer": False}


# The verifier ---------------------------------------------------------------------------------


def played() -> SealedRoom:
    where = room({"b": "0.2", "c": "0"})
    for seat, price in (("a", "85.00"), ("b", "100.00"), ("c", "81.00")):
        where.offer(seat, price)
    where.opened()
    return where


def test_another_winner_than_the_scores_make_is_found() -> None:
    where = played()
    for seat, amount in (("c", "81.00"), ("a", "85.00"), ("b", "80.00"), (None, None)):
        price = None if amount is None else D(amount)
        assert_named(where, ev.LotClosed, lambda e, s=seat, p=price: replace(e, seat=s, amount=p))


def test_values_with_which_another_wins_are_found_at_the_result() -> None:
    where = played()
    steps = steps_of(where)
    place = next(n for n, each in enumerate(steps) if isinstance(each.event, ev.ScoringSet))
    steps[place] = replace(steps[place], event=replace(steps[place].event, values=(D("0.1"),)))
    closed = next(n for n, each in enumerate(steps, 1) if isinstance(each.event, ev.LotClosed))
    with pytest.raises(ReplayFailed) as failed:
        replay_all(steps, {})
    assert failed.value.seq == closed
    assert replay_own(steps_of(where), "a") is not None


@pytest.mark.parametrize("value", ["0.3", "-0.1", "0.0000001"])
def test_values_that_the_terms_do_not_allow_are_found(value: str) -> None:
    assert_named(played(), ev.ScoringSet, lambda event: replace(event, values=(D(value),)))


def test_values_set_and_a_seat_admitted_after_the_start_are_found() -> None:
    """Entries that a server without these rules would have written."""
    for late in (
        ev.ScoringSet(1, "b", (D("0.1"),), Officer.BUYER, START + 2 * US),
        ev.SeatAdmitted("d", late=True),
    ):
        where = room()
        where._apply((late,))
        place = len(where.events)
        with pytest.raises(ReplayFailed) as failed:
            replay_all(steps_of(where), {})
        assert failed.value.seq == place
