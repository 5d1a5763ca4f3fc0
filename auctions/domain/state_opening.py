"""Who opened sealed offers, as an auction's state keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auctions.domain.commands import KeyMeans, OpeningRole


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening: who took which part in it, and from where each key came.

    A role is None where the ledger is older than the roles in it.
    """

    round: int  # 0 where there are no rounds
    at: datetime
    auditor_means: KeyMeans
    office_means: KeyMeans
    auditor_by: OpeningRole | None
    office_by: OpeningRole | None
