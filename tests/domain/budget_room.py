"""Terms of a budget auction for tests: 100 000.00 EUR for a quantity of whole units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from auctions.domain.terms import Format, LotTerms, Step, StepKind, Terms
from tests.domain.room import SALT, lot, terms
from tests.domain.room import reserve_commitment as commitment

D = Decimal
BY_FIVE = Step(StepKind.ABSOLUTE, D(5), None)


def budget_lot(number: int = 1, reserve: str | None = None, **fields: Any) -> LotTerms:
    given: dict[str, Any] = {
        "ceiling": None, "budget": D("100000.00"), "floor": D(1000), "scale": 0, "step": BY_FIVE,
        "reserve_commitment": None
        if reserve is None
        else commitment(bytes.fromhex(SALT), reserve),
    }  # fmt: skip
    return lot(number, **{**given, **fields})


def budget_terms(*, reserve: str | None = None, **fields: Any) -> Terms:
    given: dict[str, Any] = {"format": Format.BUDGET, "lots": (budget_lot(reserve=reserve),)}
    return terms(**{**given, **fields})
