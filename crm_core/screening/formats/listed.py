"""What every format is read into: listed entities, and rows that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

NAME_LENGTH = 500
NAMES_KEPT = 400
TEXT_LENGTH = 2000
_SPACES = re.compile(r"[\s\x00\u200b\ufeff]+")


class ListedKind(StrEnum):
    """What a listed entity is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"


class NameUse(StrEnum):
    """How the publisher gives a name. A weak one is broad or generic by the publisher's word."""

    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a listed entity."""

    text: str
    use: NameUse


@dataclass(frozen=True, slots=True)
class Number:
    """A number the publisher gives: ``kind`` in its own words, ``country`` ISO 3166 or empty."""

    kind: str
    value: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entity of a list.

    ``uid`` is the publisher's own id. ``births`` are ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or two
    of them with a slash between; ``countries`` are ISO 3166 alpha-2. ``details`` holds texts and
    lists of texts for the reader, which are not compared.
    """

    uid: str
    kind: ListedKind
    names: tuple[Name, ...]
    countries: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    programs: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row or element that could not be read. ``place`` is a line, an id or an element's name."""

    code: str
    place: str
    detail: str = ""


Entry = Listed | Fault


@dataclass(slots=True)
class Reading:
    """A list while it is read. ``published_on`` is set by the time the last entry was read."""

    entries: Iterator[Entry]
    published_on: date | None = None


class FileRefused(Exception):
    """The file as a whole cannot be read; ``code`` says why, ``detail`` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


def clean(text: str | None) -> str:
    """The text in one line, without NUL and outer spaces."""
    return _SPACES.sub(" ", text or "").strip()


class Builder:
    """Gathers what several rows or elements say about one entity."""

    def __init__(self, uid: str, kind: ListedKind = ListedKind.UNKNOWN) -> None:
        self.uid = uid
        self.kind = kind
        self._names: dict[str, NameUse] = {}
        self._countries: dict[str, None] = {}
        self._births: dict[str, None] = {}
        self._numbers: dict[tuple[str, str], Number] = {}
        self._programs: dict[str, None] = {}
        self._details: dict[str, dict[str, None]] = {}

    def name(self, text: str | None, use: NameUse) -> None:
        """Add a name; said twice, its stronger use counts."""
        whole = clean(text)[:NAME_LENGTH]
        if not whole or len(self._names) >= NAMES_KEPT:
            return
        strength = list(NameUse)
        known = self._names.get(whole)
        if known is None or strength.index(use) < strength.index(known):
            self._names[whole] = use

    def country(self, code: str) -> None:
        """Add a country by its ISO code; an empty one is passed over."""
        if code:
            self._countries[code] = None

    def birth(self, text: str) -> None:
        """Add a date of birth in the form of :class:`Listed`; an empty one is passed over."""
        if text:
            self._births[text] = None

    def number(self, kind: str, value: str | None, country: str = "") -> None:
        """Add a number."""
        whole = clean(value)[:100]
        if whole:
            label = clean(kind)[:80]
            self._numbers.setdefault((label, whole), Number(label, whole, country))

    def program(self, text: str | None) -> None:
        """Add a programme or regime."""
        if whole := clean(text)[:200]:
            self._programs[whole] = None

    def detail(self, key: str, text: str | None) -> None:
        """Add a text for the reader."""
        if whole := clean(text)[:TEXT_LENGTH]:
            self._details.setdefault(key, {})[whole] = None

    @property
    def named(self) -> bool:
        """Whether there is a name at all."""
        return bool(self._names)

    def done(self) -> Listed:
        """The entity. Without a primary name its first one is the primary."""
        names = [Name(text, use) for text, use in self._names.items()]
        if names and all(each.use is not NameUse.PRIMARY for each in names):
            names[0] = Name(names[0].text, NameUse.PRIMARY)
        names.sort(key=lambda each: each.use is not NameUse.PRIMARY)
        return Listed(
            uid=self.uid,
            kind=self.kind,
            names=tuple(names),
            countries=tuple(sorted(self._countries)),
            births=tuple(sorted(self._births)),
            numbers=tuple(self._numbers.values()),
            programs=tuple(sorted(self._programs)),
            details={key: list(texts)[:50] for key, texts in sorted(self._details.items())},
        )


def finished(builder: Builder, place: str) -> Entry:
    """The builder's entity, or the fault that it has no name."""
    return builder.done() if builder.named else Fault("no_name", place, builder.uid)


def joined(*parts: str | None) -> str:
    """The parts that are there, with a space between."""
    return " ".join(part for part in map(clean, parts) if part)


def grouped(builders: Iterable[tuple[Builder, str]]) -> Iterator[Entry]:
    """Finish several builders, each with the place where it began."""
    for builder, place in builders:
        yield finished(builder, place)
