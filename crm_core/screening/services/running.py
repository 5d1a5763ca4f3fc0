"""Screening itself: one subject compared with the active lists, kept as a snapshot."""

from __future__ import annotations

import hashlib
import time
from uuid import UUID

import structlog
from django.db import OperationalError, transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.screening.errors import ScreeningNotFound
from crm_core.screening.freshness import active_lists, searched, wanting
from crm_core.screening.matching.engine import Found, match
from crm_core.screening.models import (
    Hit,
    HitDecision,
    HitEvidence,
    Screening,
    ScreeningRun,
    Subject,
)
from crm_core.screening.services import policy, runs
from crm_core.screening.services.notices import tell_of_hits
from crm_core.screening.services.subjects import company_changed, particulars
from infra.outbox import emit
from kernel.clock import utc_now

log = structlog.get_logger(__name__)

CHUNK = 25
Outcome = Screening.Outcome


def ask(*, actor: Actor, company_id: UUID) -> ScreeningRun:
    """Have a company and the people it names screened now."""
    actor.require(Capability.SCREENING_DECIDE)
    if not Company.objects.filter(pk=company_id).exists():
        raise ScreeningNotFound()
    with transaction.atomic():
        company_changed(company_id)
        return runs.begin(
            cause=ScreeningRun.Cause.ASKED, company_id=company_id, user_id=actor.user_id
        )


def go_on(run_id: UUID) -> bool:
    """Screen the next chunk of a run; whether some may be left.

    Chunk and progress are one transaction: a killed worker's chunk is done again by the next. A
    subject that cannot be screened is counted as failed and does not stop the others.
    """
    with transaction.atomic():
        chunk = runs.chunk(run_id, CHUNK)
        if chunk is None:
            return False
        run = ScreeningRun.objects.get(pk=run_id)
        opened = failed = 0
        for subject_id in chunk:
            try:
                with transaction.atomic():
                    opened += screen(subject_id, cause=run.cause, run=run)[1]
            except OperationalError:
                raise
            except Exception:
                log.exception("a subject was not screened", subject=str(subject_id))
                failed += 1
        runs.moved(run_id, chunk, opened=opened, failed=failed)
        if not chunk:
            tell_of_hits(ScreeningRun.objects.get(pk=run_id))
    return bool(chunk)


def screen(
    subject_id: UUID, *, cause: str, run: ScreeningRun | None = None
) -> tuple[Screening, int]:
    """Compare a subject with the active lists now; the snapshot, and how many hits it opened."""
    with transaction.atomic():
        subject = Subject.objects.select_for_update(of=("self",)).get(pk=subject_id)
        before = subject.latest
        began = time.monotonic()
        setting, lists = policy.in_force(), active_lists()
        reasons = wanting(lists, setting, utc_now())
        found = match(particulars(subject), searched(lists), setting.threshold) if lists else []
        outcome = Outcome.HITS if found else Outcome.CLEAR
        screening = Screening.objects.create(
            subject=subject,
            run=run,
            cause=cause,
            outcome=Outcome.NOT_SCREENED if reasons else outcome,
            reasons=reasons,
            lists=[each.record() for each in lists],
            compared_with={
                "names": subject.names, "countries": subject.countries,
                "births": subject.births, "numbers": subject.numbers,
            },
            compared=subject.compared,
            threshold=setting.threshold,
            hits=len(found),
            milliseconds=round((time.monotonic() - began) * 1000),
        )  # fmt: skip
        opened = [_keep_hit(subject, screening, each) for each in found]
        if lists:
            found_ids = [hit.pk for hit, _ in opened]
            gone = subject.hits.exclude(pk__in=found_ids).exclude(state=Hit.State.GONE)
            gone.update(state=Hit.State.GONE)
        subject.latest = screening
        subject.save(update_fields=["latest"])
        news = sum(new for _, new in opened)
        if before is None or before.outcome != screening.outcome or news:
            _tell(subject, screening, news)
    return screening, news


def _keep_hit(subject: Subject, screening: Screening, found: Found) -> tuple[Hit, bool]:
    """The lasting hit with its new evidence, and whether a person must look at it now.

    A decision holds on as long as both sides are compared by the same data as it was made on. The
    hit's row is held before its decisions are read, as deciding holds it before it writes one: what
    is decided meanwhile is either read here or told that the hit moved on.
    """
    hit = (
        Hit.objects.select_for_update(of=("self",))
        .filter(subject=subject, source_id=found.entity.source_id, uid=found.entity.uid)
        .first()
    )
    is_new = hit is None
    if hit is None:
        hit = Hit.objects.create(
            subject=subject, source_id=found.entity.source_id, uid=found.entity.uid,
            score=found.score,
        )  # fmt: skip
    compared = hashlib.sha256(f"{subject.compared} {found.entity.compared}".encode()).hexdigest()
    evidence = HitEvidence.objects.create(
        hit=hit, screening=screening, entity=found.entity, score=found.score,
        explanation=found.explanation, compared=compared,
    )  # fmt: skip
    decision = hit.decisions.first()
    if decision is not None and decision.compared == compared:
        hit.state, hit.decision = _state_of(decision), decision
        opens = False
    else:
        opens = is_new or hit.state != Hit.State.OPEN
        if opens:
            hit.opened_at = screening.at
        hit.state, hit.decision = Hit.State.OPEN, None
    hit.score, hit.evidence = found.score, evidence
    hit.save()
    return hit, opens


def _state_of(decision: HitDecision) -> str:
    return Hit.State.FALSE if decision.verdict == HitDecision.Verdict.FALSE else Hit.State.TRUE


def _tell(subject: Subject, screening: Screening, news: int) -> None:
    emit(
        type="screening.outcome_changed",
        subject=f"urn:fairfall:screening:{subject.pk}",
        parties=[f"urn:fairfall:company:{subject.company_id}"],
        payload={
            "company_id": subject.company_id,
            "subject": subject.urn,
            "screening_id": screening.pk,
            "outcome": screening.outcome,
            "opened": news,
        },
    )
