"""From rows to the rules' state and back, under one row lock a company.

Every service runs within :func:`changing`: the file is locked, read, changed by a function of
``domain.life``, written back with one entry, and the company's standing follows. Nothing else
writes ``Company.standing`` of a company that trades.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from crm_core.companies.models import Company, Standing
from crm_core.companies.profile import declared, missing
from crm_core.companies.services import set_standing
from crm_core.documents.models import DocumentVersion, Scan
from crm_core.documents.selectors import versions_of
from crm_core.verification.domain import terms
from crm_core.verification.domain.evidence import Evidence, Paper
from crm_core.verification.domain.life import Facet as FacetNow
from crm_core.verification.domain.life import File, Proposal
from crm_core.verification.domain.requirements import Declared, owed
from crm_core.verification.errors import CaseNotFound
from crm_core.verification.models import Entry, EntryAction, Facet, FacetState, VerificationFile
from crm_core.verification.screening import screening_of
from infra.outbox import emit
from kernel.canonical import canonical
from kernel.clock import utc_now

TAKEN_OVER_FOR = timedelta(days=365)


@dataclass(slots=True)
class Change:
    """A file under its lock: ``now`` is the rules' state, to be replaced by the new one."""

    row: VerificationFile
    now: File
    at: datetime
    entries: list[Entry] = field(default_factory=list)

    def note(
        self,
        action: EntryAction,
        *,
        actor_id: UUID | None = None,
        maker_id: UUID | None = None,
        reason: str = "",
        note: str = "",
        about: Mapping[str, Any] | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Write one entry of the history."""
        self.row.entries_count += 1
        entry = Entry(
            file=self.row, number=self.row.entries_count, action=action, actor_id=actor_id,
            maker_id=maker_id, reason=reason, note=note.strip(), about=dict(about or {}),
            evidence=evidence, at=self.at,
            evidence_sha256=hashlib.sha256(canonical(evidence)).hexdigest() if evidence else "",
        )  # fmt: skip
        entry.save(force_insert=True)
        self.entries.append(entry)
        return entry


@contextmanager
def changing(company_id: UUID, *, at: datetime | None = None) -> Iterator[Change]:
    """Lock a company's file, let the caller change it, write it back. Raises CaseNotFound."""
    with transaction.atomic():
        row = _lock(company_id)
        change = Change(row, read(row), at or utc_now())
        yield change
        _write(change)


def _lock(company_id: UUID) -> VerificationFile:
    """The company's file, made at its first use; whoever comes second waits here."""
    company = Company.objects.filter(pk=company_id, operates=False).first()
    if company is None:
        raise CaseNotFound()
    VerificationFile.objects.bulk_create([VerificationFile(company=company)], ignore_conflicts=True)
    row = (
        VerificationFile.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(company_id=company_id)
    )
    if row.entries_count == 0 and not row.facets.exists():
        _take_over(row)
    return row


def _take_over(row: VerificationFile) -> None:
    """A standing given before there were files: its identity counts for a year, and is told so."""
    standing = row.company.standing
    if standing == Standing.DRAFT:
        return
    change = Change(row, File(), utc_now())
    change.note(
        EntryAction.TAKEN_OVER, about={"standing": standing},
        evidence={"declared": declared(row.company_id)},
    )  # fmt: skip
    until = localdate() + TAKEN_OVER_FOR
    if standing == Standing.VERIFIED:
        Facet.objects.create(
            file=row, key=terms.IDENTITY, state=FacetState.VERIFIED, valid_until=until,
            verified_at=change.at,
        )  # fmt: skip
    else:
        row.measure = terms.Measure.SUSPENDED
    row.save()


def read(row: VerificationFile) -> File:
    """The rules' state of a file."""
    proposal = None
    if row.proposed_action:
        assert row.proposed_by_id is not None
        proposal = Proposal(
            action=terms.Action(row.proposed_action),
            by=row.proposed_by_id,
            reason=terms.Reason(row.proposed_reason) if row.proposed_reason else None,
            risk=terms.Risk(row.proposed_risk or row.risk),
            until=row.proposed_until,
        )
    facets = {
        each.key: FacetNow(terms.FacetState(each.state), each.valid_until)
        for each in row.facets.all()
    }
    return File(
        case=terms.CaseState(row.state),
        facets=facets,
        asked=frozenset(row.asked),
        assignee=row.assignee_id,
        risk=terms.Risk(row.risk),
        proposal=proposal,
        measure=terms.Measure(row.measure),
        banned_until=row.banned_until,
        appeal=terms.Appeal(row.appeal),
        judges=frozenset(UUID(each) for each in row.judges),
    )


def _write(change: Change) -> None:
    row, now, at = change.row, change.now, change.at
    before = terms.CaseState(row.state)
    if now.case is terms.CaseState.SUBMITTED and before is not now.case:
        row.submitted_at, row.asked_at, row.asked_for_seconds = at, None, 0
    if now.case is terms.CaseState.INFO_REQUESTED and before is not now.case:
        row.asked_at = at
    elif row.asked_at is not None and now.case is not terms.CaseState.INFO_REQUESTED:
        row.asked_for_seconds += max(0, int((at - row.asked_at).total_seconds()))
        row.asked_at = None
    proposal = now.proposal
    if proposal is None:
        row.proposed_note, row.proposed_at = "", None
    elif not row.proposed_action:
        row.proposed_at = at
    row.state, row.asked = now.case.value, sorted(now.asked)
    row.assignee_id, row.risk = now.assignee, now.risk.value
    row.proposed_action = proposal.action.value if proposal else ""
    row.proposed_by_id = proposal.by if proposal else None
    row.proposed_reason = proposal.reason.value if proposal and proposal.reason else ""
    row.proposed_risk = proposal.risk.value if proposal else ""
    row.proposed_until = proposal.until if proposal else None
    row.measure, row.banned_until = now.measure.value, now.banned_until
    if now.measure is terms.Measure.NONE:
        row.measure_reason = row.measure_note = ""
    row.appeal, row.judges = now.appeal.value, sorted(str(each) for each in now.judges)
    row.save()
    _write_facets(change)
    _follow_standing(change)


def _write_facets(change: Change) -> None:
    kept = {each.key: each for each in change.row.facets.all()}
    for key, facet in change.now.facets.items():
        row = kept.get(key) or Facet(file=change.row, key=key)
        fresh = facet.state is terms.FacetState.VERIFIED and (
            row.state not in terms.VALID or row.valid_until != facet.valid_until
        )
        if row.pk and row.state == facet.state.value and row.valid_until == facet.valid_until:
            continue
        row.state, row.valid_until = facet.state.value, facet.valid_until
        if fresh:
            row.verified_at = change.at
        row.save()


def _follow_standing(change: Change) -> None:
    now, company = change.now, change.row.company
    if now.measure is not terms.Measure.NONE:
        standing = Standing.SUSPENDED
    else:
        standing = Standing.VERIFIED if now.is_verified else Standing.DRAFT
    last = change.entries[-1] if change.entries else None
    set_standing(
        company_id=company.pk,
        standing=standing,
        reason=last.action if last else "",
        actor_urn=f"urn:fairfall:user:{last.actor_id}" if last and last.actor_id else "",
    )
    for entry in change.entries:
        emit(
            type="verification.moved",
            subject=company.urn,
            parties=[company.urn],
            payload={
                "company_id": company.pk, "entry_id": entry.pk, "action": entry.action,
                "state": change.row.state, "reason": entry.reason,
            },
        )  # fmt: skip


# What decisions stand on ----------------------------------------------------------------------


def gather(company_id: UUID, asked: frozenset[str], *, at: datetime) -> Evidence:
    """Declared facts, present papers and screening of a company, about these facets."""
    facts = declared(company_id)
    screened = screening_of(company_id)
    return Evidence(
        today=at.date(),
        owed=owed(asked, declared_for(facts)),
        papers=tuple(paper_of(each) for each in versions_of(company_id)),
        screening=screened.state,
        screening_required=settings.SCREENING_REQUIRED,
        missing_fields=missing(facts, bank=terms.BANK in asked),
        screening_snapshot=screened.snapshot,
        declared=facts,
    )


def declared_for(facts: Mapping[str, Any]) -> Declared:
    """What decides which papers are owed."""
    has_vat = any(code.endswith(("-VAT", "-PVM", "-PVN", "-AFM")) for code in facts["numbers"])
    return Declared(
        country=facts["country"], buys=facts["sides"]["buys"], sells=facts["sides"]["sells"],
        has_vat=has_vat,
    )  # fmt: skip


def paper_of(version: DocumentVersion) -> Paper:
    """A version of a document, as the rules see it."""
    document = version.document
    key = f"{document.kind}:{document.category}" if document.category else document.kind
    return Paper(
        key=key, state=version.state, sha256=version.sha256, name=version.name,
        id=str(version.pk), issued_on=version.issued_on, expires_on=version.expires_on,
        infected=version.scan == Scan.INFECTED,
    )  # fmt: skip


def snapshot(evidence: Evidence, asked: frozenset[str]) -> dict[str, Any]:
    """Evidence as canonical JSON, to be kept with a decision."""
    shown = {"submitted", "approved", "rejected"}
    return {
        "facets": sorted(asked),
        "owed": [each.key for each in evidence.owed],
        "documents": [
            {
                "key": each.key, "state": each.state, "sha256": each.sha256, "name": each.name,
                "id": each.id,
                "issued_on": each.issued_on.isoformat() if each.issued_on else None,
                "expires_on": each.expires_on.isoformat() if each.expires_on else None,
            }
            for each in evidence.papers
            if each.state in shown
        ],
        "screening": {
            "state": evidence.screening.value, "required": evidence.screening_required,
            "snapshot": dict(evidence.screening_snapshot),
        },
        "declared": dict(evidence.declared),
        "missing": sorted(evidence.missing_fields),
    }  # fmt: skip
