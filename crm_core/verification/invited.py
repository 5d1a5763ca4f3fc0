"""Telling whoever invited a company how far it came (registered in config.subscriptions)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.companies.inviting_companies import invited_by
from crm_core.companies.models import Standing
from crm_core.notifications.services import members_with, notify
from crm_core.verification.models import Entry, EntryAction
from infra.relay import Event

TOLD = {
    EntryAction.SUBMITTED: gettext_noop("{company}, which you invited, handed in its documents."),
    EntryAction.VERIFIED: gettext_noop("{company}, which you invited, is verified."),
}


def on_moved(event: Event) -> None:
    """Once for handing in and once for being verified, however often either happens."""
    action = event.payload["action"]
    if action not in TOLD:
        return
    entry = (
        Entry.objects.select_related("file__company").filter(pk=event.payload["entry_id"]).first()
    )
    if entry is None:
        return
    company = entry.file.company
    if action == EntryAction.VERIFIED and company.standing != Standing.VERIFIED:
        return
    for invitation in invited_by(company.pk).filter(ended_at__lte=entry.at):
        notify(
            recipients=members_with(invitation.inviter_id, Capability.COMPANY_INVITE),
            kind=f"company_invitation.{action}",
            text=TOLD[EntryAction(action)],
            data={"company": company.legal_name},
            link=reverse("company-invitations"),
            subject=invitation.urn,
            email=action == EntryAction.VERIFIED,
            key=f"invited:{invitation.pk}:{action}",
        )
