"""Who is told what when an order moves: the other side, in the application and by mail."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.notifications.services import members_with, notify
from infra.relay import Event

TO_SUPPLIER: Mapping[str, str] = {
    "order.issued": gettext_noop("{company} ordered from you: {number}."),
    "order.agreed": gettext_noop("{company} agreed to what you offered for {number}."),
    "order.disagreed": gettext_noop(
        "{company} did not agree to what you offered for {number}: {reason}"
    ),
    "order.cancelled": gettext_noop("{company} cancelled {number}: {reason}"),
    "order.closed": gettext_noop("{company} closed {number}."),
}
TO_BUYER: Mapping[str, str] = {
    "order.acknowledged": gettext_noop("{company} has received {number}."),
    "order.accepted": gettext_noop("{company} accepted {number}."),
    "order.other_offered": gettext_noop("{company} offers other values for {number}: {reason}"),
    "order.rejected": gettext_noop("{company} rejected {number}: {reason}"),
}
TYPES = frozenset({*TO_SUPPLIER, *TO_BUYER})
_NO_MAIL = {"order.acknowledged", "order.closed"}


def on_order(event: Event) -> None:
    """Notify those of the other side who act on orders; once per fact and person."""
    to_supplier = event.type in TO_SUPPLIER
    sides = (event.payload["buyer_id"], event.payload["supplier_id"])
    mover, told = sides if to_supplier else reversed(sides)
    capability = Capability.ORDER_ANSWER if to_supplier else Capability.ORDER_PLACE
    notify(
        recipients=members_with(UUID(str(told)), capability),
        kind=event.type,
        text=(TO_SUPPLIER if to_supplier else TO_BUYER)[event.type],
        data={
            "number": event.payload["number"],
            "reason": event.payload["reason"],
            "company": Company.objects.get(pk=mover).legal_name,
        },
        link=reverse("orders:detail", args=[event.payload["order_id"]]),
        subject=event.subject,
        email=event.type not in _NO_MAIL,
        key=f"event:{event.id}",
    )
