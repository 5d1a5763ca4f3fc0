"""Settings of rules that only some formats take, and the values of the terms they make."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import (
    AutomaticBids,
    Band,
    Format,
    FrontBuffer,
    LineRules,
    PackageTerms,
    Step,
    StepKind,
)
from auctions.domain.terms_rules import (
    AUTOMATIC,
    LOWERED_BY_LINES,
    MOST_DISCOUNTED,
    MOST_PACKAGES,
    MOST_PACKED_LOTS,
    OPEN,
    PRICED_BY_LINES,
    SCORED,
    SCORED_BY_STEPS,
    TIED,
)
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from marketplace.tenders import money_fields
from marketplace.tenders.money_fields import MONEY_FIELDS
from marketplace.tenders.terms_field import Kind, Problem, TermsField
from marketplace.tenders.typed_numbers import typed_number

SCORING_METHODS: tuple[tuple[str, Any], ...] = (
    ("", _("by the price alone")),
    (ScoringMethod.BONUS_MALUS.value, _("price with bonus and malus")),
    (ScoringMethod.WEIGHTED.value, _("price divided by a quality coefficient")),
    (ScoringMethod.LIFE_CYCLE.value, _("life-cycle cost")),
    (ScoringMethod.LANDED.value, _("landed cost")),
)

RULE_FIELDS: tuple[TermsField, ...] = (
    TermsField(
        key="step.bands", section="step", kind=Kind.TEXT, default="", required=False,
        label=_("Price bands"), formats=OPEN,
        rule=_("For a step by price band, one a line: “0: 0.5” and “1000: 1 %” mean 0.5 below "
               "1000, then one percent; the amount the bid must undercut decides."),
    ),
    TermsField(
        key="front_buffer", section="step", kind=Kind.TEXT, default="", required=False,
        label=_("Front buffer"), formats=OPEN,
        rule=_("“5” or “1 %”: who takes the lead must undercut it by so much. Only where everyone "
               "always sees the lead; empty: none."),
    ),
    TermsField(
        key="automatic_bids", section="step", kind=Kind.BOOL, default=False, required=False,
        label=_("Automatic bids"), formats=AUTOMATIC,
        rule=_("A supplier may name a secret limit down to which bids are placed for it whenever "
               "it does not lead. Needs each supplier's rank shown until the end."),
    ),
    TermsField(
        key="surrogates", section="step", kind=Kind.BOOL, default=False, required=False,
        label=_("Surrogate bids"), formats=AUTOMATIC,
        rule=_("A supplier that cannot bid itself may let the platform's neutral person place one "
               "bid for it, not below an amount it approves; marked as such. You can never place "
               "one."),
    ),
    TermsField(
        key="line_rules.zero", section="lines", kind=Kind.BOOL, default=False, required=False,
        label=_("A position may cost nothing"), formats=PRICED_BY_LINES,
        rule=_("Of lots with positions: a unit price of 0 is taken. The total stays above zero."),
    ),
    TermsField(
        key="line_rules.rise", section="lines", kind=Kind.BOOL, default=True, required=False,
        label=_("The price of a position may rise"), formats=LOWERED_BY_LINES,
        rule=_("Only the total must fall; switched off, no unit price may be above the one in the "
               "bidder's own best bid."),
    ),
    TermsField(
        key="packages", section="format", kind=Kind.BOOL, default=False, required=False,
        label=_("Packages"), formats=TIED,
        rule=_("Besides its offers for single lots a supplier may offer several lots together, all "
               "or nothing. The choice of offers that serves the most lots at the least cost wins. "
               "Up to %(lots)s lots.") % {"lots": MOST_PACKED_LOTS},
    ),
    TermsField(
        key="packages.per_supplier", section="format", kind=Kind.INTEGER, default="5",
        label=_("Packages a supplier may have"), formats=TIED, least=1, most=MOST_PACKAGES,
        rule=_("Several of one supplier may win, as long as they share no lot."),
    ),
    TermsField(
        key="packages.most_lots", section="format", kind=Kind.INTEGER,
        default=str(MOST_PACKED_LOTS), label=_("Lots in a package, at most"), formats=TIED,
        least=2, most=MOST_PACKED_LOTS, rule=_("Large packages keep small suppliers out."),
    ),
    TermsField(
        key="packages.discounts", section="format", kind=Kind.BOOL, default=False, required=False,
        label=_("Discounts on a condition"), formats=TIED,
        rule=_("A supplier may take some percent off everything it wins, if it wins certain lots, "
               "so many lots or, where there are no rounds, such a sum. Up to %(lots)s lots, in "
               "Vickrey auctions %(vickrey)s.")
        % {"lots": MOST_DISCOUNTED[Format.SEALED], "vickrey": MOST_DISCOUNTED[Format.VICKREY]},
    ),
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
        label=_("Step measured on"), formats=SCORED_BY_STEPS,
        rule=_("The bidder's own price is easier to follow; the next valid bid is told as a "
               "price in both cases."),
        choices=((StepOn.PRICE.value, _("the bidder's own price")),
                 (StepOn.SCORE.value, _("the score"))),
    ),
)  # fmt: skip


OWN_VALUES = frozenset(field.key for field in (*RULE_FIELDS, *MONEY_FIELDS))


def values_of(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Fields of the terms from the read settings, and what is wrong with them."""
    made, problems = money_fields.values_of(values)
    if values.get("step.kind") is StepKind.BANDS:
        bands = bands_of(values.get("step.bands") or "")
        if not bands:
            problems.append(Problem("step.bands", _("Write one band a line, such as “0: 0.5 %”.")))
        made["step"] = Step(StepKind.BANDS, None, None, bands or None)
    if values.get("front_buffer"):
        amount = _step(values["front_buffer"])
        if amount is None:
            problems.append(Problem("front_buffer", _("Write an amount or a percentage.")))
        else:
            made["front_buffer"] = FrontBuffer(*amount)
    if values.get("automatic_bids"):
        made["automatic_bids"] = AutomaticBids()
    if values.get("surrogates"):
        made["surrogates"] = True
    prices = LineRules(zero=values.get("line_rules.zero", False),
                       rise=values.get("line_rules.rise", True))  # fmt: skip
    if prices != LineRules():
        made["line_rules"] = prices
    if values.get("packages") or values.get("packages.discounts"):
        made["packages"] = PackageTerms(
            per_supplier=values["packages.per_supplier"] if values["packages"] else 0,
            most_lots=values["packages.most_lots"],
            discounts=values["packages.discounts"],
        )
    if values.get("scoring.method"):
        criteria, wrong = criteria_of(values["scoring.method"], values["scoring.criteria"] or "")
        problems += wrong
        made["scoring"] = ScoringTerms(
            ScoringMethod(values["scoring.method"]),
            criteria,
            StepOn(values.get("scoring.step_on", StepOn.PRICE)),  # not asked where there is no step
        )
    return made, problems


def bands_of(text: str) -> tuple[Band, ...]:
    """Bands as typed, one a line; none where a line is not one."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        least, _colon, step = line.partition(":")
        amount, start = _step(step), typed_number(least)
        if amount is None or start is None:
            return ()
        found.append(Band(start, *amount))
    return tuple(found)


def _step(text: str) -> tuple[Decimal | None, Decimal | None] | None:
    """``5`` or ``1 %`` as amount and percentage."""
    number = typed_number(text.strip().removesuffix("%"))
    if number is None:
        return None
    return (None, number) if text.strip().endswith("%") else (number, None)


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
    share = typed_number(text.removesuffix("%"))
    if share is None or share.as_tuple().exponent < -4:  # type: ignore[operator]
        return None
    return Decimal(format((share / 100).normalize(), "f"))
