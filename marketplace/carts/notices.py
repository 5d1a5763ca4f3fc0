"""Who is told of requisitions: approvers when one waits, who asked when it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.notifications.services import Recipient, members_with, notify
from infra.relay import Event

TEXTS: Mapping[str, str] = {
    "requisition.asked": gettext_noop("{by} asks you to approve an order."),
    "requisition.approved": gettext_noop("{by} approved what you asked for: it is ordered."),
    "requisition.returned": gettext_noop("{by} returned what you asked for: {reason}"),
}
TYPES = frozenset(TEXTS)


def on_requisition(event: Event) -> None:
    """Notify once per fact and person."""
    company, asked_by = (UUID(str(event.payload[each])) for each in ("company_id", "asked_by"))
    if event.type == "requisition.asked":
        approvers = members_with(company, Capability.ORDER_APPROVE)
        recipients = [each for each in approvers if each.user_id != asked_by]
    else:
        recipients = [Recipient(asked_by, company)]
    notify(
        recipients=recipients,
        kind=event.type,
        text=TEXTS[event.type],
        data={"by": event.payload["by"], "reason": event.payload["reason"]},
        link=reverse("carts:requisition", args=[event.payload["requisition_id"]]),
        subject=event.subject,
        email=True,
        key=f"event:{event.id}",
    )
