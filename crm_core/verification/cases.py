"""Authorised reads for the operator's people: the queue, a case, all companies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case as Either
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from crm_core.access.actor import Actor, Nobody
from crm_core.access.capabilities import Capability
from crm_core.companies.finding import fits
from crm_core.companies.models import Company, Membership, Standing
from crm_core.documents.models import DocumentVersion
from crm_core.documents.selectors import versions_of
from crm_core.verification.domain.evidence import Evidence, to_verify
from crm_core.verification.domain.requirements import Required, first_facets, owed
from crm_core.verification.domain.terms import OPEN
from crm_core.verification.errors import CaseNotFound
from crm_core.verification.models import Entry, RiskLevel, VerificationFile
from crm_core.verification.services.keeping import declared_for, gather, paper_of
from kernel.clock import utc_now

VIEWS = ("todo", "mine", "second", "asked", "appeals", "open")
_WAITS = Q(state__in=("submitted", "in_review", "pending_second_approval"))
_PROPOSED, _APPEALED = ~Q(proposed_action=""), Q(appeal="open")


def admit(actor: Actor | Nobody) -> None:
    """Raise CaseNotFound for whoever does not verify: no case is told to exist."""
    if not actor.can(Capability.COMPANY_VERIFY):
        actor.check_scope(Capability.COMPANY_VERIFY)
        raise CaseNotFound()


def companies(actor: Actor, *, standing: str = "", search: str = "") -> QuerySet[Company]:
    """Companies the actor may decide on, those that have waited longest first.

    One's own are not among them, whichever company one acts for now.
    """
    admit(actor)
    own = Membership.objects.filter(user_id=actor.user_id, active=True).values("company_id")
    found = Company.objects.filter(operates=False).exclude(pk__in=own)
    if standing in Standing.values:
        found = found.filter(standing=standing)
    for word in search.split():
        found = found.filter(fits(word))
    return found.select_related("verification").order_by("created_at", "id")


def company(actor: Actor, company_id: UUID) -> Company:
    """One of them. Raises CaseNotFound."""
    found = companies(actor).filter(pk=company_id).first()
    if found is None:
        raise CaseNotFound()
    return found


def queue(
    actor: Actor, *, view: str = "todo", assignee: str = "", risk: str = "", search: str = ""
) -> QuerySet[VerificationFile]:
    """What somebody has to do something about, oldest first, with ``since`` when.

    ``view`` is one of VIEWS; ``assignee`` is ``none`` or a person's id.
    """
    found = VerificationFile.objects.filter(company__in=companies(actor).values("pk"))
    found = found.filter(_view(actor, view))
    if assignee == "none":
        found = found.filter(assignee=None)
    elif assignee:
        try:
            found = found.filter(assignee_id=UUID(assignee))
        except ValueError:
            found = found.none()
    if risk in RiskLevel.values:
        found = found.filter(risk=risk)
    for word in search.split():
        found = found.filter(fits(word, "company__"))
    return (
        found.select_related("company", "assignee", "proposed_by")
        .annotate(since=_since())
        .order_by(F("since").asc(nulls_last=True), "id")
    )


def counts(actor: Actor) -> dict[str, int]:
    """How many cases each view holds."""
    return {view: queue(actor, view=view).count() for view in VIEWS}


def entries(actor: Actor, company_id: UUID) -> QuerySet[Entry]:
    """The whole history of a company, the latest first."""
    return (
        Entry.objects.filter(file__company=company(actor, company_id))
        .select_related("actor", "maker")
        .order_by("-number")
    )


def entry(actor: Actor, company_id: UUID, number: int) -> Entry:
    """One entry with its evidence. Raises CaseNotFound."""
    found = entries(actor, company_id).filter(number=number).first()
    if found is None:
        raise CaseNotFound()
    return found


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a case has waited for the operator, without the time the company was asked."""

    waited: timedelta
    stands: bool
    """Whether it stands still because the company was asked."""

    @property
    def allowed(self) -> timedelta:
        """Within what the operator wants to decide."""
        return timedelta(hours=settings.VERIFICATION_HOURS)

    @property
    def tone(self) -> str:
        """``ok``, ``warn`` in the last quarter, ``bad`` beyond it."""
        if self.waited >= self.allowed:
            return "bad"
        return "warn" if self.waited >= self.allowed * 3 / 4 else "ok"


