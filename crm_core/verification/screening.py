"""What screening says about a company, as verification takes it.

The one place that asks: until a room that screens is here, every company honestly reads
"not screened", which blocks verification unless the operator does without screening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from crm_core.verification.domain.terms import Screening


@dataclass(frozen=True, slots=True)
class Screened:
    """The state, and a JSON snapshot of what it is made of, to be kept with a decision."""

    state: Screening
    snapshot: Mapping[str, Any] = field(default_factory=dict)


def screening_of(company_id: UUID) -> Screened:
    """Where the company and the people it names stand with screening now."""
    return Screened(Screening.NOT_SCREENED, {"state": Screening.NOT_SCREENED.value})
