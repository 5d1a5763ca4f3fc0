"""What screening says about a company, as verification takes it: the one place that asks.

People whom the company declares are handed to screening here, and taken from it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from crm_core.companies.models import Capacity
from crm_core.screening.models import Screening as Comparison
from crm_core.screening.services.subjects import company_changed, stop_watching, watch_person
from crm_core.screening.standing import company_standing
from crm_core.verification.domain.terms import Screening


@dataclass(frozen=True, slots=True)
class Screened:
    """The state, and a JSON snapshot of what it is made of, to be kept with a decision."""

    state: Screening
    snapshot: Mapping[str, Any] = field(default_factory=dict)


def screening_of(company_id: UUID) -> Screened:
    """Where the company and the people it names stand with screening now."""
    found = company_standing(company_id)
    state = Screening(found.standing.value)
    comparisons = Comparison.objects.filter(pk__in=found.screenings).select_related("subject")
    return Screened(
        state,
        {
            "state": state.value,
            "reasons": list(found.reasons),
            "open_hits": found.open_hits,
            "true_hits": found.true_hits,
            "screenings": [
                {
                    "id": str(each.pk), "subject": each.subject.urn,
                    "name": each.subject.caption, "capacity": each.subject.capacity,
                    "outcome": each.outcome, "at": each.at.isoformat(), "hits": each.hits,
                    "threshold": each.threshold, "lists": each.lists,
                }
                for each in comparisons.order_by("subject__added_at", "id")
            ],
        },
    )  # fmt: skip


def urn_of(person_id: str) -> str:
    """What screening calls a declared person."""
    return f"urn:fairfall:declared-person:{person_id}"


def hand_over(company_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Have screening compare whom the company now declares, and nobody it no longer does.

    ``before`` and ``after`` are as of ``companies.profile.declared``. The signatory is compared
    under a name of the company's own, since a signatory may be none of the declared people.
    """
    company_changed(company_id)
    for person in after["people"]:
        watch_person(
            urn=urn_of(person["id"]), company_id=company_id,
            names=[person["name"], person["latin_name"]], capacity=_CAPACITY[person["capacity"]],
            countries=[person["country"]], birth=person["born_on"] or "",
        )  # fmt: skip
    for gone in {each["id"] for each in before["people"]} - {
        each["id"] for each in after["people"]
    }:
        stop_watching(urn_of(gone))
    signatory = f"urn:fairfall:company:{company_id}:signatory"
    if name := after["signatory"]["name"]:
        watch_person(urn=signatory, company_id=company_id, names=[name], capacity="signatory")
    else:
        stop_watching(signatory)


_CAPACITY = {Capacity.DIRECTOR.value: "director", Capacity.OWNER.value: "owner"}
