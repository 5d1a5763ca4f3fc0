"""Telling both sides what became of a case (registered in config.subscriptions)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company, Membership, Standing
from crm_core.notifications.services import Recipient, members_with, notify
from crm_core.verification.models import Entry, EntryAction, VerificationFile
from infra.relay import Event

TYPES = frozenset({"verification.moved"})

TO_COMPANY = {
    EntryAction.INFO_REQUESTED: gettext_noop("The operator asks {company} for more."),
    EntryAction.VERIFIED: gettext_noop("{company} is verified and may trade."),
    EntryAction.REJECTED: gettext_noop("The verification of {company} was rejected."),
    EntryAction.CHANGED: gettext_noop(
        "{company} changed what was verified: it is to be verified again."
    ),
    EntryAction.EXPIRING: gettext_noop(
        "A verification of {company} expires on {until}: hand in what renews it."
    ),
    EntryAction.EXPIRED: gettext_noop("A verification of {company} has expired."),
    EntryAction.SUSPENDED: gettext_noop("{company} is suspended and may not trade."),
    EntryAction.BANNED: gettext_noop("{company} is banned and may not trade."),
    EntryAction.LIFTED: gettext_noop("The measure against {company} is lifted."),
    EntryAction.BAN_ENDED: gettext_noop("The ban of {company} has ended."),
    EntryAction.APPEAL_GRANTED: gettext_noop("The appeal of {company} was granted."),
    EntryAction.APPEAL_DECLINED: gettext_noop("The appeal of {company} was declined."),
}
"""What a company's managers read, with a mail; why stands on their page of verification."""
TO_VERIFIERS = {
    EntryAction.SUBMITTED: gettext_noop("{company} handed in a case."),
    EntryAction.ANSWERED: gettext_noop("{company} answered what it was asked."),
    EntryAction.HANDED_OVER: gettext_noop("{person} handed the case of {company} over to you."),
    EntryAction.PROPOSED: gettext_noop("A proposal about {company} waits for a second person."),
    EntryAction.SENT_BACK: gettext_noop("Your proposal about {company} was sent back."),
    EntryAction.APPEALED: gettext_noop("{company} appeals against a decision."),
}
_PART_VERIFIED = gettext_noop("More of {company} is verified.")


def on_moved(event: Event) -> None:
    """One notice for whoever has to know, once for each entry of the history."""
    entry = (
        Entry.objects.select_related("file__company", "actor")
        .filter(pk=event.payload["entry_id"])
        .first()
    )
    if entry is None:
        return
    company, action = entry.file.company, EntryAction(entry.action)
    told = {"company": company.legal_name, "until": str(entry.about.get("valid_until") or "")}
    if action in TO_COMPANY:
        text = TO_COMPANY[action]
        if action is EntryAction.VERIFIED and company.standing != Standing.VERIFIED:
            text = _PART_VERIFIED
        notify(
            recipients=members_with(company.pk, Capability.COMPANY_MANAGE),
            kind=f"verification.{action.value}", text=text, data=told,
            link=reverse("verification:own"), subject=company.urn, email=True,
            key=f"verification:{entry.pk}",
        )  # fmt: skip
    elif action in TO_VERIFIERS:
        notify(
            recipients=_verifiers(entry), kind=f"verification.{action.value}",
            text=TO_VERIFIERS[action], data={**told, "person": str(entry.actor or "")},
            link=reverse("verification:case", args=[company.pk]), subject=company.urn,
            email=action in _WITH_MAIL, key=f"verification:{entry.pk}",
        )  # fmt: skip


_WITH_MAIL = frozenset({EntryAction.PROPOSED, EntryAction.HANDED_OVER, EntryAction.APPEALED})


def _verifiers(entry: Entry) -> list[Recipient]:
    """Whom of the operator's an entry concerns; never who made it, nor the company's people."""
    action, file = entry.action, entry.file
    everybody = [
        recipient
        for operator in Company.objects.filter(operates=True).values_list("pk", flat=True)
        for recipient in members_with(operator, Capability.COMPANY_VERIFY)
    ]
    theirs = set(
        Membership.objects.filter(company=file.company_id, active=True).values_list(
            "user_id", flat=True
        )
    )
    wanted = [
        each for each in everybody if each.user_id != entry.actor_id and each.user_id not in theirs
    ]
    if action == EntryAction.HANDED_OVER:
        return _only(wanted, UUID(entry.about["to"]))
    if action == EntryAction.ANSWERED and file.assignee_id is not None:
        return _only(wanted, file.assignee_id)
    if action == EntryAction.SENT_BACK:
        return _only(wanted, _maker_before(file, entry.number))
    return wanted


def _maker_before(file: VerificationFile, number: int) -> UUID | None:
    """Who made the proposal that was sent back."""
    proposals = file.entries.filter(action=EntryAction.PROPOSED, number__lt=number)
    return proposals.order_by("-number").values_list("actor_id", flat=True).first()


def _only(recipients: Iterable[Recipient], user_id: UUID | None) -> list[Recipient]:
    return [each for each in recipients if each.user_id == user_id]
