"""Categories as a file has them, and what differs from those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """A category of a file; ``row`` is where it stands, ``parent`` a notation or nothing."""

    notation: str
    parent: str
    level: int
    name_en: str
    name_ru: str = ""
    name_uk: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file would do: categories new, changed (from, to), and gone from it."""

    new: list[Entry]
    changed: list[tuple[Entry, Entry]]
    gone: list[Entry]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {"new": len(self.new), "changed": len(self.changed), "gone": len(self.gone)}


def difference(known: Mapping[str, Entry], given: Sequence[Entry]) -> Difference:
    """Compare by notation with those in use: one that was retired and is given again is new."""
    named = {each.notation for each in given}
    return Difference(
        new=[each for each in given if each.notation not in known],
        changed=[
            (known[each.notation], each)
            for each in given
            if each.notation in known and known[each.notation] != each
        ],
        gone=[each for key, each in sorted(known.items()) if key not in named],
    )


def ways_of(parents: Mapping[str, str]) -> tuple[dict[str, list[str]], set[str]]:
    """Above each notation those over it, nearest first; and those on a way that ends nowhere:
    in a circle, or at a parent that is not there."""
    ways: dict[str, list[str]] = {}
    lost: set[str] = set()
    for start in parents:
        way: list[str] = []
        at, seen = parents[start], {start}
        while at:
            if at in seen or at not in parents:
                lost.add(start)
                break
            seen.add(at)
            way.append(at)
            at = parents[at]
        else:
            ways[start] = way
    return ways, lost


def twice_on_a_way(
    parents: Mapping[str, str], keys: Iterable[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """``(notation, above, key)`` for each key that a category and one above it would both have."""
    by_notation: dict[str, set[str]] = {}
    for notation, key in keys:
        by_notation.setdefault(notation, set()).add(key)
    ways, _ = ways_of(parents)
    return [
        (notation, above, key)
        for notation, own in sorted(by_notation.items())
        for above in ways.get(notation, [])
        for key in sorted(own & by_notation.get(above, set()))
    ]
