"""Direct swaps and cycles of companies in the graph of who could give what to whom.

A cycle is simple and no company stands in it twice, though a company may have several listings:
that is why this is not a library's enumeration of simple cycles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marketplace.barter.domain.graph import Graph

SHORTEST, LONGEST = 2, 5
MOST_CYCLES = 2_000
MOST_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Cycles:
    """Each cycle begins with its least key: every listing gives to the next, the last to the first.

    The shorter come first, then by their keys. ``complete`` is False where a limit ended the
    search, and with it the longer ones are missing.
    """

    found: tuple[tuple[str, ...], ...]
    complete: bool


class _Enough(Exception):
    """The search has taken as many steps as it may."""


def cycles(
    graph: Graph,
    companies: Mapping[str, str],
    *,
    through: str = "",
    longest: int = LONGEST,
    most: int = MOST_CYCLES,
    steps: int = MOST_STEPS,
) -> Cycles:
    """Every cycle of two to ``longest`` listings of different companies, or those that go
    ``through`` one listing; ``companies`` says whose each listing is."""
    search = _Search(graph, companies, steps, anywhere=bool(through))
    found: list[tuple[str, ...]] = []
    try:
        for length in range(SHORTEST, longest + 1):
            for start in [through] if through else sorted(graph):
                near = _distances(graph, start, length)
                for each in search.ways((start,), length, near):
                    if len(found) == most:
                        return Cycles(tuple(found), complete=False)
                    found.append(_turned(each))
    except _Enough:
        return Cycles(tuple(found), complete=False)
    return Cycles(tuple(sorted(found, key=lambda cycle: (len(cycle), cycle))), complete=True)


@dataclass(slots=True)
class _Search:
    """Walks the graph; ``left`` steps may still be taken. Unless it may go ``anywhere``, the start
    is the least key of what it finds, so that each cycle is found once."""

    graph: Graph
    companies: Mapping[str, str]
    left: int
    anywhere: bool

    def ways(
        self, way: tuple[str, ...], length: int, near: Mapping[str, int]
    ) -> Iterator[tuple[str, ...]]:
        """Ways of this length that begin with ``way`` and lead back to its start."""
        self.left -= 1
        if self.left < 0:
            raise _Enough
        if len(way) == length:
            if way[0] in self.graph[way[-1]]:
                yield way
            return
        taken = {self.companies[key] for key in way}
        for key in self.graph[way[-1]]:
            too_far = near.get(key, length) > length - len(way)
            too_small = not self.anywhere and key < way[0]
            if not too_far and not too_small and self.companies[key] not in taken:
                yield from self.ways((*way, key), length, near)


def _distances(graph: Graph, start: str, most: int) -> dict[str, int]:
    """From how many steps away the start can be reached, up to ``most``."""
    found = {start: 0}
    before: dict[str, list[str]] = {}
    for giver, edges in graph.items():
        for taker in edges:
            before.setdefault(taker, []).append(giver)
    edge = [start]
    for distance in range(1, most):
        edge = [key for each in edge for key in before.get(each, ()) if key not in found]
        found.update(dict.fromkeys(edge, distance))
    return found


def _turned(cycle: tuple[str, ...]) -> tuple[str, ...]:
    at = cycle.index(min(cycle))
    return cycle[at:] + cycle[:at]
