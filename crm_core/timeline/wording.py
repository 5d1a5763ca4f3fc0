"""Interactions in the reader's language: the rule's words with the side's facts filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm_core.companies.models import Company
from crm_core.companies.selectors import companies_by_id
from crm_core.timeline.models import Interaction, Perspective
from crm_core.timeline.rules import EVENT_RULES, Rule
from kernel.clock import moment_from_wire
from ui.formatting import money, percent, quantity
from ui.templatetags.ui import local_time

_AMOUNTS = ("best", "price")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline."""

    told: Interaction
    rule: Rule
    html: SafeString
    text: str


def lines(told: Iterable[Interaction], partner: Company) -> list[Line]:
    """The interactions as they are read, with all other companies' names in one query."""
    found = list(told)
    others = companies_by_id({each.facts["other"] for each in found if "other" in each.facts})
    return [_line(each, partner, others) for each in found]


def _line(told: Interaction, partner: Company, others: Mapping[UUID, Company]) -> Line:
    rule = EVENT_RULES[told.kind]
    words = rule.words[Perspective(told.perspective)](told.times, told.facts)
    values = _values(told.facts, partner, others) | {"times": told.times}
    until = told.facts.get("until", "")
    shown = local_time(moment_from_wire(until), "seconds") if until else ""
    return Line(
        told,
        rule,
        format_html(words, **values | {"until": shown}),
        words.format(**values | {"until": until}),
    )


def _values(
    facts: Mapping[str, Any], partner: Company, others: Mapping[UUID, Company]
) -> dict[str, Any]:
    values: dict[str, Any] = {**facts, "partner": partner.legal_name}
    for name in _AMOUNTS:
        if name in facts:
            # What was bid for a budget is a quantity.
            unit = facts.get("unit")
            values[name] = (
                money(facts[name], facts["currency"])
                if unit is None
                else quantity(facts[name], unit)
            )
    if "gap" in facts:
        values["gap"] = percent(facts["gap"])
    if "other" in facts:
        other = others.get(UUID(facts["other"]))
        values["other"] = other.legal_name if other else ""
    return values
