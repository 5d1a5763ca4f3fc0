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
    what each lot came to when it was decided again."""

    findings: list[Finding] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not any(found.level is Level.FAILED for found in self.findings)

    def ok(self, check: str, text: str) -> None:
        self.findings.append(Finding(Level.OK, check, text))

    def note(self, check: str, text: str) -> None:
        self.findings.append(Finding(Level.NOTE, check, text))

    def fail(self, check: str, text: str, which: str | None = None, seq: int | None = None) -> None:
        self.findings.append(Finding(Level.FAILED, check, text, which, seq))
