"""The discount of a bot: what it saves on everything it wins, if it wins enough."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from auctions.domain.terms import Terms
from auctions.rehearsal.play.costs import Costs, drawn_saving, unit_cost

CONDITION = -1  # in the place of a lot, where a bot looks at its discount
FEWEST = 2  # lots that a condition asks for: one alone would be no condition


def takes_discounts(terms: Terms) -> bool:
    """Whether a supplier may give one on a condition."""
    return terms.packages is not None and terms.packages.discounts


@dataclass(frozen=True, slots=True)
class Condition:
    """Whoever wins all of ``lots``, or at least ``count`` lots, saves so many percent of what
    everything it wins costs, beside what its package saves. One of the two is named."""

    saved: Decimal
    lots: tuple[int, ...] = ()
    count: int = 0

    def cost(self, cost: Decimal, scale: int) -> Decimal:
        """What such a unit cost is where the condition holds."""
        return unit_cost(100 - self.saved, cost, scale)


def condition_drawn(terms: Terms, costs: Costs, seat: str, seed: str) -> Condition | None:
    """The condition of one bot and what it saves. None where the terms take no discounts; the same
    for the same seed."""
    if not takes_discounts(terms) or costs.discount_saving is None:
        return None
    chance = random.Random(f"discount|{seed}|{seat}")
    lots = [lot.number for lot in terms.lots]
    saved = drawn_saving(costs.discount_saving, chance)
    count = chance.randint(FEWEST, len(lots))
    if chance.random() < 0.5:
        return Condition(saved, count=count)
    return Condition(saved, lots=tuple(sorted(chance.sample(lots, count))))
