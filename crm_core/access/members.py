"""Members of the actor's own company: who may see and change them."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.errors import NotAMember
from crm_core.access.models import ApiToken
from crm_core.companies import selectors, services
from crm_core.companies.errors import CompanyInvalid, RoleNotForCompany
from crm_core.companies.models import Membership, Role
from kernel.clock import utc_now


def members(actor: Actor) -> QuerySet[Membership]:
    """Colleagues in the actor's company."""
    return selectors.members_of(actor.company_id)


def add_member(*, actor: Actor, email: str, full_name: str, role: str) -> Membership:
    """Let the person with this address act for the actor's company; unknown people are invited."""
    actor.require(Capability.COMPANY_MANAGE)
    kind = parse_role(role)
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise CompanyInvalid(field="email") from error
    if not full_name.strip():
        raise CompanyInvalid(field="full_name")
    with transaction.atomic():
        user = services.find_or_create_person(email=email, full_name=full_name)
        return services.add_member(
            company_id=actor.company_id, user_id=user.pk, role=kind, actor_urn=actor.urn
        )


def change_role(*, actor: Actor, membership_id: UUID, role: str) -> Membership:
    """Give a colleague another role."""
    actor.require(Capability.COMPANY_MANAGE)
    return services.change_role(
        company_id=actor.company_id,
        membership_id=membership_id,
        role=parse_role(role),
        actor_urn=actor.urn,
    )


def remove_member(*, actor: Actor, membership_id: UUID) -> None:
    """End a colleague's membership; their API tokens for this company stop with it."""
    actor.require(Capability.COMPANY_MANAGE)
    with transaction.atomic():
        services.remove_member(
            company_id=actor.company_id, membership_id=membership_id, actor_urn=actor.urn
        )
        user_id = Membership.objects.values_list("user_id", flat=True).get(pk=membership_id)
        ApiToken.objects.filter(
            company_id=actor.company_id, user_id=user_id, revoked_at=None
        ).update(revoked_at=utc_now())


def parse_role(role: str) -> Role:
    """The role of this value. Raises RoleNotForCompany."""
    try:
        return Role(role)
    except ValueError as error:
        raise RoleNotForCompany(field="role") from error


def parse_id(text: str) -> UUID:
    """A company's id from a form. Raises NotAMember: nobody acts for what is no id."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotAMember() from error
