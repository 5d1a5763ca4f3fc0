"""Lists and their versions; subjects, screenings, hits and decisions."""

from crm_core.screening.models.lists import (
    EntityKind,
    ListActivation,
    ListedEntity,
    ListedName,
    ListSource,
    ListVersion,
    NameUse,
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
    "EntityKind",
    "Hit",
    "HitDecision",
    "HitEvidence",
    "ListActivation",
    "ListSource",
    "ListVersion",
    "ListedEntity",
    "ListedName",
    "NameUse",
    "Screening",
    "ScreeningPolicy",
    "ScreeningRun",
    "StagedEntity",
    "Subject",
    "Term",
    "VersionFault",
]
