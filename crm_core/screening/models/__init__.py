"""Lists and their versions; subjects, screenings, hits and decisions."""

from crm_core.screening.models.lists import (
    ListActivation,
    ListedEntity,
    ListedName,
    ListSource,
    ListVersion,
    StagedEntity,
    Term,
    VersionFault,
)
from crm_core.screening.models.screenings import (
    Hit,
    HitDecision,
    HitEvidence,
    Screening,
    ScreeningPolicy,
    ScreeningRun,
    Subject,
)

__all__ = [
    "Hit",
    "HitDecision",
    "HitEvidence",
    "ListActivation",
    "ListSource",
    "ListVersion",
    "ListedEntity",
    "ListedName",
    "Screening",
    "ScreeningPolicy",
    "ScreeningRun",
    "StagedEntity",
    "Subject",
    "Term",
    "VersionFault",
]
