"""Inviting people to act for the actor's company, and joining by an invitation."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm_core.access import joining
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.joining import new_person
from crm_core.access.members import parse_role
from crm_core.companies import inviting
from crm_core.companies.errors import InvitationInvalid
from crm_core.companies.limits import parse_limit
from crm_core.companies.models import MemberInvitation, Membership
from crm_core.people.models import User


def invitations(actor: Actor) -> QuerySet[MemberInvitation]:
    """Invitations of the actor's company that were neither taken up nor ended."""
    actor.require(Capability.COMPANY_MANAGE)
    return inviting.open_invitations(actor.company_id)


def invite(
    *, actor: Actor, email: str, role: str, limit_amount: str = "", limit_currency: str = ""
) -> MemberInvitation:
    """Invite a person, who may have no account yet, by a link that works once for a week."""
    actor.require(Capability.COMPANY_MANAGE)
    return inviting.invite(
        company_id=actor.company_id, email=email, role=parse_role(role),
        limit=parse_limit(limit_amount, limit_currency), by_id=actor.user_id,
    )  # fmt: skip


def send_again(*, actor: Actor, invitation_id: UUID) -> MemberInvitation:
    """A new link by mail; the one sent before does not work any more."""
    actor.require(Capability.COMPANY_MANAGE)
    return inviting.send_again(
        company_id=actor.company_id, invitation_id=invitation_id, by_id=actor.user_id
    )


def revoke(*, actor: Actor, invitation_id: UUID) -> None:
    """Take an invitation back."""
    actor.require(Capability.COMPANY_MANAGE)
    inviting.revoke(company_id=actor.company_id, invitation_id=invitation_id, by_id=actor.user_id)


def has_account(invitation: MemberInvitation) -> bool:
    """Whether the invited address is an account's: then its owner signs in to join."""
    return joining.has_account(invitation.email)


def join(*, user: User, secret: str) -> Membership:
    """Take the invitation up as the signed-in person. Raises InvitationInvalid, AlreadyMember."""
    if not user.is_authenticated or not user.is_active:
        raise InvitationInvalid()
    return inviting.take_up(secret=secret, user=user)


def join_as_new(*, secret: str, full_name: str, password: str, language: str) -> Membership:
    """Make the invited person's account and join. The link came by mail, so the address is theirs.

    Raises InvitationInvalid (also where the address has an account), FullNameMissing, PasswordWeak.
    """
    with transaction.atomic():
        invitation = inviting.invitation_by(secret, lock=True)
        if has_account(invitation):
            raise InvitationInvalid()
        user = new_person(
            email=invitation.email, full_name=full_name, password=password, language=language
        )
        return inviting.take_up(secret=secret, user=user)
