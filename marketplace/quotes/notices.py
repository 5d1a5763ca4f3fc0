"""Who is told what when a request moves on. No notice carries a price."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.notifications.services import members_with, notify
from infra.relay import Event
from marketplace.quotes.policies import ANSWER, RUN

TO_SUPPLIERS: Mapping[str, str] = {
    "rfq.invited": gettext_noop("You are asked for a quote, {number}: {title}."),
    "rfq.reminded": gettext_noop("The time to quote {number} ends within a day: {title}."),
    "rfq.cancelled": gettext_noop("The request {number} was cancelled: {reason}"),
    "rfq.decided": gettext_noop("{number} is decided. Accepted lines of your quote: {lines}."),
    "rfq.not_chosen": gettext_noop("{number} is decided. No line of your quote was accepted."),
}
TO_BUYER: Mapping[str, str] = {
    "rfq.quoted": gettext_noop("{supplier} has quoted {number}. The prices stay sealed."),
    "rfq.opened": gettext_noop("The quotes of {number} are opened: compare them."),
}
TYPES = frozenset({*TO_SUPPLIERS, *TO_BUYER})
NAMES = ("number", "title", "reason", "lines", "supplier")


def on_rfq(event: Event) -> None:
    """Notify members of the companies a fact concerns; once per fact and person."""
    data = {name: event.payload.get(name, "") for name in NAMES}
    text = TO_SUPPLIERS.get(event.type) or TO_BUYER[event.type]
    if event.type in TO_SUPPLIERS:
        told = [(UUID(each), ANSWER) for each in event.payload["suppliers"]]
    else:
        told = [(UUID(event.payload["company_id"]), RUN)]
    for company_id, capability in told:
        notify(
            recipients=members_with(company_id, capability),
            kind=event.type,
            text=text,
            data=data,
            link=reverse("quotes:detail", args=[event.payload["rfq_id"]]),
            subject=event.subject,
            email=event.type != "rfq.quoted",
            key=f"event:{event.id}",
        )
