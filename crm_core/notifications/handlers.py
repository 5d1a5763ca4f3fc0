"""What notifications does about facts of other rooms (registered in config.subscriptions)."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.companies.inviting import link_secret
from crm_core.companies.models import Company, MemberInvitation
from crm_core.notifications.defused import defused
from crm_core.notifications.services import Recipient, members_with, notify, send_mail_to
from crm_core.people.models import User
from infra.relay import Event


def company_event(event: Event) -> None:
    """Welcome a new member, mail an invitation."""
    company = Company.objects.get(pk=event.payload["company_id"])
    if event.type == "company.member_added":
        notify(
            recipients=[Recipient(UUID(event.payload["user_id"]), company.pk)],
            kind=event.type,
            text=gettext_noop("You now act for {company} on Fairfall."),
            data={"company": company.legal_name},
            link=reverse("company"),
            subject=company.urn,
            email=True,
            key=f"event:{event.id}",
        )
    elif event.type == "company.member_invited":
        _invite(event, company)


def _invite(event: Event, company: Company) -> None:
    """Mail the link, unless the invitation ended or was sent again meanwhile."""
    invitation = (
        MemberInvitation.objects.filter(
            pk=event.payload["invitation_id"], version=event.payload["version"], ended_at=None
        )
        .select_related("invited_by")
        .first()
    )
    if invitation is None:
        return
    known = User.objects.filter(email=invitation.email).first()
    send_mail_to(
        address=invitation.email,
        language=(known or invitation.invited_by).language,
        template="member_invited",
        context={
            "company": defused(company.legal_name),
            "inviter": defused(str(invitation.invited_by)),
            "link": reverse("invitation", args=[link_secret(invitation)]),
        },
        key=f"event:{event.id}",
    )


def join_asked(event: Event) -> None:
    """Tell a company's owners who asks to act for it: once a day, however often it is asked."""
    company = Company.objects.get(pk=event.payload["company_id"])
    person = User.objects.get(pk=event.payload["user_id"])
    notify(
        recipients=members_with(company.pk, Capability.COMPANY_MANAGE),
        kind=event.type,
        text=gettext_noop(
            "{person} ({email}) asks to act for {company}. Add them if you know them."
        ),
        data={
            "person": defused(str(person)),
            "email": person.email,
            "company": company.legal_name,
        },
        link=reverse("company"),
        subject=company.urn,
        email=True,
        key=f"join:{company.pk}:{person.pk}:{event.payload['day']}",
    )


_OF_TOKENS = {
    "access.token_expiring": gettext_noop(
        "Your API token “{name}” for {company} works until {expires_on}. Make a new one for the "
        "program that uses it."
    ),
    "access.token_expired": gettext_noop(
        "Your API token “{name}” for {company} has expired; the program that uses it has no access "
        "any more."
    ),
    "access.token_revoked": gettext_noop(
        "{person} revoked your API token “{name}” for {company}; the program that uses it has no "
        "access any more."
    ),
}


def token_event(event: Event) -> None:
    """Tell the person whose programs lose their access."""
    company = Company.objects.get(pk=event.payload["company_id"])
    by = User.objects.filter(pk=event.payload["by_id"]).first()
    notify(
        recipients=[Recipient(UUID(event.payload["user_id"]), company.pk)],
        kind=event.type,
        text=_OF_TOKENS[event.type],
        data={
            "company": company.legal_name,
            "name": event.payload["name"],
            "expires_on": event.payload["expires_on"],
            "person": str(by or ""),
        },
        link=reverse("tokens"),
        subject=company.urn,
        email=True,
        key=f"event:{event.id}",
    )
