"""Budget: what is paid is fixed, the highest quantity wins; all else as in the open auction."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from auctions.domain import commands as cmd
from auctions.domain import worth
from auctions.domain.award_rule import award_rule
from auctions.domain.commands import OpenedReserve
from auctions.domain.events import LotClosed, LotOutcome
from auctions.domain.outcome import ranking
from auctions.domain.refusals import (
    BelowFloor,
    EditNotAllowed,
    GuardBlocked,
    GuardRetype,
    LeadEqualled,
    NoRoomAbove,
    NotInFormat,
    OffGrid,
    QuantityBuffered,
    QuantityTooHigh,
    QuantityTooLow,
    ScaleWrong,
)
from auctions.domain.rules import abnormal
from auctions.domain.terms import (
    AutomaticBids,
    Band,
    Basis,
    Feedback,
    Format,
    FrontBuffer,
    Guard,
    LineTerms,
    Step,
    StepKind,
    TiePolicy,
    Trigger,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from auctions.domain.visibility import Role, Viewer, standing
from tests.domain.budget_room import budget_lot, budget_terms
from tests.domain.room import SALT, START, Room, limit_command, lot, minutes, seconds, terms

D = Decimal
SEEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


def room(**fields: object) -> Room:
    return Room(budget_terms(**fields), start=True)  # type: ignore[arg-type]


def test_the_highest_quantity_leads_and_wins_and_of_equal_ones_the_first() -> None:
    where = room()
    where.bid("a", "1000", START + seconds(1))
    where.bid("b", "1300", START + seconds(2))
    where.bid("c", "1300", START + seconds(3))
    where.bid("a", "1250", START + seconds(4))

    assert [(one.seat, one.rank) for one in ranking(where.state, 1)] == [
        ("b", 1), ("c", 2), ("a", 3),
    ]  # fmt: skip
    closed = [each for each in where.until(START + minutes(60)) if isinstance(each, LotClosed)]
    assert [(each.outcome, each.seat, each.amount) for each in closed] == [
        (LotOutcome.WON, "b", D(1300))
    ]


def test_a_first_quantity_must_reach_the_floor() -> None:
    where = room()

    assert where.most("a") == 1000
    with pytest.raises(BelowFloor) as refused:
        where.bid("a", "999", START + seconds(1))
    assert refused.value.data == {"least": "1000"}
    where.bid("a", "1000", START + seconds(2))


def test_without_a_floor_any_first_quantity_will_do() -> None:
    where = room(lots=(budget_lot(floor=None),))

    assert where.most("a") is None
    where.bid("a", "1", START + seconds(1))


@pytest.mark.parametrize(
    ("step", "best", "least"),
    [
        (Step(StepKind.ABSOLUTE, D(5), None), "1000", "1005"),
        (Step(StepKind.PERCENT, None, D(1)), "1000", "1010"),
        (Step(StepKind.PERCENT, None, D("0.5")), "1001", "1007"),  # 1006.005 rounds up
        (Step(StepKind.PERCENT, None, D("0.01")), "1000", "1001"),  # at least one unit
        (Step(StepKind.SMALLER, D(50), D(1)), "2000", "2020"),
        (Step(StepKind.BANDS, None, None, (Band(D(0), D(3)), Band(D(2000), None, D(2)))),
         "2001", "2042"),
    ],
)  # fmt: skip
def test_the_step_is_added_and_rounded_up(step: Step, best: str, least: str) -> None:
    where = room(lots=(budget_lot(step=step),))
    where.bid("a", best, START + seconds(1))

    assert where.most("a") == D(least)
    with pytest.raises(QuantityTooLow) as refused:
        where.bid("a", str(D(least) - 1), START + seconds(2))
    assert refused.value.data == {"least": least}
    where.bid("a", least, START + seconds(3))


def test_decimal_places_and_the_grid_round_up_too() -> None:
    fine = budget_lot(scale=3, floor=D("10.000"), step=Step(StepKind.PERCENT, None, D("0.33")))
    where = room(lots=(fine,))
    where.bid("a", "10.001", START + seconds(1))
    assert where.most("a") == D("10.035")  # 10.0340033

    coarse = budget_lot(grid=D(25), step=Step(StepKind.PERCENT, None, D(1)))
    where = room(lots=(coarse,))
    where.bid("a", "1000", START + seconds(1))
    assert where.most("a") == 1025
    with pytest.raises(OffGrid):
        where.bid("a", "1030", START + seconds(2))
    with pytest.raises(ScaleWrong):
        where.bid("a", "1025.5", START + seconds(3))


def test_the_lead_is_the_basis_where_everybody_always_sees_it() -> None:
    where = room(basis=Basis.LEADER, feedback=SEEN)
    where.bid("a", "1200", START + seconds(1))

    assert where.most("b") == 1205
    with pytest.raises(QuantityTooLow):
        where.bid("b", "1204", START + seconds(2))
    where.bid("b", "1205", START + seconds(3))


def test_equalling_the_lead_may_be_forbidden() -> None:
    where = room(ties=TiePolicy.FORBID_LEAD, feedback=SEEN)
    where.bid("a", "1200", START + seconds(1))

    with pytest.raises(LeadEqualled):
        where.bid("b", "1200", START + seconds(2))
    where.bid("b", "1199", START + seconds(3))
    where.bid("b", "1204", START + seconds(4))


def test_a_front_buffer_asks_a_greater_step_of_who_takes_the_lead() -> None:
    where = room(front_buffer=FrontBuffer(D(20)), feedback=SEEN)
    where.bid("a", "1200", START + seconds(1))

    with pytest.raises(QuantityBuffered) as refused:
        where.bid("b", "1219", START + seconds(2))
    assert refused.value.data == {"least": "1220"}
    where.bid("b", "1100", START + seconds(3))  # does not take the lead
    where.bid("b", "1220", START + seconds(4))


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [
        (TiePolicy.FIRST, [("b", 1), ("c", 2), ("a", 3)]),
        (TiePolicy.EQUAL_BEST, [("b", 1), ("c", 1), ("a", 3)]),
        (TiePolicy.EQUAL_WORST, [("b", 2), ("c", 2), ("a", 3)]),
    ],
)
def test_equal_quantities_rank_as_the_terms_say(
    ties: TiePolicy, ranks: list[tuple[str, int]]
) -> None:
    where = room(ties=ties)
    for place, (seat, amount) in enumerate((("a", "1000"), ("b", "1100"), ("c", "1100"))):
        where.bid(seat, amount, START + seconds(1 + place))

    assert [(one.seat, one.rank) for one in ranking(where.state, 1)] == ranks


# Guard ------------------------------------------------------------------------------------------


def test_a_mistyped_zero_asks_to_type_again() -> None:
    where = room(guard=Guard())
    where.bid("a", "1000", START + seconds(1), retyped="1000")

    with pytest.raises(GuardRetype):
        where.bid("a", "10100", START + seconds(2))
    with pytest.raises(GuardRetype):
        where.bid("a", "1251", START + seconds(3))
    where.bid("a", "1250", START + seconds(4))  # 25 % up: not past it
    where.bid("a", "12500", START + seconds(5), retyped="12500")


def test_past_the_block_a_neutral_person_unlocks_up_to_what_was_asked() -> None:
    where = room(guard=Guard(warn=None, retype=None, block=D(50)))
    where.bid("a", "1000", START + seconds(1))
    with pytest.raises(GuardBlocked):
        where.bid("a", "1501", START + seconds(2))

    where.do(cmd.RequestUnlock("a", 1, D(2000), where.ref()), START + seconds(3))
    assert where.lot.seats["a"].unlock_pending == 2000
    decided = cmd.DecideUnlock(1, "a", True, "checked", cmd.Officer.NEUTRAL, where.ref())
    where.do(decided, START + seconds(4))

    with pytest.raises(GuardBlocked):
        where.bid("a", "2001", START + seconds(5))
    where.bid("a", "1600", START + seconds(6))
    assert where.lot.seats["a"].unlocked_to is None


def test_a_request_to_unlock_is_settled_by_going_as_far_as_it_asked() -> None:
    where = room(guard=Guard(warn=None, retype=None, block=D(50)))
    where.bid("a", "1000", START + seconds(1))
    where.do(cmd.RequestUnlock("a", 1, D(1600), where.ref()), START + seconds(2))

    where.bid("a", "1400", START + seconds(3))
    assert where.lot.seats["a"].unlock_pending == 1600
    where.bid("a", "1700", START + seconds(4))
    assert where.lot.seats["a"].unlock_pending is None


# Reserve ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reserve", "outcome", "winner"),
    [("1300", LotOutcome.WON, "b"), ("1301", LotOutcome.RESERVE_NOT_MET, None)],
)
def test_the_reserve_is_the_least_quantity_that_wins(
    reserve: str, outcome: LotOutcome, winner: str | None
) -> None:
    where = room(reserve=reserve)
    where.reserves = (OpenedReserve(1, SALT, D(reserve)),)
    where.bid("a", "1100", START + seconds(1))
    where.bid("b", "1300", START + seconds(2))
    told = standing(where.state, Viewer(Role.BUYER), secrets={1: D(reserve)}).lots[0]
    where.until(START + minutes(60))

    assert (where.lot.outcome, where.lot.winner) == (outcome, winner)
    assert told.reserve_met is (winner is not None)


# What is told -----------------------------------------------------------------------------------


def test_a_supplier_is_told_its_least_next_quantity_and_how_far_the_lead_is() -> None:
    where = room(feedback=SEEN)
    where.bid("a", "1000", START + seconds(1))
    where.bid("b", "1300", START + seconds(2))

    own = standing(where.state, Viewer(Role.SUPPLIER, "a")).lots[0].own
    assert own is not None
    assert (own.best, own.least, own.most, own.room) == (D(1000), D(1005), None, True)
    assert (own.rank, own.leading, own.gap) == (2, False, D(300))
    rows = standing(where.state, Viewer(Role.BUYER)).lots[0].participants or ()
    assert [(row.seat, row.gap) for row in rows][:2] == [("b", D(0)), ("a", D(300))]


def test_there_is_an_end_to_what_can_be_written_down() -> None:
    where = room()
    largest = 10**15 - 1
    where.bid("a", str(largest), START + seconds(1))

    own = standing(where.state, Viewer(Role.SUPPLIER, "a")).lots[0].own
    assert own is not None
    assert (own.least, own.room) == (None, False)
    with pytest.raises(NoRoomAbove):
        where.bid("a", str(largest), START + seconds(2))
    with pytest.raises(QuantityTooHigh):
        where.bid("b", str(largest + 1), START + seconds(3))


# The rest of the open auction -------------------------------------------------------------------


def test_a_late_bid_that_changes_the_first_rank_extends_the_lot() -> None:
    base = budget_terms()
    soft = base.soft_close.__class__(trigger=Trigger.RANK_CHANGE)
    where = room(soft_close=soft)
    where.bid("a", "1200", START + seconds(1))
    where.bid("b", "1000", START + minutes(28))
    assert where.lot.extensions == 0

    where.bid("b", "1300", START + minutes(29))
    assert (where.lot.extensions, where.lot.deadline) == (1, START + minutes(32))


def test_an_approved_withdrawal_brings_the_lower_quantity_back() -> None:
    where = room()
    where.bid("a", "1000", START + seconds(1))
    where.bid("a", "5000", START + seconds(2))
    where.withdraw("a", START + seconds(3))
    where.decide_withdrawal(True, START + seconds(20))
    where.until(START + minutes(2))

    assert where.lot.seats["a"].best.amount == 1000
    assert where.most("a") == 1005


def test_quantities_may_be_offered_before_the_start() -> None:
    where = Room(budget_terms(prebid_opens_at=START - minutes(10)))
    where.bid("a", "1100", START - minutes(5))
    where.until(START)

    assert where.lot.seats["a"].best.prebid
    assert where.most("a") == 1105


def test_an_offer_of_far_more_than_the_others_is_flagged_by_its_unit_price() -> None:
    where = room()
    where.bid("a", "1000", START + seconds(1))
    where.bid("b", "1000", START + seconds(2))
    where.bid("c", "2000", START + seconds(3))
    where.until(START + minutes(60))

    (flag,) = abnormal.flags(where.state, 1)
    assert (flag.seat, flag.offer, flag.mean) == ("c", Fraction(50), Fraction(100))
    assert flag.below_mean == Fraction(1, 2)


def test_what_a_quantity_is_worth_is_exact() -> None:
    of = budget_lot()

    assert worth.total(of, D(1234)) == D("100000.00")
    assert worth.quantity(of, D(1234)) == 1234
    assert worth.unit_price(of, D(1234)) == Fraction(100_000, 1234)
    assert worth.shown_unit_price(of, D(1234)) == D("81.037277")
    assert worth.exact_unit_price(of, D(1234)) == "100000.00 / 1234"


def test_the_rule_for_the_award_says_quantity_and_budget() -> None:
    rule = award_rule(budget_terms(reserve="1200"))

    assert "the highest quantity" in rule
    assert "is paid the budget of the lot" in rule
    assert "nobody below the reserve" in rule


# Terms ------------------------------------------------------------------------------------------

LINES = (LineTerms(1, "Sand", D(3), "TNE"),)
SCORED = ScoringTerms(ScoringMethod.LANDED, (Criterion("duty", CriterionKind.PERCENT),))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, []),
        ({"lots": (budget_lot(budget=None),)}, [("lots.1.budget", "terms.missing")]),
        ({"lots": (budget_lot(budget=D(0)),)}, [("lots.1.budget", "terms.not_positive")]),
        ({"lots": (budget_lot(ceiling=D(9)),)}, [("lots.1.ceiling", "terms.rule_not_here")]),
        ({"lots": (budget_lot(floor=D("1.5")),)}, [("lots.1.floor", "terms.too_many_digits")]),
        ({"lots": (budget_lot(floor=D(-1)),)}, [("lots.1.floor", "terms.not_positive")]),
        ({"lots": (budget_lot(grid=D(7)),)}, [("lots.1.floor", "terms.not_on_grid")]),
        (
            {"lots": (budget_lot(lines=LINES, quantity=D(1)),)},
            [("lots.1.lines", "terms.rule_not_here")],
        ),
        ({"scoring": SCORED}, [("scoring", "terms.rule_not_here")]),
        ({"automatic_bids": AutomaticBids()}, [("automatic_bids", "terms.rule_not_here")]),
        ({"surrogates": True}, [("surrogates", "terms.rule_not_here")]),
        ({"basis": Basis.LEADER}, [("basis", "terms.lead_not_always_seen")]),
    ],
)
def test_terms_are_checked(fields: dict[str, object], wrong: list[tuple[str, str]]) -> None:
    found = check_terms(budget_terms(**fields))  # type: ignore[arg-type]

    assert [(each.field, each.code) for each in found] == wrong


def test_no_other_format_has_a_budget() -> None:
    found = check_terms(terms(lots=(lot(budget=D(5), floor=D(1)),)))

    assert [each.field for each in found] == ["lots.1.budget", "lots.1.floor"]


def test_no_limit_for_automatic_bids_is_taken() -> None:
    where = room()
    where.bid("a", "1000", START + seconds(1))

    with pytest.raises(NotInFormat):
        where.do(limit_command("a", 1, D(2000), where.ref()), START + seconds(2))


def test_an_edit_changes_neither_the_format_nor_once_bids_exist_the_budget() -> None:
    where = room()
    new = budget_terms(version=2, lots=(budget_lot(budget=D("90000.00")),))
    where.pause(START + seconds(1))
    where.change(new, START + seconds(2))
    assert where.state.rules.lots[0].budget == D("90000.00")

    where = room()
    where.bid("a", "1000", START + seconds(1))
    where.pause(START + seconds(2))
    with pytest.raises(EditNotAllowed):
        where.change(new, START + seconds(3))
    english = terms(version=2, format=Format.ENGLISH, length=timedelta(minutes=40))
    with pytest.raises(EditNotAllowed):
        where.change(english, START + seconds(4))
