"""A person's word on a hit."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening.errors import (
    HitMovedOn,
    ScreeningNotFound,
    ScreeningReasonMissing,
    VerdictInvalid,
)
from crm_core.screening.models import Hit, HitDecision
from infra.outbox import emit


def decide(
    *,
    actor: Actor,
    hit_id: UUID,
    verdict: str,
    reason: str,
    evidence_id: int,
    decision_id: UUID | None = None,
) -> HitDecision:
    """Say that a hit is a false or a true match, and why, having seen that evidence.

    ``decision_id`` is the decision that was in force then, if one was: said again, the later word
    counts, and both stay. Raises VerdictInvalid, ScreeningReasonMissing, HitMovedOn: the hit
    was screened anew or decided meanwhile, or is no longer found.
    """
    actor.require(Capability.SCREENING_DECIDE)
    if verdict not in HitDecision.Verdict.values:
        raise VerdictInvalid(field="verdict")
    if not reason.strip():
        raise ScreeningReasonMissing(field="reason")
    with transaction.atomic():
        hit = Hit.objects.select_for_update(of=("self",)).filter(pk=hit_id).first()
        if hit is None or hit.evidence is None:
            raise ScreeningNotFound()
        seen = (hit.evidence_id, hit.decision_id) == (evidence_id, decision_id)
        if not seen or hit.state == Hit.State.GONE:
            raise HitMovedOn()
        decision = HitDecision.objects.create(
            hit=hit,
            evidence_id=evidence_id,
            verdict=verdict,
            reason=reason.strip()[:2000],
            decided_by_id=actor.user_id,
            compared=hit.evidence.compared,
        )
        hit.decision = decision
        hit.state = Hit.State.TRUE if verdict == HitDecision.Verdict.TRUE else Hit.State.FALSE
        hit.save(update_fields=["state", "decision"])
        emit(
            type="screening.hit_decided",
            subject=f"urn:fairfall:screening:{hit.subject_id}",
            actor=actor.urn,
            parties=[f"urn:fairfall:company:{hit.subject.company_id}"],
            payload={
                "company_id": hit.subject.company_id,
                "hit_id": hit.pk,
                "verdict": verdict,
            },
        )
    return decision
