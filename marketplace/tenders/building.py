"""From a draft to the terms that would bind, with everything that is missing or leaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.formats import RULES
from auctions.domain.presets import PRESETS
from auctions.domain.presets.notice import earliest_start
from auctions.domain.rules import admission
from auctions.domain.terms import Band, Format, LineTerms, LotTerms, Step, StepKind, Terms, Vat
from auctions.domain.terms_check import check_terms
from kernel.clock import moment_to_wire
from kernel.decimals import quantize
from marketplace.tenders import auctioning, terms_values
from marketplace.tenders.models import InvitationState, Lot, LotLine, Tender
from marketplace.tenders.terms_fields import Problem

LEVELS = frozenset({Format.DUTCH, Format.JAPANESE})


@dataclass(frozen=True, slots=True)
class Built:
    """The terms, when they can be built at all, and what keeps them from being published.

    ``preview`` are the terms to show: where only the start is missing they are built with another,
    which no sentence of theirs names.
    """

    terms: Terms | None
    problems: tuple[Problem, ...]
    preview: Terms | None = None

    def of(self, field: str, lot: int | None = None) -> list[Problem]:
        """The problems of one field."""
        return [each for each in self.problems if each.field == field and each.lot == lot]


def build(tender: Tender, *, now: datetime) -> Built:
    """The terms of a draft as of ``now``, and every problem with the field it belongs to."""
    values, problems = terms_values.read(tender.rules)
    lots = list(tender.lots.order_by("number").prefetch_related("lines"))
    if not tender.title:
        problems.append(Problem("title", _("Give the tender a title.")))
    if not lots:
        problems.append(Problem("lots", _("Add at least one lot.")))
    for lot in lots:
        problems += _lot_problems(lot, (values or {}).get("format"))
    planned = tender.invitations.filter(state=InvitationState.PLANNED)
    if not planned.exists():
        problems.append(Problem("invitations", _("Choose at least one supplier to invite.")))
    if asks_evaluation(tender) and planned.filter(evaluation="").exists():
        text = _(
            "The preset asks that each invitation states the result of the evaluation of that "
            "supplier's offer."
        )
        problems.append(Problem("invitations", text))
    if values:
        if values["starts_at"] <= now:
            problems.append(Problem("starts_at", _("The start lies in the past.")))
        preset = PRESETS.get(values["preset"] or "")
        earliest = earliest_start(now, preset.least_notice) if preset else now
        if now < values["starts_at"] < earliest:
            text = _("The preset asks for %(days)s working days before the start.")
            problems.append(Problem("starts_at", text % {"days": preset.least_notice}))
        opens = values["prebid_opens_at"]
        if opens is not None and opens >= values["starts_at"]:
            problems.append(Problem("prebid_opens_at", _("Pre-bids open before the start.")))
    shown = values or _with_some_start(tender, now)
    if not shown or not lots or any(lot.quantity is None for lot in lots):
        return Built(None, tuple(problems))
    terms = terms_of(tender, lots, shown)
    known = {(each.field, each.lot) for each in problems}
    own_step = {lot.number for lot in lots if lot.step_kind}
    sealed = {lot.number for lot in lots if lot.reserve_sealed is not None}
    for found in check_terms(terms):
        if found.field in {f"lots.{number}.reserve_commitment" for number in sealed}:
            continue  # the opening commits to it
        for problem in auctioning.problems_of(found):
            if problem.lot not in own_step and problem.field.startswith("step_"):
                # The lot takes the tender's step: the fault lies there, once for all lots.
                problem = Problem(problem.field.replace("_", ".", 1), problem.message)  # noqa: PLW2901
            if (problem.field, problem.lot) not in known:
                known.add((problem.field, problem.lot))
                problems.append(problem)
    return Built(terms if values else None, tuple(problems), terms)


def asks_evaluation(tender: Tender) -> bool:
    """Whether the chosen preset asks that each invitation says how the evaluation went."""
    preset = PRESETS.get(tender.rules.get("preset") or "")
    return preset is not None and preset.evaluation


def takes_late(tender: Tender) -> bool:
    """Whether the published terms let suppliers be invited afterwards, and still do."""
    if not preset_takes_late(tender):
        return False
    scored = tender.auction_id is not None and "scoring" in (tender.terms or {})
    return not scored or admission.takes_seats(auctioning.state_of(tender))


def preset_takes_late(tender: Tender) -> bool:
    """Whether the preset of the published terms lets suppliers be invited afterwards."""
    preset = PRESETS.get((tender.terms or {}).get("preset") or "")
    return preset is None or preset.late


def _with_some_start(tender: Tender, now: datetime) -> dict[str, Any]:
    """The settings of a draft that lacks its start; empty where more is missing."""
    if tender.rules.get("starts_at"):
        return {}
    start = moment_to_wire(now + timedelta(days=1))
    return terms_values.read({**tender.rules, "starts_at": start})[0]


def terms_of(tender: Tender, lots: list[Lot], values: dict[str, object]) -> Terms:
    """The terms, without the commitments of hidden reserves, which the opening adds."""
    step: Step = values["step"]  # type: ignore[assignment]
    rest = {key: value for key, value in values.items() if key != "step"}
    if not any(lot.lines.all() for lot in lots):
        rest.pop("line_rules", None)  # there is no position whose price it could be about
    return Terms(
        lots=tuple(_lot_terms(lot, step, rest["format"]) for lot in lots),  # type: ignore[arg-type]
        currency=tender.currency,
        platform_key=auctioning.platform_key(),
        vat=Vat(tender.vat),
        **rest,  # type: ignore[arg-type]
    )


def reserves_of(lots: list[Lot]) -> dict[int, Decimal]:
    """The hidden reserves of a draft by lot number."""
    return {
        lot.number: quantize(auctioning.unseal(lot.reserve_sealed), lot.scale)
        for lot in lots
        if lot.reserve_sealed is not None
    }


def _lot_terms(lot: Lot, step: Step, of: Format) -> LotTerms:
    """Where prices move by levels a lot has a start price, and neither ceiling nor grid; where
    quantities are bid it has a budget and a floor, and no ceiling."""
    assert lot.quantity is not None
    by_levels, by_budget = of in LEVELS, RULES[of].budgets
    if lot.step_kind:
        kind = StepKind(lot.step_kind)
        step = Step(
            kind=kind,
            absolute=None if kind is StepKind.PERCENT else lot.step_absolute,
            percent=None if kind is StepKind.ABSOLUTE else lot.step_percent,
        )
    return LotTerms(
        number=lot.number,
        title=lot.title,
        quantity=_plain(lot.quantity),
        unit=lot.unit,
        scale=lot.scale,
        ceiling=None if by_levels or by_budget else _at_scale(lot.ceiling, lot.scale),
        step=Step(
            kind=step.kind,
            absolute=_at_scale(step.absolute, lot.scale),
            percent=None if step.percent is None else _plain(step.percent),
            bands=None
            if step.bands is None
            else tuple(
                Band(
                    _at_scale(band.least, lot.scale) or Decimal(0),
                    _at_scale(band.absolute, lot.scale),
                    band.percent,
                )
                for band in step.bands
            ),
        ),
        grid=None if by_levels else _at_scale(lot.grid, lot.scale),
        start=_at_scale(lot.start, lot.scale) if by_levels else None,
        budget=_budget(lot.budget) if by_budget else None,
        floor=_at_scale(lot.floor, lot.scale) if by_budget else None,
        lines=tuple(_line_terms(line) for line in lot.lines.all()) or None,
    )


def _line_terms(line: LotLine) -> LineTerms:
    return LineTerms(
        number=line.number,
        title=line.title,
        quantity=_plain(line.quantity),
        unit=line.unit,
        scale=line.scale,
        ceiling=_at_scale(line.ceiling, line.scale),
    )


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    return Decimal(format(value.normalize(), "f"))


def _budget(value: Decimal | None) -> Decimal | None:
    """As money is written: with two decimal places, or with as many as it has."""
    if value is None:
        return None
    cents = quantize(value, 2)
    return cents if cents == value else _plain(value)


def _at_scale(value: Decimal | None, scale: int) -> Decimal | None:
    """At the lot's scale where it fits; else as it is, which the check of the terms refuses."""
    if value is None:
        return None
    rounded = quantize(value, scale)
    return rounded if rounded == value else _plain(value)


