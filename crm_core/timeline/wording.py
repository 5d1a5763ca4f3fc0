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
from crm_core.timeline.models import InteractionParty
from crm_core.timeline.rules import EVENT_RULES, Rule
from kernel.clock import moment_from_wire
from ui.formatting import money, percent
from ui.templatetags.ui import local_time

_AMOUNTS = ("best", "price")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline."""

    side: InteractionParty
    rule: Rule
    html: SafeString
    text: str

    @property
    def is_burst(self) -> bool:
        return self.side.interaction.times > 1


def lines(sides: Iterable[InteractionParty], partner: Company) -> list[Line]:
    """The sides as they are read, with all other companies' names in one query."""
    told = list(sides)
    others = companies_by_id({side.facts["other"] for side in told if "other" in side.facts})
    return [_line(side, partner, others) for side in told]


def _line(side: InteractionParty, partner: Company, others: Mapping[UUID, Company]) -> Line:
    rule = EVENT_RULES[side.interaction.kind]
    times = side.interaction.times
    words = rule.words[side.perspective](times, side.facts)  # type: ignore[index]
    values = _values(side, partner, others) | {"times": times}
    until = side.facts.get("until")
    shown = local_time(moment_from_wire(until), "seconds") if until else ""
    return Line(
        side,
        rule,
        format_html(words, **values, until=shown),
        words.format(**values, until=until or ""),
    )


def _values(
    side: InteractionParty, partner: Company, others: Mapping[UUID, Company]
) -> dict[str, Any]:
    facts = side.facts
    values: dict[str, Any] = {**facts, "partner": partner.legal_name}
    for name in _AMOUNTS:
        if name in facts:
            values[name] = money(facts[name], facts["currency"])
    if "gap" in facts:
        values["gap"] = percent(facts["gap"])
    if "other" in facts:
        other = others.get(UUID(facts["other"]))
        values["other"] = other.legal_name if other else ""
    values.pop("until", None)
    return values
