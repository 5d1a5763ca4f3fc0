"""The formats an officer may choose, one file each; the order is that of the picker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain.formats import RULES
from auctions.domain.terms import Format
from marketplace.tenders.formats import (
    budget,
    dutch,
    english,
    japanese,
    open_closed,
    sealed,
    sealed_rounds,
    turns,
)
from marketplace.tenders.formats.base import FormatChoice

CHOICES: tuple[FormatChoice, ...] = (
    english.CHOICE,
    dutch.CHOICE,
    japanese.CHOICE,
    sealed.SEALED,
    sealed.VICKREY,
    sealed_rounds.CHOICE,
    turns.CHOICE,
    open_closed.CHOICE,
    budget.CHOICE,
)
BY_NAME: Mapping[str, FormatChoice] = {each.format.value: each for each in CHOICES}
BY_FORMAT: Mapping[Format, FormatChoice] = {each.format: each for each in CHOICES}


def amount_unit(tender: Any) -> str:
    """What a bid of this tender is counted in: its currency; nothing where each lot has a unit."""
    return "" if RULES[choice_of(tender.rules).format].budgets else str(tender.currency)


def choice_of(rules: Mapping[str, Any]) -> FormatChoice:
    """The format that settings name; the first one where they name none that exists."""
    return BY_NAME.get(str(rules.get("format", "")), CHOICES[0])