def clock(file: VerificationFile, now: datetime | None = None) -> Clock | None:
    """The clock of a case that is open; None of any other."""
    if file.state not in OPEN or file.submitted_at is None:
        return None
    now = now or utc_now()
    until = file.asked_at or now
    waited = until - file.submitted_at - timedelta(seconds=file.asked_for_seconds)
    return Clock(max(waited, timedelta()), file.asked_at is not None)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is owed, its versions, and how it stands."""

    required: Required | None
    key: str
    versions: tuple[DocumentVersion, ...]

    def of(self, state: str) -> DocumentVersion | None:
        """The version in this state, the latest."""
        found = [each for each in self.versions if each.state == state]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class CaseNow:
    """Everything a decision is made on, as it is now."""

    company: Company
    file: VerificationFile
    asked: frozenset[str]
    evidence: Evidence
    blockers: tuple[str, ...]
    papers: tuple[Paper, ...]
    before: dict[str, Any] | None
    """What was declared at the last decision of two that verified the company."""

    @property
    def changed(self) -> frozenset[str]:
        """The parts of what is declared that differ from then."""
        if not self.before:
            return frozenset()
        now = self.evidence.declared
        return frozenset(part for part in now if now[part] != self.before.get(part))


def case(actor: Actor, company_id: UUID) -> CaseNow:
    """The case of a company; one that has done nothing yet has an empty file. CaseNotFound."""
    found = company(actor, company_id)
    file = (
        VerificationFile.objects.filter(company=found)
        .select_related("company", "assignee", "proposed_by")
        .prefetch_related("facets")
        .first()
    )
    file = file or VerificationFile(company=found)
    asked = frozenset(file.asked)
    evidence = gather(found.pk, asked, at=utc_now())
    declared = declared_for(evidence.declared)
    shown = asked or first_facets(declared)
    last = Entry.objects.filter(file__company=found, action="verified").order_by("-number").first()
    return CaseNow(
        company=found, file=file, asked=asked, evidence=evidence,
        blockers=tuple(str(each) for each in to_verify(evidence)) if asked else (),
        papers=_papers(found.pk, owed(shown, declared)),
        before=last.evidence["declared"] if last and last.evidence else None,
    )  # fmt: skip


def _papers(company_id: UUID, required: tuple[Required, ...]) -> tuple[Paper, ...]:
    """What is owed first, then what else was handed in; never a draft."""
    versions = [
        each
        for each in versions_of(company_id)
        if each.state != "draft" and not (each.state == "replaced" and each.decided_at is None)
    ]
    by_key: dict[str, list[DocumentVersion]] = {}
    for each in versions:
        by_key.setdefault(paper_of(each).key, []).append(each)
    rows = [Paper(each, each.key, tuple(by_key.pop(each.key, ()))) for each in required]
    return (*rows, *(Paper(None, key, tuple(each)) for key, each in by_key.items()))


def _view(actor: Actor, view: str) -> Q:
    todo = _WAITS | _PROPOSED | _APPEALED
    if view == "mine":
        return Q(assignee_id=actor.user_id) & Q(state__in=OPEN)
    if view == "second":
        return _PROPOSED & ~Q(proposed_by_id=actor.user_id)
    if view == "asked":
        return Q(state="info_requested")
    if view == "appeals":
        return _APPEALED
    return todo | Q(state="info_requested") if view == "open" else todo


def _since() -> Any:
    """When it began to wait: handed in, else appealed, else proposed."""
    appealed = (
        Entry.objects.filter(file=OuterRef("pk"), action="appealed")
        .order_by("-number")
        .values("at")[:1]
    )
    return Either(
        When(state__in=OPEN, then=F("submitted_at")),
        When(appeal="open", then=Coalesce(Subquery(appealed), F("proposed_at"))),
        default=F("proposed_at"),
        output_field=DateTimeField(),
    )
