"""A hit's stored explanation, in words and with the names marked where they belong together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies import names
from crm_core.screening.models import EntityKind, NameUse, Subject

Text = str | Promise

HOW: Mapping[str, Text] = {
    "same": _("the same"),
    "known": _("known to be the same"),
    "initial": _("initial"),
    "legal": _("legal form"),
    "sound": _("sounds the same"),
    "alike": _("spelt alike"),
    "only_here": _("not on the list"),
    "only_listed": _("only in the list"),
}
TONES: Mapping[str, str] = {
    "same": "ok", "known": "ok", "initial": "info", "legal": "mute", "sound": "info",
    "alike": "info", "only_here": "warn", "only_listed": "warn",
}  # fmt: skip
MODIFIERS: Mapping[str, Text] = {
    "weak_alias": _("The publisher calls the alias weak"),
    "kind": _("One is a person, the other is not"),
    "country_same": _("A country in common"),
    "country_other": _("No country in common"),
    "birth_same": _("The same date of birth"),
    "birth_near": _("A date of birth that can be the same"),
    "birth_other": _("Another date of birth"),
    "number_same": _("The same number"),
}
LABELS: Mapping[str, Text] = {
    "legal": _("legal name"),
    "latin": _("name in Latin letters"),
    "person": pgettext_lazy("label of a person's name", "name"),
}
_WORDS = re.compile(r"[\w'’]+|[^\w'’]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a name; ``tone`` says how it belongs to the other name, nothing for what is
    between."""

    text: str
    how: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of parts: percent of likeness and weight, points of the score."""

    subject: str
    listed: str
    how: Text
    tone: str
    similarity: int
    weight: int
    points: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something beside the names that adds to the score or takes from it."""

    what: Text
    effect: int
    subject: str
    listed: str


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole, ready to be shown."""

    subject_marks: Sequence[Mark]
    subject_label: Text
    listed_marks: Sequence[Mark]
    listed_use: Text
    rows: Sequence[Row]
    lines: Sequence[Line]
    name_score: int
    score: int


def explained(told: Mapping[str, Any], *, subject_kind: str, listed_kind: str) -> Explained:
    """Read a stored explanation."""
    pairs = told["pairs"]
    return Explained(
        subject_marks=_marks(told["subject_name"], subject_kind, pairs, "subject"),
        subject_label=LABELS.get(told["subject_label"], told["subject_label"]),
        listed_marks=_marks(told["listed_name"], listed_kind, pairs, "listed"),
        listed_use=NameUse(told["listed_use"]).label,
        rows=[
            Row(
                subject=" ".join(pair["subject"]), listed=" ".join(pair["listed"]),
                how=HOW.get(pair["how"], pair["how"]), tone=TONES.get(pair["how"], ""),
                similarity=pair["similarity"], weight=pair["weight"], points=pair["points"],
            )
            for pair in pairs
        ],
        lines=[
            Line(
                what=MODIFIERS.get(each["what"], each["what"]), effect=each["effect"],
                subject=", ".join(_word(value) for value in each["subject"]),
                listed=", ".join(_word(value) for value in each["listed"]),
            )
            for each in told["modifiers"]
        ],
        name_score=told["name_score"],
        score=told["score"],
    )  # fmt: skip


def _word(value: str) -> str:
    """Kinds in words; countries, dates and numbers as they are."""
    if value in EntityKind.values:
        return str(EntityKind(value).label)
    return str(Subject.Kind(value).label) if value in Subject.Kind.values else value


def _marks(text: str, kind: str, pairs: Sequence[Mapping[str, Any]], side: str) -> Sequence[Mark]:
    """The name in pieces, each word marked by the pair its part is in."""
    known = {form: pair["how"] for pair in pairs for form in pair[side]}
    marks = []
    for piece in _WORDS.findall(text):
        how = next((known[form] for form in _forms(piece, kind) if form in known), "")
        marks.append(Mark(piece, how, TONES.get(how, "")))
    return marks


def _forms(piece: str, kind: str) -> list[str]:
    """A word as a part of a name may be written: folded, and as the legal form it may be."""
    found = [piece.casefold()]
    name = names.analysed(kind, piece)
    return found + ([part.form for part in name.parts] if name is not None else [])
