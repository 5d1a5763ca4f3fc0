"""The package of a bot: some lots that it can serve for less together than one by one."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from auctions.domain.terms import Terms
from auctions.rehearsal.play.costs import Costs, drawn_saving, unit_cost
from auctions.rehearsal.play.unit_prices import scale_of_prices

PACKAGE = 0  # in the place of a lot, where a bot looks at its package


def takes_packages(terms: Terms) -> bool:
    """Whether a supplier may offer any; discounts may be all that is taken."""
    return terms.packages is not None and terms.packages.per_supplier > 0


@dataclass(frozen=True, slots=True)
class Together:
    """``costs`` are unit costs by lot, should the bot win all of these lots by the package."""

    costs: Mapping[int, Decimal]

    @property
    def lots(self) -> list[int]:
        """Its lots, in order."""
        return sorted(self.costs)


def drawn(
    terms: Terms, costs: Costs, alone: Mapping[int, Decimal], seat: str, seed: str
) -> Together | None:
    """The package of one bot whose unit costs lot by lot are ``alone``: which lots, and how much
    cheaper they come together. None where the terms take no packages; the same for the same seed.
    """
    if terms.packages is None or not takes_packages(terms) or costs.saving is None:
        return None
    chance = random.Random(f"package|{seed}|{seat}")
    lots = [lot.number for lot in terms.lots]
    count = chance.randint(2, min(terms.packages.most_lots, len(lots)))
    saved = drawn_saving(costs.saving, chance)
    scales = {lot.number: scale_of_prices(lot) for lot in terms.lots}
    return Together(
        {
            lot: unit_cost(100 - saved, alone[lot], scales[lot])
            for lot in sorted(chance.sample(lots, count))
        }
    )
