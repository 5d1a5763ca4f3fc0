"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How a finding counts."""

    OK = "ok"
    NOTE = "note"  # what could not be looked at, or what a person should read
    FAILED = "failed"


class Derived(StrEnum):
    """How far the result was derived anew."""

    NOTHING = "nothing"  # too little is open, or something does not fit
    OPEN = "as_far_as_open"  # closed entries could hold what would lead to another result
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the verifier says. ``chain`` and ``seq`` name the entry it is about."""

    level: Level
    check: str
    text: str
    chain: str | None = None
    seq: int | None = None


@dataclass(slots=True)
class Report:
    """Everything found, in the order of looking; ``about`` says which export it was, ``results``
    what each lot came to when it was decided again, and ``derived`` what that is worth."""

    findings: list[Finding] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    derived: Derived = Derived.NOTHING

    @property
    def passed(self) -> bool:
        return not any(found.level is Level.FAILED for found in self.findings)

    @property
    def is_open_result(self) -> bool:
        """Whether everything fits, and the result is still told as far as what is open tells."""
        return self.passed and self.derived is Derived.OPEN

    def ok(self, check: str, text: str) -> None:
        self.findings.append(Finding(Level.OK, check, text))

    def note(self, check: str, text: str) -> None:
        self.findings.append(Finding(Level.NOTE, check, text))

    def fail(self, check: str, text: str, which: str | None = None, seq: int | None = None) -> None:
        self.findings.append(Finding(Level.FAILED, check, text, which, seq))
