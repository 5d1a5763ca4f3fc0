"""The next valid bid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auctions.domain.refusals import (
    AboveCeiling,
    BidTooHigh,
    LeadEqualled,
    NoRoom,
    NotPositive,
    OffGrid,
    ScaleWrong,
)
from auctions.domain.terms import Basis, Feedback, Step, StepKind, TiePolicy
from tests.domain.room import START, Room, lot, seconds, terms

AT = START + seconds(10)
ALWAYS_SEEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


def room(**fields: object) -> Room:
    return Room(terms(lots=(lot(**fields),)), start=True)


def test_a_first_bid_meets_the_ceiling_only() -> None:
    where = room()
    assert where.most("a") == Decimal(1000)
    with pytest.raises(AboveCeiling) as refusal:
        where.bid("a", "1000.01", AT)
    assert refusal.value.data == {"most": "1000"}
    where.bid("a", "1000.00", AT)


def test_without_a_ceiling_nothing_limits_a_first_bid() -> None:
    where = room(ceiling=None)
    assert where.most("a") is None
    where.bid("a", "999999999999999.99", AT)


@pytest.mark.parametrize(
    ("step", "most"),
    [
        (Step(StepKind.PERCENT, None, Decimal("0.5")), "98.50"),  # 98.5050 floored
        (Step(StepKind.PERCENT, None, Decimal("0.001")), "98.99"),  # a tick at least
        (Step(StepKind.ABSOLUTE, Decimal("2.50"), None), "96.50"),
        (Step(StepKind.SMALLER, Decimal("2.50"), Decimal("0.5")), "98.50"),
        (Step(StepKind.SMALLER, Decimal("0.20"), Decimal("0.5")), "98.80"),
    ],
)
def test_the_decrement_is_taken_from_own_best(step: Step, most: str) -> None:
    where = room(step=step)
    where.bid("b", "50", AT)
    where.bid("a", "99", AT)
    assert where.most("a") == Decimal(most)
    with pytest.raises(BidTooHigh) as refusal:
        where.bid("a", Decimal(most) + Decimal("0.01"), AT)  # type: ignore[arg-type]
    assert refusal.value.data == {"most": most}
    where.bid("a", most, AT)


def test_on_a_grid_amounts_are_its_multiples() -> None:
    where = room(grid=Decimal("0.25"))
    where.bid("a", "100", AT)
    assert where.most("a") == Decimal("99.50")
    with pytest.raises(OffGrid):
        where.bid("a", "99.40", AT)
    where.bid("a", "99.50", AT)
    assert where.most("a") == Decimal("99.00")  # 99.0025 floored to the grid


def test_where_no_amount_above_zero_is_left() -> None:
    where = room(scale=0)
    where.bid("a", "1", AT)
    with pytest.raises(NoRoom):
        where.bid("a", "1", AT)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "-0.00"])
def test_amounts_are_above_zero(amount: str) -> None:
    with pytest.raises(NotPositive):
        room().bid("a", amount, AT)


def test_more_digits_than_the_scale_are_refused_and_trailing_zeros_are_not() -> None:
    where = room(scale=1)
    with pytest.raises(ScaleWrong) as refusal:
        where.bid("a", "10.05", AT)
    assert refusal.value.data == {"scale": 1}
    (bid,) = where.bid("a", "10.500", AT)
    assert str(bid.amount) == "10.5"  # type: ignore[union-attr]


def test_an_equal_amount_of_another_is_accepted() -> None:
    where = room()
    where.bid("a", "500", AT)
    where.bid("b", "500", AT)
    assert list(where.lot.seats) == ["a", "b"]


def test_with_the_leader_basis_every_bid_undercuts_the_lead() -> None:
    where = Room(terms(basis=Basis.LEADER, feedback=ALWAYS_SEEN), start=True)
    where.bid("a", "500", AT)
    assert where.most("a") == where.most("b") == Decimal("497.50")
    with pytest.raises(BidTooHigh):
        where.bid("b", "499", AT)


def test_the_leader_basis_tells_nothing_where_the_lead_is_not_seen() -> None:
    # The validator refuses such terms; the rule itself does not leak either.
    where = Room(terms(basis=Basis.LEADER), start=True)
    where.bid("a", "500", AT)
    assert where.most("b") == Decimal(1000)
    where.bid("b", "900", AT)


def test_equalling_the_lead_may_be_forbidden_where_it_is_seen() -> None:
    where = Room(terms(ties=TiePolicy.FORBID_LEAD, feedback=ALWAYS_SEEN), start=True)
    where.bid("a", "500", AT)
    with pytest.raises(LeadEqualled):
        where.bid("b", "500", AT)
    where.bid("b", "500.01", AT)


def test_the_next_valid_bid_steps_over_a_forbidden_lead() -> None:
    where = Room(terms(ties=TiePolicy.FORBID_LEAD, feedback=ALWAYS_SEEN), start=True)
    where.bid("a", "995", AT)
    where.bid("b", "1000", AT)
    assert where.most("b") == Decimal("994.99")  # 1000 - 0.5 % is the lead itself
