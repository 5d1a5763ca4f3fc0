"""What changes about documents."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import date
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.documents import tasks
from crm_core.documents.errors import (
    DocumentContentLost,
    DocumentDatesReversed,
    DocumentExpired,
    DocumentFieldInvalid,
    DocumentInfected,
    DocumentIssuedLater,
    DocumentNotDraft,
    DocumentNotFound,
    DocumentNotScanned,
    DocumentsTooMany,
    DocumentUnchanged,
)
from crm_core.documents.models import Document, DocumentKind, DocumentVersion, Scan, VersionState
from crm_core.documents.selectors import version_for
from infra.files import vault
from infra.files.errors import FileMissing
from infra.files.inspection import Inspected, Readable, inspect
from infra.files.kinds import FileKind
from kernel.clock import utc_now

_STEP = 64 * 1024


def upload(
    *,
    actor: Actor,
    kind: str,
    name: str,
    file: Readable | None,
    category: str = "",
    issuer: str = "",
    reference: str = "",
    issued_on: date | None = None,
    expires_on: date | None = None,
    document_id: UUID | None = None,
) -> DocumentVersion:
    """Keep a file as a new document of the actor's company, or as a new version of one.

    A draft before it is replaced. Raises a FileRefused with the reason the file is not taken,
    DocumentFieldInvalid, DocumentDatesReversed, DocumentIssuedLater, DocumentExpired,
    DocumentsTooMany, DocumentUnchanged, DocumentNotFound.
    """
    actor.require(Capability.DOCUMENT_EDIT)
    if document_id is None and kind not in DocumentKind.values:
        raise DocumentFieldInvalid(field="kind")
    _check_description(
        kind=kind, category=category, issuer=issuer, reference=reference, issued_on=issued_on,
        expires_on=expires_on,
    )  # fmt: skip
    if file is None:
        raise FileMissing()
    seen = inspect(
        name=name,
        file=file,
        largest=settings.UPLOAD_LIMIT,
        allowed=frozenset(FileKind(each) for each in settings.UPLOAD_TYPES),
    )
    stored_as = vault.keep(seen.content)
    try:
        with transaction.atomic():
            document = _document(actor, kind, category, document_id)
            version = _add_version(
                actor, document, seen, stored_as,
                issuer=issuer.strip(), reference=reference.strip(),
                issued_on=issued_on, expires_on=expires_on,
            )  # fmt: skip
            transaction.on_commit(lambda: tasks.scan_version.delay(str(version.pk)), robust=True)
    except BaseException:
        with contextlib.suppress(OSError):
            vault.forget(stored_as)
        raise
    return version


def delete_draft(*, actor: Actor, version_id: UUID) -> None:
    """Remove a draft and its file. Raises DocumentNotFound, DocumentNotDraft."""
    actor.require(Capability.DOCUMENT_EDIT)
    with transaction.atomic():
        version = (
            DocumentVersion.objects.select_for_update(of=("self",))
            .select_related("document")
            .filter(pk=version_id, document__company_id=actor.company_id)
            .first()
        )
        if version is None:
            raise DocumentNotFound()
        if version.state != VersionState.DRAFT:
            raise DocumentNotDraft()
        document, stored_as = version.document, version.stored_as
        version.delete()
        if not document.versions.exists():
            document.delete()
        transaction.on_commit(lambda: vault.forget(stored_as), robust=True)


def submit_drafts(*, company_id: UUID) -> list[DocumentVersion]:
    """Hand a company's drafts in: they stay as they are from now on. The submitted versions.

    Each takes the place of what was handed in before and not yet decided. Called within the
    transaction of the room above that has authorised it; raises DocumentInfected.
    """
    with transaction.atomic():
        drafts = list(
            DocumentVersion.objects.select_for_update(of=("self",))
            .select_related("document")
            .filter(document__company_id=company_id, state=VersionState.DRAFT)
            .order_by("pk")
        )
        for draft in drafts:
            if draft.scan == Scan.INFECTED:
                raise DocumentInfected(signature=draft.scan_signature)
            _replace(draft.document_id, VersionState.SUBMITTED)
            draft.state = VersionState.SUBMITTED
            draft.save(update_fields=["state"])
    return drafts


def decide(
    *, version_id: UUID, company_id: UUID, approve: bool, reason_code: str = "", note: str = ""
) -> DocumentVersion:
    """Accept or turn down what a company handed in; an accepted version takes the former's place.

    Called by the room above, which has authorised it. Raises DocumentNotFound when nothing of
    this company waits under this id, DocumentInfected, DocumentFieldInvalid without a reason.
    """
    if not approve and not reason_code:
        raise DocumentFieldInvalid(field="reason_code")
    with transaction.atomic():
        version = (
            DocumentVersion.objects.select_for_update(of=("self",))
            .select_related("document")
            .filter(pk=version_id, document__company_id=company_id, state=VersionState.SUBMITTED)
            .first()
        )
        if version is None:
            raise DocumentNotFound()
        if approve and version.scan == Scan.INFECTED:
            raise DocumentInfected(signature=version.scan_signature)
        if approve:
            _replace(version.document_id, VersionState.APPROVED)
        version.state = VersionState.APPROVED if approve else VersionState.REJECTED
        version.decided_at = utc_now()
        version.reason_code = "" if approve else reason_code
        version.reason_note = note.strip()
        version.save(update_fields=["state", "decided_at", "reason_code", "reason_note"])
    return version


def content_for(*, actor: Actor, version_id: UUID) -> tuple[DocumentVersion, IO[bytes]]:
    """A version the actor may see, and its file, whose bytes are those that were uploaded.

    Raises DocumentNotFound, DocumentInfected, DocumentNotScanned, DocumentContentLost.
    """
    version = version_for(actor, version_id)
    if version.scan == Scan.INFECTED:
        raise DocumentInfected(signature=version.scan_signature)
    if settings.REQUIRE_SCAN and version.scan != Scan.CLEAN:
        raise DocumentNotScanned()
    try:
        file = vault.opened(version.stored_as)
    except OSError as error:
        raise DocumentContentLost() from error
    digest = hashlib.sha256()
    while step := file.read(_STEP):
        digest.update(step)
    if digest.hexdigest() != version.sha256:
        file.close()
        raise DocumentContentLost()
    file.seek(0)
    return version, file


def record_scan(*, version_id: UUID, signature: str) -> None:
    """Note what the scanner said: ``signature`` names what it found, empty for nothing."""
    DocumentVersion.objects.filter(pk=version_id, scan=Scan.NOT_SCANNED).update(
        scan=Scan.INFECTED if signature else Scan.CLEAN,
        scan_signature=signature,
        scanned_at=utc_now(),
    )


def _check_description(
    *,
    kind: str,
    category: str,
    issuer: str,
    reference: str,
    issued_on: date | None,
    expires_on: date | None,
) -> None:
    today = localdate()
    if category and (kind != DocumentKind.LICENCE or len(category) > 10):
        raise DocumentFieldInvalid(field="category")
    if len(issuer.strip()) > 200:
        raise DocumentFieldInvalid(field="issuer")
    if len(reference.strip()) > 100:
        raise DocumentFieldInvalid(field="reference")
    if issued_on is not None and issued_on > today:
        raise DocumentIssuedLater(field="issued_on")
    if expires_on is not None and issued_on is not None and expires_on < issued_on:
        raise DocumentDatesReversed(field="expires_on")
    if expires_on is not None and expires_on < today:
        raise DocumentExpired(field="expires_on")


def _document(actor: Actor, kind: str, category: str, document_id: UUID | None) -> Document:
    # One lock for all of a company's uploads: numbers and the limit hold for two at once.
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    kept = DocumentVersion.objects.filter(document__company=company).count()
    if kept >= settings.DOCUMENTS_PER_COMPANY:
        raise DocumentsTooMany(limit=settings.DOCUMENTS_PER_COMPANY)
    if document_id is None:
        return Document.objects.create(company=company, kind=kind, category=category)
    document = Document.objects.filter(pk=document_id, company=company).first()
    if document is None:
        raise DocumentNotFound()
    return document


def _add_version(
    actor: Actor, document: Document, seen: Inspected, stored_as: str, **described: object
) -> DocumentVersion:
    latest = document.versions.order_by("-number").first()
    if latest is not None and latest.sha256 == seen.sha256 and latest.state != "rejected":
        raise DocumentUnchanged(field="file")
    _replace(document.pk, VersionState.DRAFT)
    return DocumentVersion.objects.create(
        document=document,
        number=latest.number + 1 if latest else 1,
        name=seen.name,
        file_kind=seen.kind,
        size=seen.size,
        sha256=seen.sha256,
        stored_as=stored_as,
        uploaded_by_id=actor.user_id,
        **described,
    )


def _replace(document_id: UUID, state: VersionState) -> None:
    """The version that stood in ``state`` no longer does."""
    stamp = {} if state == VersionState.DRAFT else {"decided_at": utc_now()}
    DocumentVersion.objects.filter(document_id=document_id, state=state).update(
        state=VersionState.REPLACED, **stamp
    )
