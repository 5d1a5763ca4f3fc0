"""What may be read: the facts of one company, the badges of many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from crm_core.access.actor import Actor, Nobody
from crm_core.badges.errors import PageNotFound
from crm_core.badges.facts import Facts, facts_of
from crm_core.companies.models import Company, Standing
from crm_core.verification.domain.terms import IDENTITY, VALID, FacetState, Measure
from crm_core.verification.models import Facet
from kernel.clock import utc_now


def public_facts(company_id: UUID) -> Facts:
    """What everybody may read. Raises PageNotFound for whoever was never verified."""
    found = facts_of(company_id)
    if found is None or not found.is_public:
        raise PageNotFound()
    return found


def facts_for(actor: Actor | Nobody, company_id: UUID) -> Facts:
    """The same; a company's own people are shown it before it is public. Raises PageNotFound."""
    found = facts_of(company_id)
    own = isinstance(actor, Actor) and actor.company_id == company_id
    if found is None or not (found.is_public or own):
        raise PageNotFound()
    return found


@dataclass(frozen=True, slots=True)
class Badge:
    """How a company stands, in the few words of a list. ``state`` is as of ``Facts.state``."""

    state: str
    until: date | None = None

    @property
    def tone(self) -> str:
        """The colour that goes with the words."""
        if self.state in VALID:
            return "ok"
        return "bad" if self.state in (Measure.SUSPENDED, Measure.BANNED) else "warn"


def badges_of(companies: Iterable[Company]) -> dict[UUID, Badge]:
    """The badges of these companies, in one query; the operator's own company has none."""
    asked = {each.pk: each for each in companies if not each.operates}
    facets = {
        each.file.company_id: each
        for each in Facet.objects.filter(file__company__in=asked, key=IDENTITY).select_related(
            "file"
        )
    }
    return {key: _badge(each, facets.get(key)) for key, each in asked.items()}


def _badge(company: Company, facet: Facet | None) -> Badge:
    if company.standing == Standing.SUSPENDED:
        banned = facet is not None and facet.file.measure == Measure.BANNED
        return Badge((Measure.BANNED if banned else Measure.SUSPENDED).value)
    if facet is None:
        return Badge(company.standing if company.standing == Standing.VERIFIED else "unverified")
    state, until = FacetState(facet.state), facet.valid_until
    if state in VALID and until is not None and until < utc_now().date():
        state = FacetState.EXPIRED
    return Badge(state.value, until)
