"""What a setting of an auction is, and what can be wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auctions.domain.terms import Format

Text = Any  # a translated string, perhaps not yet translated


class Kind(StrEnum):
    """How a value is typed."""

    MOMENT = "moment"
    MINUTES = "minutes"
    SECONDS = "seconds"
    PERCENT = "percent"
    AMOUNT = "amount"
    INTEGER = "integer"
    BOOL = "bool"
    CHOICE = "choice"
    TEXT = "text"  # several lines


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a tender from being published, beside the field it belongs to.

    ``field`` is a key of FIELDS, a field of the tender, or a field of a lot when ``lot`` is set.
    """

    field: str
    message: Text
    lot: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsField:
    """One setting: its key (a path into the terms), what it is called, and the rule it sets."""

    key: str
    section: str
    label: Text
    rule: Text
    kind: Kind
    default: str | bool
    required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    least: int = 0
    most: int = 10_000
    formats: frozenset[Format] | None = None  # those that take the rule; None: all

    @property
    def html_name(self) -> str:
        """The key as a name of a form's input."""
        return self.key.replace(".", "__")
