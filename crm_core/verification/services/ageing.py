"""Time passing over one file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crm_core.verification.domain import life
from crm_core.verification.domain.terms import FacetState
from crm_core.verification.models import EntryAction, Measure
from crm_core.verification.services.keeping import changing

_TOLD = {FacetState.EXPIRING: EntryAction.EXPIRING, FacetState.EXPIRED: EntryAction.EXPIRED}


def age_file(company_id: UUID, *, at: datetime | None = None) -> bool:
    """Whether anything of this company's file changed by the time ``at`` (default: now)."""
    with changing(company_id, at=at) as change:
        before = change.now
        change.now = life.tick(before, at=change.at)
        if change.now == before:
            return False
        for state, action in _TOLD.items():
            keys = sorted(
                key
                for key, facet in change.now.facets.items()
                if facet.state is state and before.facets[key].state is not state
            )
            if keys:
                last = min(str(change.now.facets[key].valid_until) for key in keys)
                change.note(action, about={"facets": keys, "valid_until": last})
        if before.measure is not change.now.measure and before.measure == Measure.BANNED:
            change.note(EntryAction.BAN_ENDED)
    return True