def _lot_problems(lot: Lot, of: Format | None) -> list[Problem]:
    problems = []

    def add(field: str, text: object) -> None:
        problems.append(Problem(field, text, lot.number))

    if lot.quantity is None:
        add("quantity", _("Give the quantity."))
    if lot.step_kind in (StepKind.ABSOLUTE, StepKind.SMALLER) and lot.step_absolute is None:
        add("step_absolute", _("Give the step as an amount."))
    if lot.step_kind in (StepKind.PERCENT, StepKind.SMALLER) and lot.step_percent is None:
        add("step_percent", _("Give the step in percent."))
    reserve = None if lot.reserve_sealed is None else auctioning.unseal(lot.reserve_sealed)
    if reserve is None:
        return problems
    if of is not None and RULES[of].budgets:
        if lot.floor is not None and reserve < lot.floor:
            add("reserve", _("The reserve lies below the least first quantity."))
        return problems
    if of not in LEVELS and lot.ceiling is not None and reserve > lot.ceiling:
        add("reserve", _("The reserve lies above the ceiling."))
    if of is Format.DUTCH and lot.start is not None and reserve < lot.start:
        add("reserve", _("The reserve lies below the start price: nobody could accept."))
    if of is Format.JAPANESE and lot.start is not None and reserve > lot.start:
        add("reserve", _("The reserve lies above the start price."))
    return problems
