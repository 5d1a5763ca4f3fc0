"""What notifications does about facts of other rooms (registered in config.subscriptions)."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company, Standing
from crm_core.notifications.services import Recipient, members_with, notify
from infra.relay import Event


def company_event(event: Event) -> None:
    """Welcome a new member; tell managers that the company's standing changed."""
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
    elif event.type == "company.standing_changed":
        texts = {
            Standing.VERIFIED: gettext_noop("{company} is verified and may trade."),
            Standing.SUSPENDED: gettext_noop("{company} is suspended and may not trade."),
            Standing.DRAFT: gettext_noop("The verification of {company} no longer stands."),
        }
        notify(
            recipients=members_with(company.pk, Capability.COMPANY_MANAGE),
            kind=event.type,
            text=texts[Standing(event.payload["standing"])],
            data={"company": company.legal_name},
            link=reverse("company"),
            subject=company.urn,
            email=True,
            key=f"event:{event.id}",
        )
