"""Invited companies join the list they were invited for, once they may (config.subscriptions)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from buyers.models import SupplierList, SupplierListEntry
from crm_core.access.actor import Actor
from crm_core.access.company_invitations import ListChoice
from crm_core.companies.inviting_companies import mark_listed, to_be_listed
from crm_core.companies.selectors import directory
from infra.relay import Event

TYPES = frozenset({
    "company_invitation.taken_up", "company.standing_changed",
})  # fmt: skip


def list_choices(actor: Actor) -> list[ListChoice]:
    """The lists of an actor's company, for whoever invites."""
    own = SupplierList.objects.filter(company_id=actor.company_id).order_by("name", "id")
    return [ListChoice(each.pk, each.name) for each in own]


def on_company(event: Event) -> None:
    """Put a company that is verified and sells on the lists it was invited for, once: taken off
    again by hand, it stays off."""
    company_id = UUID(str(event.payload["company_id"]))
    if not directory(sells=True).filter(pk=company_id).exists():
        return
    with transaction.atomic():
        for invitation in to_be_listed(company_id):
            found = SupplierList.objects.filter(
                pk=invitation.list_id, company_id=invitation.inviter_id
            ).first()
            if found is not None:
                SupplierListEntry.objects.get_or_create(list=found, supplier_id=company_id)
            mark_listed(invitation)
