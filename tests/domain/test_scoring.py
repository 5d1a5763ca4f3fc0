"""Scoring: each seat's values make one affine form; ranks follow the unrounded score."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import outcome
from auctions.domain.affine import affine, affine_of
from auctions.domain.commands import Officer
from auctions.domain.refusals import (
    AboveCeiling,
    BidTooHigh,
    NotScored,
    ScoringFixed,
    ScoringValueUnfit,
)
from auctions.domain.terms import Basis, Feedback, Step, StepKind
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from auctions.domain.visibility import Role, Viewer, event_view, standing
from tests.domain.room import BEFORE, START, Room, lot, seconds, terms

D = Decimal
WEIGHTED = ScoringTerms(
    ScoringMethod.WEIGHTED,
    (
        Criterion("delivery", CriterionKind.WEIGHT, D("0.1")),
        Criterion("warranty", CriterionKind.WEIGHT, D("0.2")),
    ),
)
BONUS = ScoringTerms(
    ScoringMethod.BONUS_MALUS,
    (Criterion("quality", CriterionKind.PERCENT), Criterion("freight", CriterionKind.AMOUNT)),
)


def room(scoring: ScoringTerms, **fields: Any) -> Room:
    return Room(terms(scoring=scoring, **fields), seats="ab")


def values(where: Room, seat: str, *given: str, at: Any = BEFORE) -> Any:
    command = cmd.SetScoring(seat, 1, tuple(map(D, given)), Officer.BUYER, where.ref())
    return where.do(command, at)


def test_weights_make_the_coefficient_of_the_formula() -> None:
    form = affine_of(WEIGHTED, (D("0.05"), D("0.2")))

    coef = 1 + Fraction(25, 100) / (1 - Fraction(3, 10))
    assert form.score(D(100)) == 100 / coef
    assert form.price(form.score(D("17.31"))) == Fraction("17.31")


def test_percents_and_amounts_add_to_the_price() -> None:
    form = affine_of(BONUS, (D("-2.5"), D("3.333333")))

    assert form.score(D(200)) == Fraction(195) + Fraction("3.333333")


def test_two_forms_in_a_row_are_one() -> None:
    first, second = affine(Fraction(3, 2), Fraction(1)), affine(Fraction(2, 3), Fraction(-5))

    assert second.after(first).score(D(7)) == second.score(first.score(D(7)))


def test_the_dearer_offer_leads_where_it_scores_better() -> None:
    where = room(WEIGHTED)
    values(where, "b", "0.1", "0.2")
    where.until(START)
    where.bid("a", 100, START + seconds(1))
    where.bid("b", 140, START + seconds(2))

    assert [one.seat for one in outcome.ranking(where.state, 1)] == ["b", "a"]
    closed = where.until(START + seconds(4000))[0]
    assert (closed.seat, closed.amount) == ("b", D(140))  # type: ignore[union-attr]


def test_scores_are_never_rounded() -> None:
    thirds = ScoringTerms(
        ScoringMethod.WEIGHTED, (Criterion("one", CriterionKind.WEIGHT, D("0.3")),)
    )
    where = Room(terms(scoring=thirds, lots=(lot(scale=6),)), seats="ab")
    values(where, "a", "0.1")  # coef 8/7: 8 scores 7
    where.until(START)
    where.bid("b", "7.000001", START + seconds(1))
    where.bid("a", "8.000001", START + seconds(2))  # 7.000000875

    assert [one.seat for one in outcome.ranking(where.state, 1)] == ["a", "b"]


def test_the_step_is_in_the_own_price_and_the_ceiling_on_it() -> None:
    where = room(BONUS)
    values(where, "a", "-50", "0")
    where.until(START)
    with pytest.raises(AboveCeiling):
        where.bid("a", 1001, START + seconds(1))
    where.bid("a", 1000, START + seconds(1))

    assert where.most("a") == D(995)


def test_a_step_on_the_score_is_told_in_the_own_price() -> None:
    scoring = ScoringTerms(BONUS.method, BONUS.criteria, StepOn.SCORE)
    step = Step(StepKind.ABSOLUTE, D(10), None)
    where = Room(terms(scoring=scoring, lots=(lot(step=step),)), seats="ab")
    values(where, "a", "-50", "7")
    where.until(START)
    where.bid("a", 500, START + seconds(1))  # scores 257

    assert where.most("a") == D(480)  # scores 247
    with pytest.raises(BidTooHigh):
        where.bid("a", "480.01", START + seconds(2))
    where.bid("a", 480, START + seconds(2))


def test_before_the_start_a_step_on_the_score_is_below_the_own_bid_alone() -> None:
    scoring = ScoringTerms(BONUS.method, BONUS.criteria, StepOn.SCORE)
    seen = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)
    of = terms(
        scoring=scoring, basis=Basis.LEADER, feedback=seen, prebid_opens_at=START - seconds(1800)
    )
    given = []
    for others in (990, 500):
        where = Room(of, "ab")
        where.until(START - seconds(1800))
        where.bid("b", others, START - seconds(60))
        where.bid("a", 1000, START - seconds(60))
        given.append(where.most("a"))
    assert given == [D(995), D(995)]
    where.until(START)
    assert where.most("a") == D("497.50")


def test_the_buyer_reads_how_far_each_is_above_its_own_price_that_equals_the_lead() -> None:
    where = room(WEIGHTED)
    values(where, "a", "0.1", "0.2")  # coef 1 + 0.3 / 0.7
    where.until(START)
    where.bid("a", 549, START + seconds(1))
    where.bid("b", 500, START + seconds(2))

    def gaps(viewer: Viewer) -> dict[str, Any]:
        rows = standing(where.state, viewer).lots[0].participants or ()
        return {row.seat: row.gap for row in rows}

    assert gaps(Viewer(Role.BUYER)) == {"a": 0, "b": D("115.70")}  # 549 / 500 is no gain
    assert gaps(Viewer(Role.NEUTRAL)) == {}


def test_the_lead_is_told_to_each_seat_in_its_own_price() -> None:
    seen = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)
    where = Room(terms(scoring=BONUS, feedback=seen, basis=Basis.LEADER), seats="ab")
    values(where, "b", "10", "5")
    where.until(START)
    where.bid("a", 600, START + seconds(1))

    view = standing(where.state, Viewer(Role.SUPPLIER, "b"))
    assert view.lots[0].lead == D("540.90")  # 540.90 x 1.1 + 5 = 599.99
    assert standing(where.state, Viewer(Role.OBSERVER)).lots[0].lead is None
    assert where.most("b") == D("538.19")  # half a percent below
    assert standing(where.state, Viewer(Role.SUPPLIER, "a")).lots[0].lead == D(600)


def test_a_supplier_knows_its_own_values_and_nobody_elses() -> None:
    where = room(BONUS)
    (event,) = values(where, "a", "5", "0")

    def told(viewer: Viewer) -> Any:
        return event_view(where.state, where.state, event, viewer)

    assert told(Viewer(Role.SUPPLIER, "a")) is not None
    assert told(Viewer(Role.BUYER)) is not None
    for other in (Viewer(Role.SUPPLIER, "b"), Viewer(Role.OBSERVER), Viewer(Role.NEUTRAL)):
        assert told(other) is None
    where.until(START)
    where.bid("a", 100, START + seconds(1))
    own = standing(where.state, Viewer(Role.SUPPLIER, "a")).lots[0].own
    assert own is not None
    assert (own.values, own.score) == ((D(5), D(0)), D("105.000000"))
    other = standing(where.state, Viewer(Role.SUPPLIER, "b")).lots[0].own
    assert other is not None
    assert (other.values, other.score) == (None, None)


def test_values_are_fixed_by_the_start_and_by_the_first_bid() -> None:
    where = Room(terms(scoring=BONUS, prebid_opens_at=BEFORE), seats="abc")
    where.until(BEFORE)
    where.bid("a", 100, BEFORE + seconds(1))
    with pytest.raises(ScoringFixed):
        values(where, "a", "1", "1", at=BEFORE + seconds(2))
    values(where, "b", "1", "1", at=BEFORE + seconds(2))
    where.until(START)
    with pytest.raises(ScoringFixed):
        values(where, "b", "1", "1", at=START + seconds(1))
    where.admit("z", START + seconds(2))
    values(where, "z", "1", "1", at=START + seconds(3))
    where.bid("z", 90, START + seconds(4))
    with pytest.raises(ScoringFixed):
        values(where, "z", "0", "0", at=START + seconds(5))


@pytest.mark.parametrize(
    ("scoring", "given", "field"),
    [
        (WEIGHTED, ("0.11", "0"), "values.1"),
        (WEIGHTED, ("0", "-0.1"), "values.2"),
        (WEIGHTED, ("0",), "values"),
        (BONUS, ("0", "0.0000001"), "values.2"),
        (BONUS, ("-100", "0"), "values.1"),
    ],
)
def test_values_stay_within_the_terms(
    scoring: ScoringTerms, given: tuple[str, ...], field: str
) -> None:
    with pytest.raises(ScoringValueUnfit) as caught:
        values(room(scoring), "a", *given)
    assert caught.value.field == field


def test_without_scoring_in_the_terms_nothing_is_set() -> None:
    with pytest.raises(NotScored):
        values(Room(), "a", "1")


def one(kind: CriterionKind, most: str | None = None, name: str = "x") -> tuple[Criterion, ...]:
    return (Criterion(name, kind, None if most is None else D(most)),)


@pytest.mark.parametrize(
    ("scoring", "code"),
    [
        (ScoringTerms(ScoringMethod.WEIGHTED, ()), "terms.out_of_range"),
        (
            ScoringTerms(ScoringMethod.WEIGHTED, one(CriterionKind.WEIGHT, "0.31")),
            "terms.out_of_range",
        ),
        (
            ScoringTerms(
                ScoringMethod.WEIGHTED,
                one(CriterionKind.WEIGHT, "0.2") + one(CriterionKind.WEIGHT, "0.11", "y"),
            ),
            "terms.weights_too_heavy",
        ),
        (
            ScoringTerms(ScoringMethod.LIFE_CYCLE, one(CriterionKind.PERCENT)),
            "terms.criterion_not_here",
        ),
        (
            ScoringTerms(
                ScoringMethod.LANDED,
                one(CriterionKind.AMOUNT) + one(CriterionKind.AMOUNT, name="X"),
            ),
            "terms.criterion_twice",
        ),
        (ScoringTerms(ScoringMethod.LANDED, one(CriterionKind.AMOUNT, name=" ")), "terms.missing"),
    ],
)
def test_a_formula_that_cannot_be_is_refused(scoring: ScoringTerms, code: str) -> None:
    assert [problem.code for problem in check_terms(terms(scoring=scoring))] == [code]


def test_a_blind_buyer_cannot_set_values() -> None:
    found = check_terms(terms(scoring=WEIGHTED, blind=True))
    assert [problem.code for problem in found] == ["terms.scoring_not_blind"]


def test_terms_without_scoring_keep_their_document() -> None:
    assert "scoring" not in terms().document()
