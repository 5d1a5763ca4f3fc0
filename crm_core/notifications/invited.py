"""Mails to invited companies, and telling the inviter that one came (see config.subscriptions)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.access.joining import has_account
from crm_core.companies.inviting_companies import link_secret
from crm_core.companies.models import CompanyInvitation
from crm_core.notifications.defused import defused, quoted
from crm_core.notifications.services import members_with, notify, send_mail_to
from infra.relay import Event

TYPES = frozenset({
    "company_invitation.sent", "company_invitation.taken_up", "company_invitation.declined",
})  # fmt: skip
JOINED = gettext_noop("{company} joined the platform at your invitation.")
DECLINED = gettext_noop("{company} declined your invitation to the platform.")


def on_invitation(event: Event) -> None:
    """Mail the link; tell the inviter what came of it."""
    if event.type == "company_invitation.sent":
        _mail(event)
    else:
        _tell(event)


def _mail(event: Event) -> None:
    """Unless the invitation ended or was sent again meanwhile."""
    found = (
        CompanyInvitation.objects.filter(
            pk=event.payload["invitation_id"],
            version=event.payload["version"],
            state=CompanyInvitation.State.OPEN,
        )
        .select_related("inviter", "invited_by")
        .first()
    )
    if found is None:
        return
    send_mail_to(
        address=found.email,
        language=found.language,
        template="company_invited",
        context={
            "company": defused(found.inviter.legal_name),
            "operates": found.inviter.operates,
            "inviter": defused(str(found.invited_by)),
            "name": defused(found.name),
            "message": quoted(found.message),
            "known": has_account(found.email),
            "link": reverse("welcome", args=[link_secret(found)]),
        },
        key=f"event:{event.id}",
    )


def _tell(event: Event) -> None:
    found = CompanyInvitation.objects.select_related("company").get(
        pk=event.payload["invitation_id"]
    )
    came = found.company
    notify(
        recipients=members_with(found.inviter_id, Capability.COMPANY_INVITE),
        kind="company_invitation.joined" if came else event.type,
        text=JOINED if came else DECLINED,
        data={"company": came.legal_name if came else found.name},
        link=reverse("company-invitations"),
        subject=found.urn,
        email=came is not None,
        key=f"invited:{found.pk}:{'joined' if came else 'declined'}",
    )
