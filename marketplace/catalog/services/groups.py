"""Customer groups: made, and customers put into them and taken out."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.catalog import selectors
from marketplace.catalog.errors import CustomerUnknown, GroupNameTaken
from marketplace.catalog.models import CustomerGroup
from marketplace.catalog.policies import own_group, require_seller
from marketplace.catalog.services import checks


def create_group(*, actor: Actor, name: str) -> CustomerGroup:
    """A new group without customers. Raises FieldWrong, GroupNameTaken."""
    require_seller(actor, Capability.OFFER_EDIT)
    name = checks.text("name", name, 120, needed=True)
    try:
        with transaction.atomic():
            return CustomerGroup.objects.create(company_id=actor.company_id, name=name)
    except IntegrityError as error:
        raise GroupNameTaken(field="name") from error


def add_customer(*, actor: Actor, group_id: UUID, company_id: UUID) -> CustomerGroup:
    """Put a customer into a group: the group's prices are for it from now on. Once is enough.
    Raises CustomerUnknown."""
    group = own_group(actor, group_id, Capability.OFFER_EDIT)
    if not selectors.customers(actor).filter(pk=company_id).exists():
        raise CustomerUnknown(field="customer")
    group.members.get_or_create(company_id=company_id)
    return group


def remove_customer(*, actor: Actor, group_id: UUID, company_id: UUID) -> CustomerGroup:
    """Take a customer out: the group's prices are not for it any more."""
    group = own_group(actor, group_id, Capability.OFFER_EDIT)
    group.members.filter(company_id=company_id).delete()
    return group
