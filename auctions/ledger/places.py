"""Where a file stops being an export: read part by part, for files that no JSON reader takes whole.

An export is one line in a fixed order: the attempts, the entries and the few values beside them. So
one byte changed spoils the part it lies in, and every part before it still reads as it was written.
A reader of JSON stops later than that: behind a quotation mark lost, at the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auctions.domain.codec import BodyMalformed
from auctions.ledger import chain
from auctions.ledger.codec import opening_from
from kernel.canonical import NotCanonical, canonical

BEGINNING = b'{"attempts":['
_CHAINS = {"attempts": chain.ATTEMPTS, "entries": chain.LEDGER}
_LISTS = (*_CHAINS, "checkpoints", "timestamps")
Where = tuple[str | None, int | None]  # chain and number of an entry; nothing where it is none
NOWHERE: Where = (None, None)
_ENTRY_BEGINS = ('{"body":', '{"hash":')  # an opened one, a closed one


def named(which: str, seq: int) -> str:
    """How an entry is called in findings."""
    return f"Entry {seq}" if which == chain.LEDGER else f"Attempt {seq}"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the file: a field, and in a list the item, 1, 2, ...; 0 is the list itself."""

    field: str
    item: int = 0

    @property
    def entry(self) -> Where:
        """Chain and number of the entry it is, if it is one."""
        which = _CHAINS.get(self.field)
        return (which, self.item) if which is not None and self.item else NOWHERE

    def __str__(self) -> str:
        which, seq = self.entry
        if which is not None and seq is not None:
            return named(which, seq)
        if self.item:
            return f"Item {self.item} of the field {self.field}"
        return f"The field {self.field}"


class _Broken(Exception):
    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__(str(place))


def first_unsound(raw: bytes, fields: Iterator[str] | list[str]) -> Place | None:
    """The first part of ``raw`` that no export has there; None where all of it could be one.

    ``fields`` are an export's in their order. The comma before an entry counts as its own.
    """
    # A byte that is no UTF-8 becomes a lone surrogate, which no canonical value holds.
    text = raw.decode("utf-8", "surrogateescape")
    at, names = 0, list(fields)
    try:
        for number, name in enumerate(names):
            following = names[number + 1] if number + 1 < len(names) else None
            at = _expect(text, at, ("," if number else "{") + f'"{name}":', Place(name))
            if name in _LISTS:
                at = _list(text, at, name, following)
            else:
                _, at = _value(text, at, Place(name))
        if text[at:] != "}\n":
            raise _Broken(Place(names[-1]))
    except _Broken as broken:
        return broken.place
    return None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; raises ValueError where a name stands in it twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


_read = json.JSONDecoder(object_pairs_hook=once).raw_decode


def _expect(text: str, at: int, expected: str, place: Place) -> int:
    if not text.startswith(expected, at):
        raise _Broken(place)
    return at + len(expected)


def _value(text: str, at: int, place: Place) -> tuple[Any, int]:
    """The value that begins here, if it is written in the canonical form, and where it ends."""
    try:
        value, end = _read(text, at)
        written = canonical(value).decode("utf-8")
    except (ValueError, RecursionError) as error:
        raise _Broken(place) from error
    if written != text[at:end]:
        raise _Broken(place)
    return value, end


def _list(text: str, at: int, name: str, following: str | None) -> int:
    """Past a list's closing bracket."""
    at = _expect(text, at, "[", Place(name))
    number = 0
    while not _ends(text, at, name, number, following):
        number += 1
        place = Place(name, number)
        if number > 1:
            at = _expect(text, at, ",", place)
        value, at = _value(text, at, place)
        if name in _CHAINS:
            _entry(value, place)
    return at + 1


def _ends(text: str, at: int, name: str, number: int, following: str | None) -> bool:
    """Whether the list ends here, after so many items. Raises where its bracket is spoilt."""
    behind = "}\n" if following is None else f',"{following}":'
    if text.startswith(behind, at + 1):
        if text[at] != "]":
            raise _Broken(Place(name))
        return True
    # A bracket in the place of what leads to the next entry does not end the list.
    goes_on = (*_ENTRY_BEGINS, *(begin[1:] for begin in _ENTRY_BEGINS)) if name in _CHAINS else ()
    return text.startswith("]", at) and not text.startswith(goes_on, at + 1)


def _entry(value: Any, place: Place) -> None:
    try:
        opening = opening_from(value)
    except (BodyMalformed, NotCanonical) as error:
        raise _Broken(place) from error
    if opening.seq != place.item:
        raise _Broken(place)
