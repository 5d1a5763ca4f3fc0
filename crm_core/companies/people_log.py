"""The log of a company's people: written in the transaction of what it tells."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from crm_core.companies.models import Company, MemberInvitation, PeopleAction, PeopleEntry, Role


def log(
    company: Company,
    action: PeopleAction,
    *,
    role: str,
    by_id: UUID | None,
    person_id: UUID | None = None,
    invitation: MemberInvitation | None = None,
    before: str = "",
    after: str = "",
) -> PeopleEntry:
    """Add a line; the company's row must be locked, which numbers the lines without a gap."""
    last = PeopleEntry.objects.filter(company=company).values_list("number", flat=True).first()
    return PeopleEntry.objects.create(
        company=company, number=(last or 0) + 1, action=action, by_id=by_id, person_id=person_id,
        invitation=invitation, role=Role(role), before=before, after=after,
    )  # fmt: skip


def people_log(company_id: UUID) -> QuerySet[PeopleEntry]:
    """A company's lines, the newest first, with the people they name."""
    return PeopleEntry.objects.filter(company_id=company_id).select_related(
        "by", "person", "invitation"
    )
