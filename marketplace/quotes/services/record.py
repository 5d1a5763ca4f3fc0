"""The history and the facts told to other rooms, written in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crm_core.access.actor import Actor
from infra.outbox import emit
from marketplace.quotes.models import Rfq, RfqEvent, RfqMove


def remember(rfq: Rfq, move: RfqMove, actor: Actor | None, reason: str = "") -> None:
    """Add one line to the request's history."""
    RfqEvent.objects.create(
        rfq=rfq, move=move, reason=reason,
        actor_id=actor.user_id if actor else None,
        company_id=actor.company_id if actor else None,
    )  # fmt: skip


def tell(
    rfq: Rfq,
    type: str,  # noqa: A002
    actor: Actor | None,
    suppliers: Sequence[UUID] = (),
    **more: Any,
) -> None:
    """Emit ``rfq.<past tense>``; ``suppliers`` are those who are told. It carries no price."""
    emit(
        type=type,
        subject=rfq.urn,
        actor=actor.urn if actor else "",
        parties=[f"urn:fairfall:company:{each}" for each in (rfq.company_id, *suppliers)],
        payload={
            "rfq_id": rfq.pk, "number": rfq.number, "title": rfq.title,
            "company_id": rfq.company_id, "suppliers": [str(each) for each in suppliers], **more,
        },
    )  # fmt: skip
