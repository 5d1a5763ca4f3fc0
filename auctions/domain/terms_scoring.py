"""What the terms say of scoring; each seat's own values come later, in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ScoringMethod(StrEnum):
    """Which kind of criteria makes the score; the lowest score ranks first."""

    BONUS_MALUS = "bonus_malus"  # percent of the price or an amount, up or down
    WEIGHTED = "weighted"  # score = price / coef
    LIFE_CYCLE = "life_cycle"  # price + costs of use, upkeep, disposal
    LANDED = "landed"  # price + duty in percent + freight and the like


class CriterionKind(StrEnum):
    """How a criterion's value enters the score."""

    PERCENT = "percent"  # of the price
    AMOUNT = "amount"  # a unit, in the auction's currency
    WEIGHT = "weight"  # a share from 0 to ``most``: more is better


class StepOn(StrEnum):
    """What the lot's step is measured on."""

    PRICE = "price"  # the bidder's own price
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the formula; every seat gets its own value for it."""

    name: str
    kind: CriterionKind
    most: Decimal | None = None  # of WEIGHT: the share a seat can reach


@dataclass(frozen=True, slots=True)
class ScoringTerms:
    """The formula, known to everybody; values are told to each seat alone."""

    method: ScoringMethod
    criteria: tuple[Criterion, ...]
    step_on: StepOn = StepOn.PRICE
