"""What becomes of invitations, told to the timelines of buyer and supplier. A relay's handler."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from crm_core.timeline.models import Perspective
from crm_core.timeline.rebuild import in_order
from crm_core.timeline.services import Fact, Side, record
from infra.relay import Event

KINDS: Mapping[str, str] = {
    "tender.invited": "invited",
    "tender.uninvited": "uninvited",
    "tender.seen": "seen",
    "tender.declined": "declined",
}
TYPES = frozenset(KINDS)
_WITH_REASON = {"uninvited", "declined"}


@in_order
def on_tender(event: Event) -> None:
    """Tell each supplier concerned, its buyer and the operator; the operator gets no reason."""
    kind = KINDS[event.type]
    buyer = event.payload["company_id"]
    facts = {
        "reference": event.payload["reference"],
        "title": event.payload["title"],
        "other": str(buyer),
    }
    told = {**facts, "reason": event.payload["reason"]} if kind in _WITH_REASON else facts
    sides = {
        Perspective.BUYER: Side(told),
        Perspective.SUPPLIER: Side(told),
        Perspective.OPERATOR: Side(facts),
    }
    link = reverse("tenders:detail", args=[event.payload["tender_id"]])
    record(
        event,
        [
            Fact(kind=kind, buyer=UUID(str(buyer)), supplier=UUID(each), sides=sides, link=link)
            for each in event.payload["suppliers"]
        ],
    )
