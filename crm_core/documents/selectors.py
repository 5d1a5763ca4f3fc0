"""Who may see which documents: one's own company's, and what was submitted to the operator."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.documents.errors import DocumentNotFound
from crm_core.documents.models import Document, DocumentVersion, VersionState


def visible_versions(actor: Actor) -> QuerySet[DocumentVersion]:
    """Versions the actor may see, with their documents.

    Own ones by DOCUMENT_READ; those of other companies by COMPANY_VERIFY, once submitted.
    """
    if not (actor.can(Capability.DOCUMENT_READ) or actor.can(Capability.COMPANY_VERIFY)):
        actor.check_scope(Capability.DOCUMENT_READ, Capability.COMPANY_VERIFY)
    allowed = Q(pk__in=())
    if actor.can(Capability.DOCUMENT_READ):
        allowed |= Q(document__company_id=actor.company_id)
    if actor.can(Capability.COMPANY_VERIFY):
        never_sent = Q(state=VersionState.DRAFT) | Q(state=VersionState.REPLACED, decided_at=None)
        allowed |= ~never_sent & ~Q(document__company_id=actor.company_id)
    return DocumentVersion.objects.filter(allowed).select_related("document")


def version_for(actor: Actor, version_id: UUID) -> DocumentVersion:
    """One version the actor may see. Raises DocumentNotFound."""
    found = visible_versions(actor).filter(pk=version_id).first()
    if found is None:
        raise DocumentNotFound()
    return found


def own_documents(actor: Actor) -> QuerySet[Document]:
    """The documents of the actor's company, each with its versions, latest first."""
    actor.require(Capability.DOCUMENT_READ)
    versions = DocumentVersion.objects.order_by("-number")
    return (
        Document.objects.filter(company_id=actor.company_id)
        .prefetch_related(Prefetch("versions", queryset=versions))
        .order_by("kind", "created_at", "id")
    )


def versions_of(company_id: UUID, states: Iterable[str] = ()) -> list[DocumentVersion]:
    """All versions of a company's documents, or those in ``states``, oldest first.

    For rooms above that have authorised the reader.
    """
    found = DocumentVersion.objects.filter(document__company_id=company_id)
    if states:
        found = found.filter(state__in=list(states))
    return list(found.select_related("document").order_by("document__kind", "uploaded_at", "id"))
