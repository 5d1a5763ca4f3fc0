"""The history and the facts told to other rooms, written in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crm_core.access.actor import Actor
from infra.outbox import emit
from marketplace.tenders.models import Decision, Tender
from marketplace.tenders.models.decision import DecisionKind


def company_urn(company_id: UUID) -> str:
    """The form in which events name a company."""
    return f"urn:fairfall:company:{company_id}"


def remember(
    *,
    tender: Tender,
    kind: DecisionKind,
    actor: Actor | None,
    reason: str = "",
    **detail: Any,
) -> None:
    """Add one line to the tender's history."""
    Decision.objects.create(
        tender=tender,
        kind=kind,
        actor_id=actor.user_id if actor else None,
        actor_name=f"{actor.display_name}, {actor.company_name}" if actor else "",
        reason=reason,
        detail=detail,
    )


def tell(
    *,
    tender: Tender,
    type: str,  # noqa: A002
    actor: Actor | None = None,
    companies: Sequence[UUID] = (),
    **payload: Any,
) -> None:
    """Emit ``tender.<past tense>`` about this tender; ``companies`` are the suppliers concerned."""
    emit(
        type=type,
        subject=tender.urn,
        actor=actor.urn if actor else "",
        parties=[company_urn(tender.company_id), *map(company_urn, companies)],
        payload={
            "tender_id": tender.pk,
            "reference": tender.reference,
            "title": tender.title,
            "company_id": tender.company_id,
            "suppliers": [str(company) for company in companies],
            **payload,
        },
    )
