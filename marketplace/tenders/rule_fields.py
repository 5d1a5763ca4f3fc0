"""Settings of rules that only some formats take, and the values of the terms they make."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms_rules import SCORED
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from marketplace.tenders.terms_field import Kind, Problem, TermsField

SCORING_METHODS: tuple[tuple[str, Any], ...] = (
    ("", _("by the price alone")),
    (ScoringMethod.BONUS_MALUS.value, _("price with bonus and malus")),
    (ScoringMethod.WEIGHTED.value, _("price divided by a quality coefficient")),
    (ScoringMethod.LIFE_CYCLE.value, _("life-cycle cost")),
    (ScoringMethod.LANDED.value, _("landed cost")),
)

RULE_FIELDS: tuple[TermsField, ...] = (
    TermsField(
        key="scoring.method", section="scoring", kind=Kind.CHOICE, default="", required=False,
        label=_("Offers rank"), choices=SCORING_METHODS, formats=SCORED,
        rule=_("With a score you enter each supplier's values after publication, before the "
               "start; each supplier sees its own."),
    ),
    TermsField(
        key="scoring.criteria", section="scoring", kind=Kind.TEXT, default="", required=False,
        label=_("Criteria"), formats=SCORED,
        rule=_("One a line. For a quality coefficient with its greatest share: “Warranty: 10 %”, "
               "30 % together at most. Otherwise “Duty: %” for percent of the price, or just "
               "“Freight” for an amount a unit."),
    ),
    TermsField(
        key="scoring.step_on", section="scoring", kind=Kind.CHOICE, default=StepOn.PRICE.value,
        label=_("Step measured on"), formats=SCORED,
        rule=_("The bidder's own price is easier to follow; the next valid bid is told as a "
               "price in both cases."),
        choices=((StepOn.PRICE.value, _("the bidder's own price")),
                 (StepOn.SCORE.value, _("the score"))),
    ),
)  # fmt: skip


def values_of(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Fields of the terms from the read settings, and what is wrong with them."""
    made: dict[str, Any] = {}
    problems: list[Problem] = []
    if values.get("scoring.method"):
        criteria, wrong = criteria_of(values["scoring.method"], values["scoring.criteria"] or "")
        problems += wrong
        made["scoring"] = ScoringTerms(
            ScoringMethod(values["scoring.method"]), criteria, StepOn(values["scoring.step_on"])
        )
    return made, problems


def criteria_of(method: str, text: str) -> tuple[tuple[Criterion, ...], list[Problem]]:
    """Criteria as typed, one a line."""
    found: list[Criterion] = []
    problems: list[Problem] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        problems.append(Problem("scoring.criteria", _("Name at least one criterion.")))
    for line in lines:
        name, _colon, what = line.rpartition(":")
        name, what = (name.strip(), what.strip()) if name.strip() else (what.strip(), "")
        if method == ScoringMethod.WEIGHTED.value:
            share = _share(what)
            if share is None:
                problems.append(
                    Problem(
                        "scoring.criteria",
                        _("Write the greatest share of “%(name)s”, such as “10 %%”.")
                        % {"name": name},
                    )
                )
            else:
                found.append(Criterion(name, CriterionKind.WEIGHT, share))
        elif what == "%":
            found.append(Criterion(name, CriterionKind.PERCENT))
        else:
            found.append(Criterion(line if what else name, CriterionKind.AMOUNT))
    return tuple(found), problems


def _share(text: str) -> Decimal | None:
    try:
        share = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not share.is_finite() or share.as_tuple().exponent < -4:  # type: ignore[operator]
        return None
    return Decimal(format((share / 100).normalize(), "f"))
