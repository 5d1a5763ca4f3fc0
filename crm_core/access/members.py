"""Members of the actor's own company: who may see and change them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.errors import NotAMember
from crm_core.access.models import ApiToken
from crm_core.access.scopes import Scope
from crm_core.companies import selectors, services
from crm_core.companies.errors import RoleNotForCompany
from crm_core.companies.limits import parse_limit
from crm_core.companies.models import Membership, PeopleEntry, Role
from crm_core.companies.people_log import people_log as log_of
from kernel.clock import utc_now


def members(actor: Actor) -> QuerySet[Membership]:
    """Colleagues in the actor's company."""
    actor.require_scope(Scope.READ, Scope.COMPANY)
    return selectors.members_of(actor.company_id)


def member(actor: Actor, membership_id: UUID) -> Membership:
    """A colleague, for who manages the company. Raises MemberNotFound."""
    actor.require(Capability.COMPANY_MANAGE)
    return services.member(actor.company_id, membership_id)


def change_member(
    *,
    actor: Actor,
    membership_id: UUID,
    role: str | None = None,
    limit: tuple[str, str] | None = None,
) -> Membership:
    """Give a colleague another role, another limit (amount and currency; no amount: none), or
    both. In force with their next command.

    No program changes what its own person may do: that would change what its token may do.
    """
    actor.require(Capability.COMPANY_MANAGE)
    if membership_id == actor.membership_id:
        actor.require_person()
    kind = None if role is None else parse_role(role)
    wanted = None if limit is None else parse_limit(*limit)
    common = {
        "company_id": actor.company_id, "membership_id": membership_id, "actor_urn": actor.urn,
    }  # fmt: skip
    with transaction.atomic():
        found = services.member(actor.company_id, membership_id)
        if limit is not None:
            found = services.set_limit(**common, limit=wanted)
        if kind is not None:
            found = services.change_role(**common, role=kind)
    return found


def remove_member(*, actor: Actor, membership_id: UUID) -> None:
    """End a colleague's membership; their API tokens for this company stop with it."""
    actor.require(Capability.COMPANY_MANAGE)
    _end(actor, membership_id)


def leave(*, actor: Actor) -> None:
    """End one's own membership. Raises LastOwner where nobody else manages the company."""
    actor.require_person()
    _end(actor, actor.membership_id)


def _end(actor: Actor, membership_id: UUID) -> None:
    with transaction.atomic():
        services.remove_member(
            company_id=actor.company_id, membership_id=membership_id, actor_urn=actor.urn
        )
        user_id = Membership.objects.values_list("user_id", flat=True).get(pk=membership_id)
        ApiToken.objects.filter(
            company_id=actor.company_id, user_id=user_id, revoked_at=None
        ).update(revoked_at=utc_now(), revoked_by_id=actor.user_id)


def people_log(actor: Actor) -> QuerySet[PeopleEntry]:
    """What was done about the people of the actor's company, the newest first."""
    if not actor.can(Capability.AUDIT_READ) and not actor.can(Capability.COMPANY_MANAGE):
        actor.check_scope(Capability.AUDIT_READ)
        actor.require(Capability.COMPANY_MANAGE)
    return log_of(actor.company_id)


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
