"""Who is told what when a tender moves on: in the application and by mail."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.notifications.services import members_with, notify
from infra.relay import Event

# What ends an auction puts the end of its ledger into every participant's hands: rewriting it
# afterwards would show. Of a mail the first line is the subject.
TO_SUPPLIERS: Mapping[str, str] = {
    "tender.invited": gettext_noop("You are invited to {reference}: {title}."),
    "tender.uninvited": gettext_noop("The invitation to {reference} was withdrawn: {reason}"),
    "tender.disqualified": gettext_noop("{reference}: you were disqualified. {reason}"),
    "tender.requalified": gettext_noop("{reference}: your bids count again. {reason}"),
    "tender.terms_changed": gettext_noop(
        "The terms of {reference} were edited. Accept version {version} to go on bidding."
    ),
    "tender.closed": gettext_noop(
        "The auction of {reference} has closed: {title}."
        "\nKeep this: the ledger ends with entry {entries}, head {head}; checkpoint {checkpoint}"
        " of it is signed {signature}."
    ),
    "tender.failed": gettext_noop(
        "The auction of {reference} ended without a result: {title}."
        "\nKeep this: the ledger ends with entry {entries}, head {head}; checkpoint {checkpoint}"
        " of it is signed {signature}."
    ),
    "tender.cancelled": gettext_noop(
        "{reference} was cancelled: {reason}"
        "\nKeep this: the ledger ends with entry {entries}, head {head}; checkpoint {checkpoint}"
        " of it is signed {signature}."
    ),
    "tender.annulled": gettext_noop(
        "{reference} was annulled: {reason}"
        "\nKeep this: the ledger ends with entry {entries}, head {head}; checkpoint {checkpoint}"
        " of it is signed {signature}."
    ),
    "tender.awarded": gettext_noop("The result of {reference} is confirmed: {title}."),
}
TO_BUYER: Mapping[str, str] = {
    "tender.declined": gettext_noop("{supplier} declined {reference}: {reason}"),
    "tender.closed": gettext_noop(
        "{reference} has closed: confirm the result."
        "\nKeep this: the ledger ends with entry {entries}, head {head}; checkpoint {checkpoint}"
        " of it is signed {signature}."
    ),
    "tender.failed": gettext_noop(
        "{reference} ended without a result."
        "\nKeep this: the ledger ends with entry {entries}, head {head}; checkpoint {checkpoint}"
        " of it is signed {signature}."
    ),
}
TYPES = frozenset({*TO_SUPPLIERS, *TO_BUYER})


def on_tender(event: Event) -> None:
    """Notify members of the companies a fact concerns; once per fact and person."""
    data = {
        name: event.payload.get(name, "")
        for name in (
            "reference", "title", "reason", "version", "supplier",
            "entries", "head", "checkpoint", "signature",
        )
    }  # fmt: skip
    link = reverse("tenders:detail", args=[event.payload["tender_id"]])
    if text := TO_SUPPLIERS.get(event.type):
        for supplier in event.payload["suppliers"]:
            notify(
                recipients=members_with(UUID(supplier), Capability.TENDER_ANSWER),
                kind=event.type,
                text=text,
                data=data,
                link=link if event.type != "tender.uninvited" else "",
                subject=event.subject,
                email=True,
                key=f"event:{event.id}",
            )
    if text := TO_BUYER.get(event.type):
        notify(
            recipients=members_with(UUID(event.payload["company_id"]), Capability.TENDER_AWARD),
            kind=event.type,
            text=text,
            data=data,
            link=link,
            subject=event.subject,
            email=event.type != "tender.declined",
            key=f"event:{event.id}",
        )
