"""What a lot costs each bot: drawn as percent of a price level everybody may know."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

from auctions.domain.codec import later
from kernel.decimals import tick

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_FINE = 1000  # draws are thousandths of a percent
LOWEST = Decimal(1)  # percent
USUAL_SAVING = Decimal(5)  # percent


class Spread(StrEnum):
    """How the costs differ."""

    UNIFORM = "uniform"  # evenly between low and high
    NORMAL = "normal"  # around the middle of low and high, which are two deviations away
    COMMON = "common"  # one true cost for all, which each misjudges a little
    LIST = "list"  # given one by one, dealt in turn


@dataclass(frozen=True, slots=True)
class Costs:
    """All numbers are percent of the price level."""

    spread: Spread = Spread.UNIFORM
    low: Decimal = Decimal(75)
    high: Decimal = Decimal(95)
    error: Decimal = Decimal(5)  # of COMMON: how far a bot is off at most
    listed: tuple[Decimal, ...] = ()
    # What winning a package saves at most, of the costs of its lots. None: no packages are offered.
    saving: Decimal | None = later()
    # What meeting the condition of its discount saves a bot at most, of what everything it wins
    # costs. None: no discounts are offered.
    discount_saving: Decimal | None = later()

    def draw(self, count: int, chance: random.Random) -> list[Decimal]:
        """So many costs in percent; the same for the same chance."""
        return [max(LOWEST, each) for each in _DRAWS[self.spread](self, count, chance)]


def drawn_saving(most: Decimal, chance: random.Random) -> Decimal:
    """What one bot saves, in percent: evenly from nothing to ``most``."""
    return _between(Decimal(0), most, chance)


def unit_cost(percent: Decimal, price: Decimal, scale: int) -> Decimal:
    """A cost at the lot's scale, at least one tick."""
    exact = _WIDE.multiply(price, percent).scaleb(-2, context=_WIDE)
    return max(tick(scale), _WIDE.quantize(exact, tick(scale)))


def _between(low: Decimal, high: Decimal, chance: random.Random) -> Decimal:
    first, last = sorted((int(low * _FINE), int(high * _FINE)))
    return Decimal(chance.randint(first, last)) / _FINE


def _uniform(costs: Costs, count: int, chance: random.Random) -> list[Decimal]:
    return [_between(costs.low, costs.high, chance) for _ in range(count)]


# A drawn cost is a guess, not money yet: it is cut to thousandths of a percent.
def _normal(costs: Costs, count: int, chance: random.Random) -> list[Decimal]:
    middle = float(costs.low + costs.high) / 2
    deviation = abs(float(costs.high - costs.low)) / 4
    return [Decimal(round(chance.gauss(middle, deviation) * _FINE)) / _FINE for _ in range(count)]


def _common(costs: Costs, count: int, chance: random.Random) -> list[Decimal]:
    true = _between(costs.low, costs.high, chance)
    return [true * (100 + _between(-costs.error, costs.error, chance)) / 100 for _ in range(count)]


def _list(costs: Costs, count: int, chance: random.Random) -> list[Decimal]:
    return [costs.listed[place % len(costs.listed)] for place in range(count)]


_DRAWS = {
    Spread.UNIFORM: _uniform,
    Spread.NORMAL: _normal,
    Spread.COMMON: _common,
    Spread.LIST: _list,
}
