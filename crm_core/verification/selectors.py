"""What a company reads of its own verification, and what it still lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.companies.profile import missing
from crm_core.documents.models import DocumentVersion
from crm_core.documents.selectors import versions_of
from crm_core.verification.domain.evidence import Blocker, Evidence, to_submit
from crm_core.verification.domain.requirements import Required, first_facets, required
from crm_core.verification.domain.terms import BANK, BUSY, CATEGORY, IDENTITY, VALID
from crm_core.verification.errors import CaseNotFound
from crm_core.verification.models import Entry, EntryAction, Facet, VerificationFile
from crm_core.verification.services.keeping import declared_for, gather, paper_of
from kernel.clock import utc_now

FOR_THE_COMPANY = (
    EntryAction.TAKEN_OVER, EntryAction.SUBMITTED, EntryAction.WITHDRAWN,
    EntryAction.INFO_REQUESTED, EntryAction.ANSWERED, EntryAction.DOCUMENT_ACCEPTED,
    EntryAction.DOCUMENT_REFUSED, EntryAction.VERIFIED, EntryAction.REJECTED, EntryAction.CHANGED,
    EntryAction.EXPIRING, EntryAction.EXPIRED, EntryAction.SUSPENDED, EntryAction.BANNED,
    EntryAction.LIFTED, EntryAction.BAN_ENDED, EntryAction.APPEALED, EntryAction.APPEAL_GRANTED,
    EntryAction.APPEAL_DECLINED,
)  # fmt: skip
"""What of its history a company is told: never who proposes what, nor who reviews."""
WITH_WORDS = frozenset(
    {
        EntryAction.INFO_REQUESTED, EntryAction.ANSWERED, EntryAction.DOCUMENT_REFUSED,
        EntryAction.REJECTED, EntryAction.SUSPENDED, EntryAction.BANNED, EntryAction.LIFTED,
        EntryAction.APPEALED, EntryAction.APPEAL_GRANTED, EntryAction.APPEAL_DECLINED,
    }
)  # fmt: skip
"""Entries whose reason and note are written for the company, or by it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One facet: how it stands, and what keeps the company from handing it in."""

    key: str
    state: str
    valid_until: date | None
    blockers: tuple[Blocker, ...]
    is_asked: bool

    @property
    def is_valid(self) -> bool:
        """Whether it counts now."""
        return self.state in VALID


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document that is owed, with the version that counts and what is wrong with it."""

    required: Required
    version: DocumentVersion | None
    refused: DocumentVersion | None
    fault: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a company stands on its way to being verified."""

    company: Company
    file: VerificationFile | None
    sides: tuple[Side, ...]
    sheets: tuple[Sheet, ...]
    missing: frozenset[str]

    @property
    def state(self) -> str:
        """The state of the case; a company without a file prepares."""
        return self.file.state if self.file is not None else "draft"

    @property
    def is_busy(self) -> bool:
        """Whether what was declared is being checked and stays as it is."""
        return self.state in BUSY

    @property
    def stands(self) -> frozenset[str]:
        """The facets that count now: a change of what they stand on opens them."""
        return frozenset(each.key for each in self.sides if each.is_valid)


def own_company(actor: Actor) -> Company:
    """The actor's company, which is none of the operator's. Raises CaseNotFound."""
    actor.require(Capability.DOCUMENT_READ)
    found = Company.objects.filter(pk=actor.company_id, operates=False).first()
    if found is None:
        raise CaseNotFound()
    return found


def own_outlook(actor: Actor) -> Outlook:
    """All of it, in a number of queries that does not grow. Raises CaseNotFound."""
    company = own_company(actor)
    file = VerificationFile.objects.filter(company=company).prefetch_related("facets").first()
    facets = {each.key: each for each in file.facets.all()} if file else {}
    asked = frozenset(file.asked) if file else frozenset()
    versions = versions_of(company.pk)
    licensed = {
        f"{CATEGORY}{each.document.category}"
        for each in versions
        if each.document.category and each.state in ("draft", "submitted", "approved")
    }
    evidence = gather(company.pk, asked | {BANK}, at=utc_now())
    declared = declared_for(evidence.declared)
    keys = sorted(
        first_facets(declared) | facets.keys() | asked | licensed,
        key=lambda key: (key != IDENTITY, key != BANK, key),
    )
    sides = tuple(
        Side(
            key=key,
            state=facets[key].state if key in facets else "unverified",
            valid_until=facets[key].valid_until if key in facets else None,
            blockers=tuple(to_submit(_about(evidence, key, required(key, declared)))),
            is_asked=key in asked,
        )
        for key in keys
    )
    owed = {each.key: each for key in keys for each in required(key, declared)}
    return Outlook(
        company=company, file=file, sides=sides,
        sheets=tuple(_sheet(each, versions, evidence) for each in owed.values()),
        missing=missing(evidence.declared, bank=BANK in keys),
    )  # fmt: skip


def own_entries(actor: Actor) -> QuerySet[Entry]:
    """The history of the actor's company as it is told to the company, the latest first."""
    company = own_company(actor)
    return Entry.objects.filter(file__company=company, action__in=FOR_THE_COMPANY).order_by(
        "-number"
    )


def _about(evidence: Evidence, key: str, owed: tuple[Required, ...]) -> Evidence:
    """The same evidence, about one facet alone."""
    lacking = missing(evidence.declared, bank=key == BANK)
    if key != IDENTITY:
        lacking &= {"accounts"}
    return replace(evidence, owed=owed, missing_fields=lacking)


def _sheet(owed: Required, versions: Iterable[DocumentVersion], evidence: Evidence) -> Sheet:
    fitting = [each for each in versions if paper_of(each).key == owed.key]
    rank = {"draft": 0, "submitted": 1, "approved": 2}
    usable = sorted((each for each in fitting if each.state in rank), key=lambda v: rank[v.state])
    refused = [each for each in fitting if each.state == "rejected"]
    faults = to_submit(replace(evidence, owed=(owed,), missing_fields=frozenset()))
    return Sheet(
        required=owed,
        version=usable[0] if usable else None,
        refused=refused[-1] if refused and not usable else None,
        fault=faults[0].code if faults else "",
    )


def valid_facets(company_id: UUID) -> frozenset[str]:
    """The facets of a company that count now, for ``crm_core.companies.gates``."""
    return frozenset(
        Facet.objects.filter(file__company_id=company_id, state__in=VALID)
        .exclude(valid_until__lt=localdate())
        .values_list("key", flat=True)
    )
