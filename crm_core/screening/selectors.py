"""Authorised reads: lists and versions, hits, and what was found about whom."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm_core.access.actor import Actor, Nobody
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.screening.errors import ScreeningNotFound
from crm_core.screening.models import (
    Hit,
    ListedEntity,
    ListSource,
    ListVersion,
    Screening,
    ScreeningRun,
    Subject,
)

DIFFERENCES_SHOWN = 200


def admit(actor: Actor | Nobody) -> None:
    """Raise ScreeningNotFound for whoever does not screen: nothing of it is told to exist."""
    if not actor.can(Capability.SCREENING_READ):
        actor.check_scope(Capability.SCREENING_READ)
        raise ScreeningNotFound()


def sources(actor: Actor) -> QuerySet[ListSource]:
    """The lists with their active versions, by code."""
    admit(actor)
    return ListSource.objects.select_related("active", "active__imported_by")


def source(actor: Actor, code: str) -> ListSource:
    """One list. Raises ScreeningNotFound."""
    found = sources(actor).filter(code=code).first()
    if found is None:
        raise ScreeningNotFound()
    return found


def versions(actor: Actor, of: ListSource | None = None) -> QuerySet[ListVersion]:
    """Imports, the latest first; of one list where it is given."""
    admit(actor)
    found = ListVersion.objects.select_related("source", "imported_by")
    return found.filter(source=of) if of is not None else found


def version(actor: Actor, version_id: UUID) -> ListVersion:
    """One import. Raises ScreeningNotFound."""
    found = versions(actor).filter(pk=version_id).first()
    if found is None:
        raise ScreeningNotFound()
    return found


def entities_of(of: ListVersion, *, search: str = "") -> QuerySet[ListedEntity]:
    """What a version holds, however old; ``search`` takes words of names, or the number."""
    if of.number is None:
        return ListedEntity.objects.none()
    found = ListedEntity.objects.filter(source_id=of.source_id, first__lte=of.number).filter(
        Q(last=None) | Q(last__gte=of.number)
    )
    for word in search.split():
        found = found.filter(Q(caption__icontains=word) | Q(uid=word))
    return found.order_by("caption", "id")


def differences(of: ListVersion) -> dict[str, list[ListedEntity]]:
    """What is new, changed and gone against the version before; the first of each."""
    if of.number is None:
        return {"new": [], "changed": [], "gone": []}
    kept = ListedEntity.objects.filter(source_id=of.source_id)
    began, ended = kept.filter(first=of.number), kept.filter(last=of.number - 1)
    before = Exists(ended.filter(uid=OuterRef("uid")))
    after = Exists(began.filter(uid=OuterRef("uid")))
    return {
        "new": list(began.exclude(before).order_by("caption", "id")[:DIFFERENCES_SHOWN]),
        "changed": list(began.filter(before).order_by("caption", "id")[:DIFFERENCES_SHOWN]),
        "gone": list(ended.exclude(after).order_by("caption", "id")[:DIFFERENCES_SHOWN]),
    }


def runs(actor: Actor) -> QuerySet[ScreeningRun]:
    """Screenings of all, the latest first."""
    admit(actor)
    return ScreeningRun.objects.filter(company=None).select_related("version__source")


def hits(
    actor: Actor, *, state: str = "", source_code: str = "", kind: str = "", search: str = ""
) -> QuerySet[Hit]:
    """Hits, those open longest first; the filters narrow."""
    admit(actor)
    found = Hit.objects.select_related(
        "subject__company", "source", "evidence__entity", "decision__decided_by"
    )
    if state in Hit.State.values:
        found = found.filter(state=state)
    if source_code:
        found = found.filter(source__code=source_code)
    if kind in Subject.Kind.values:
        found = found.filter(subject__kind=kind)
    for word in search.split():
        found = found.filter(
            Q(subject__company__legal_name__icontains=word)
            | Q(subject__company__latin_name__icontains=word)
            | Q(evidence__entity__caption__icontains=word)
            | Q(uid=word)
        )
    return found.order_by("opened_at", "id")


def hit(actor: Actor, hit_id: UUID) -> Hit:
    """One hit. Raises ScreeningNotFound."""
    found = hits(actor).filter(pk=hit_id).first()
    if found is None:
        raise ScreeningNotFound()
    return found


def company(actor: Actor, company_id: UUID) -> Company:
    """A company whose screenings may be read. Raises ScreeningNotFound."""
    admit(actor)
    found = Company.objects.filter(pk=company_id).first()
    if found is None:
        raise ScreeningNotFound()
    return found


def subjects(actor: Actor, company_id: UUID) -> QuerySet[Subject]:
    """The company and the people it names, in the order they were added."""
    admit(actor)
    return Subject.objects.filter(company_id=company_id).select_related("latest")


def screenings(actor: Actor, company_id: UUID) -> QuerySet[Screening]:
    """All snapshots of a company and of whom it names, the latest first."""
    admit(actor)
    return Screening.objects.filter(subject__company_id=company_id).select_related("subject")


def screening(actor: Actor, screening_id: UUID) -> Screening:
    """One snapshot. Raises ScreeningNotFound."""
    admit(actor)
    found = (
        Screening.objects.filter(pk=screening_id)
        .select_related("subject__company", "run__version__source")
        .first()
    )
    if found is None:
        raise ScreeningNotFound()
    return found
