"""How much everybody in a cycle gives, so that the values match best within everybody's cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kernel.decimals import quantize, rounded_fraction
from marketplace.barter.domain.cash import ZERO, Transfer, transfers
from marketplace.barter.domain.graph import HUNDRED, Edge, Graph, Node

MOST_TRIES = 2_000
ENOUGH = Decimal("0.9")
"""Of the amounts that trade this share of the most that can be traded, the one with the least cash
for what is traded is proposed, of equal ones the greatest: a small exact swap does not go before a
large one that is nearly so."""


@dataclass(frozen=True, slots=True)
class Leg:
    """``quantity`` in the giver's unit, worth ``value`` at the currency's places."""

    edge: Edge
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Party:
    """What one gives and gets. ``cash`` is what it is paid for the rest; negative, what it pays."""

    node: str
    gives: Decimal
    gets: Decimal

    @property
    def cash(self) -> Decimal:
        """The values given less the values got."""
        return self.gives - self.gets

    @property
    def imbalance(self) -> Decimal:
        """The cash in percent of what it gives, rounded half-even to two places."""
        return quantize(abs(self.cash) * HUNDRED / self.gives, 2)


@dataclass(frozen=True, slots=True)
class Balanced:
    """A cycle with quantities: leg number n is given by party n, to the next one."""

    legs: tuple[Leg, ...]
    parties: tuple[Party, ...]
    cash: tuple[Transfer, ...]

    @property
    def value(self) -> Decimal:
        """The values of all legs."""
        return sum((each.value for each in self.legs), ZERO)

    @property
    def paid(self) -> Decimal:
        """All that is paid in cash."""
        return sum((each.amount for each in self.cash), ZERO)


def balance(
    cycle: Sequence[str], graph: Graph, nodes: Mapping[str, Node], places: int
) -> Balanced | None:
    """The cycle with quantities; None where nothing lies within everybody's cap.

    The leg with the most valuable step decides what can be met: its multiples are tried from the
    greatest down, each other leg takes the multiple whose value is nearest to it.
    """
    edges = [graph[key][cycle[(at + 1) % len(cycle)]] for at, key in enumerate(cycle)]
    worth = [Fraction(nodes[each.giver].step) * Fraction(nodes[each.giver].unit_value)
             for each in edges]  # fmt: skip
    coarsest = max(range(len(edges)), key=lambda at: (worth[at], -at))
    least = min(each.steps * value for each, value in zip(edges, worth, strict=True))
    most = min(edges[coarsest].steps, -(-least // worth[coarsest]))
    found: list[Balanced] = []
    for count in range(most, max(0, most - MOST_TRIES), -1):
        target = count * worth[coarsest]
        counts = [
            count if at == coarsest else max(1, min(each.steps, round(target / worth[at])))
            for at, each in enumerate(edges)
        ]
        tried = _with(edges, counts, nodes, places)
        if tried is not None:
            found.append(tried)
    if not found:
        return None
    enough = max(each.value for each in found) * ENOUGH
    return min(
        (each for each in found if each.value >= enough),
        key=lambda each: (Fraction(each.paid) / Fraction(each.value), -each.value),
    )


def _with(
    edges: Sequence[Edge], counts: Sequence[int], nodes: Mapping[str, Node], places: int
) -> Balanced | None:
    legs = []
    for edge, count in zip(edges, counts, strict=True):
        giver = nodes[edge.giver]
        quantity = giver.step * count
        value = rounded_fraction(Fraction(quantity) * Fraction(giver.unit_value), places)
        legs.append(Leg(edge, quantity, value))
    parties = [
        Party(leg.edge.giver, gives=leg.value, gets=legs[at - 1].value)
        for at, leg in enumerate(legs)
    ]
    for party in parties:
        if not party.gives or not nodes[party.node].cap.allows(party.gives, party.gets):
            return None
    paid = transfers([each.cash for each in parties], places)
    return Balanced(tuple(legs), tuple(parties), tuple(paid))
