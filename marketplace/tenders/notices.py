"""Who is told what when a tender moves on: in the application and by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop, override

from auctions.domain.terms import terms_from_document
from crm_core.access.capabilities import Capability
from crm_core.notifications.defused import quoted
from crm_core.notifications.services import Recipient, members_with, notify
from crm_core.people.models import User
from infra.relay import Event
from marketplace.tenders import wording
from marketplace.tenders.models import Invitation

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
# The same to a supplier of whose offer an evaluation is kept: the invitation is accompanied by it.
WITH_EVALUATION: Mapping[str, str] = {
    "tender.invited": gettext_noop(
        "You are invited to {reference}: {title}."
        "\n\nThe result of the evaluation of your offer:\n{evaluation}"
        "\n\nHow offers are ranked:\n{formula}"
    ),
    "tender.terms_changed": gettext_noop(
        "The terms of {reference} were edited. Accept version {version} to go on bidding."
        "\n\nThe result of the evaluation of your offer:\n{evaluation}"
        "\n\nHow offers are ranked:\n{formula}"
    ),
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
    if event.type in TO_SUPPLIERS:
        for supplier in event.payload["suppliers"]:
            _tell_supplier(event, UUID(supplier), data, link)
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


def _tell_supplier(event: Event, supplier: UUID, data: Mapping[str, Any], link: str) -> None:
    recipients = members_with(supplier, Capability.TENDER_ANSWER)
    invitation = _evaluated(event, supplier) if event.type in WITH_EVALUATION else None
    told = [(TO_SUPPLIERS[event.type], data, recipients)]
    if invitation is not None:
        told = [
            (WITH_EVALUATION[event.type], {**data, **_accompanying(invitation, language)}, those)
            for language, those in _by_language(recipients).items()
        ]
    for text, filling, those in told:
        notify(
            recipients=those,
            kind=event.type,
            text=text,
            data=filling,
            link=link if event.type != "tender.uninvited" else "",
            subject=event.subject,
            email=True,
            key=f"event:{event.id}",
        )


def _evaluated(event: Event, supplier: UUID) -> Invitation | None:
    """The supplier's own invitation, where it states an evaluation. Only here, in what is told to
    that supplier, does the text leave it: facts, which others follow too, do not carry it."""
    return (
        Invitation.objects.select_related("tender")
        .filter(tender_id=event.payload["tender_id"], company_id=supplier)
        .exclude(evaluation="")
        .first()
    )


def _accompanying(invitation: Invitation, language: str) -> dict[str, str]:
    """The evaluation as the buyer wrote it, and the formula in words of this language."""
    with override(language):
        formula = wording.ranking(terms_from_document(invitation.tender.terms))
    return {
        "evaluation": "\n".join(quoted(invitation.evaluation)),
        "formula": "\n".join(quoted("\n".join(formula), "- ")),
    }


def _by_language(recipients: list[Recipient]) -> dict[str, list[Recipient]]:
    spoken = dict(
        User.objects.filter(pk__in=[each.user_id for each in recipients]).values_list(
            "pk", "language"
        )
    )
    found: dict[str, list[Recipient]] = {}
    for each in recipients:
        found.setdefault(spoken[each.user_id], []).append(each)
    return found
