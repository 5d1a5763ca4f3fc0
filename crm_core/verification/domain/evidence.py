"""What a decision stands on, as it was at the moment of deciding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_core.verification.domain.requirements import Required, is_fresh
from crm_core.verification.domain.terms import Screening


@dataclass(frozen=True, slots=True)
class Paper:
    """The present version of a document: ``state`` as in documents (draft, submitted, …)."""

    key: str
    state: str
    sha256: str
    name: str
    id: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    infected: bool = False


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way: ``code``, and what it is about (a document's key, a field)."""

    code: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.about}".strip()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Declared facts, papers, screening: everything the rules look at.

    ``missing_fields`` names what the profile lacks. ``screening_snapshot`` is JSON of the room that
    screens, kept as it was given.
    """

    today: date
    owed: tuple[Required, ...]
    papers: tuple[Paper, ...]
    screening: Screening
    screening_required: bool = True
    missing_fields: frozenset[str] = frozenset()
    screening_snapshot: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)

    def paper(self, required: Required, states: Sequence[str]) -> Paper | None:
        """The best paper for what is owed, by the order of ``states``."""
        fitting = [each for each in self.papers if each.key == required.key]
        for state in states:
            for each in fitting:
                if each.state == state:
                    return each
        return None


def to_submit(evidence: Evidence) -> list[Blocker]:
    """What keeps a company from handing in: an incomplete profile, a paper that is not there."""
    found = [Blocker("field_missing", name) for name in sorted(evidence.missing_fields)]
    for required in evidence.owed:
        paper = evidence.paper(required, ("draft", "submitted", "approved"))
        found += _faults(required, paper, evidence.today)
    return found


def to_verify(evidence: Evidence) -> list[Blocker]:
    """What keeps two people from verifying: anything missing, undecided or unresolved."""
    found = [Blocker("field_missing", name) for name in sorted(evidence.missing_fields)]
    for required in evidence.owed:
        waiting = evidence.paper(required, ("submitted",))
        if waiting is not None:
            # What was handed in last counts; an older accepted version does not hide it.
            found.append(Blocker("document_undecided", required.key))
            continue
        found += _faults(required, evidence.paper(required, ("approved",)), evidence.today)
    if evidence.screening is Screening.TRUE_MATCH:
        found.append(Blocker("screening_match"))
    elif evidence.screening is Screening.OPEN_HITS:
        found.append(Blocker("screening_open"))
    elif evidence.screening is Screening.NOT_SCREENED and evidence.screening_required:
        found.append(Blocker("not_screened"))
    return found


def _faults(required: Required, paper: Paper | None, today: date) -> list[Blocker]:
    if paper is None:
        return [Blocker("document_missing", required.key)]
    if paper.infected:
        return [Blocker("document_infected", required.key)]
    if paper.expires_on is not None and paper.expires_on < today:
        return [Blocker("document_expired", required.key)]
    if not is_fresh(required, paper.issued_on, today):
        return [Blocker("document_too_old", required.key)]
    return []
