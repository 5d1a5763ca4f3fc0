"""The terms validator: what leaks, and what cannot be run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.terms import (
    Basis,
    BuyerExtension,
    Feedback,
    Guard,
    LotTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TiePolicy,
    Trigger,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_problems import Leaks
from tests.domain.room import START, lot, minutes, terms

SEEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


def found(of: Terms) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in check_terms(of)]


def test_the_defaults_are_fit() -> None:
    made = Terms(
        lots=(LotTerms(1, "Steel", Decimal(1), "TNE"),),
        starts_at=START,
        currency="EUR",
        platform_key="k",
    )
    assert check_terms(made) == []


@pytest.mark.parametrize(
    "not_always",
    [
        {"lead": False},
        {"after_first_bid": True},
        {"lead_min_bidders": 2},
        {"hide_ranks_last": minutes(1)},
    ],
)
@pytest.mark.parametrize(
    ("rule", "field"),
    [({"basis": Basis.LEADER}, "basis"), ({"ties": TiePolicy.FORBID_LEAD}, "ties")],
)
def test_a_rule_about_the_lead_needs_it_always_seen(
    rule: dict[str, Any], field: str, not_always: dict[str, Any]
) -> None:
    assert check_terms(terms(feedback=SEEN, **rule)) == []
    leaking = terms(feedback=replace(SEEN, **not_always), **rule)
    (problem,) = check_terms(leaking)
    assert isinstance(problem, Leaks)
    assert (problem.code, problem.field) == ("terms.lead_not_always_seen", field)


@pytest.mark.parametrize(
    ("feedback", "ranks", "fit"),
    [
        (Feedback(), 3, True),
        (Feedback(rank=False, lead=True), 1, True),
        (Feedback(rank=False, lead=True), 2, False),
        (Feedback(rank=False), 1, False),
        (Feedback(hide_ranks_last=minutes(5)), 1, False),
    ],
)
def test_extending_on_a_change_of_rank_needs_ranks_shown(
    feedback: Feedback, ranks: int, fit: bool
) -> None:
    soft = SoftClose(trigger=Trigger.RANK_CHANGE, trigger_ranks=ranks)
    expected = [] if fit else [("terms.rank_change_hidden", "soft_close.trigger")]
    assert found(terms(feedback=feedback, soft_close=soft)) == expected


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"lots": ()}, "terms.lot_count", "lots"),
        ({"lots": tuple(lot(n) for n in range(1, 202))}, "terms.lot_count", "lots"),
        ({"lots": (lot(2),)}, "terms.lots_misnumbered", "lots"),
        ({"lots": (lot(title=" "),)}, "terms.missing", "lots.1.title"),
        ({"lots": (lot(title="x" * 201),)}, "terms.too_long", "lots.1.title"),
        ({"lots": (lot(unit="tonnes"),)}, "terms.code_malformed", "lots.1.unit"),
        ({"lots": (lot(scale=7),)}, "terms.out_of_range", "lots.1.scale"),
        ({"lots": (lot(quantity=Decimal(0)),)}, "terms.not_positive", "lots.1.quantity"),
        ({"lots": (lot(ceiling=Decimal("-1")),)}, "terms.not_positive", "lots.1.ceiling"),
        ({"lots": (lot(ceiling=Decimal("1.005")),)}, "terms.too_many_digits", "lots.1.ceiling"),
        ({"lots": (lot(ceiling=Decimal("1E+15")),)}, "terms.out_of_range", "lots.1.ceiling"),
        ({"lots": (lot(grid=Decimal(3)),)}, "terms.not_on_grid", "lots.1.ceiling"),
        (
            {"lots": (lot(step=Step(percent=Decimal(100))),)},
            "terms.out_of_range",
            "lots.1.step.percent",
        ),
        ({"lots": (lot(step=Step(percent=None)),)}, "terms.missing", "lots.1.step.percent"),
        ({"lots": (lot(step=Step(StepKind.ABSOLUTE)),)}, "terms.missing", "lots.1.step.absolute"),
        (
            {"lots": (lot(reserve_commitment="x"),)},
            "terms.code_malformed",
            "lots.1.reserve_commitment",
        ),
        ({"currency": "eur"}, "terms.code_malformed", "currency"),
        ({"platform_key": ""}, "terms.code_malformed", "platform_key"),
        ({"starts_at": START.replace(tzinfo=None)}, "terms.time_zone_missing", "starts_at"),
        ({"prebid_opens_at": START}, "terms.prebid_too_late", "prebid_opens_at"),
        ({"length": minutes(-5)}, "terms.out_of_range", "length"),
        ({"lot_gap": minutes(-1)}, "terms.out_of_range", "lot_gap"),
        ({"soft_close": SoftClose(window=minutes(-1))}, "terms.out_of_range", "soft_close.window"),
        (
            {"soft_close": SoftClose(window=minutes(31))},
            "terms.window_too_long",
            "soft_close.window",
        ),
        ({"soft_close": SoftClose(reset=timedelta(0))}, "terms.out_of_range", "soft_close.reset"),
        (
            {"soft_close": SoftClose(hard_stop=minutes(29))},
            "terms.hard_stop_too_early",
            "soft_close.hard_stop",
        ),
        ({"soft_close": SoftClose(limit=0)}, "terms.out_of_range", "soft_close.limit"),
        (
            {"feedback": Feedback(hide_ranks_last=minutes(30))},
            "terms.hidden_too_long",
            "feedback.hide_ranks_last",
        ),
        (
            {"feedback": Feedback(rank=False, hide_ranks_last=minutes(3))},
            "terms.nothing_to_hide",
            "feedback.hide_ranks_last",
        ),
        ({"guard": Guard(warn=Decimal(30))}, "terms.guard_order", "guard.retype"),
        ({"guard": Guard(block=Decimal(20))}, "terms.guard_order", "guard.block"),
        ({"guard": Guard(warn=Decimal(0))}, "terms.out_of_range", "guard.warn"),
        ({"buyer_extension": BuyerExtension(-1)}, "terms.out_of_range", "buyer_extension.times"),
        ({"commands_per_second": 0}, "terms.out_of_range", "commands_per_second"),
    ],
)
def test_what_cannot_be_run(fields: dict[str, Any], code: str, field: str) -> None:
    assert (code, field) in found(terms(**fields))
