"""Inviting a company onto the platform, and answering such an invitation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm_core.access.actor import Actor, load_actor
from crm_core.access.capabilities import Capability, role_has
from crm_core.access.errors import NotSignedIn, SupplierListUnknown
from crm_core.access.joining import has_account, new_person
from crm_core.access.registration import register_company
from crm_core.companies import inviting_companies
from crm_core.companies.errors import CompanyInvitationInvalid, CompanyNotYours
from crm_core.companies.models import CompanyInvitation, Membership
from crm_core.companies.selectors import memberships_of
from crm_core.people.models import User


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A supplier list that an invited company may join once it is verified."""

    id: UUID
    name: str


Lists = Callable[[Actor], list[ListChoice]]
_lists: list[Lists] = []


def offer_lists_with(reader: Lists) -> None:
    """Let the room of the buyers say which lists an actor's company has; called at start."""
    _lists[:] = [reader]


def lists_of(actor: Actor) -> list[ListChoice]:
    """The supplier lists to choose from."""
    return _lists[0](actor) if _lists and actor.can(Capability.SUPPLIER_LIST_READ) else []


def invitations(actor: Actor, *, state: str = "", search: str = "") -> QuerySet[CompanyInvitation]:
    """What the actor's company sent, the newest first."""
    if not actor.can(Capability.COMPANY_INVITE):
        # Also those may look who read the lists to which these companies come.
        actor.require(Capability.SUPPLIER_LIST_READ)
    return inviting_companies.invitations_of(actor.company_id, state=state, search=search)


def invite(
    *,
    actor: Actor,
    email: str,
    name: str,
    country: str = "",
    message: str = "",
    language: str = "en",
    list_id: UUID | None = None,
) -> CompanyInvitation:
    """Invite a company by e-mail. The answer is the same whether or not the address has an account.

    Raises SupplierListUnknown, and what ``inviting_companies.invite`` raises.
    """
    actor.require(Capability.COMPANY_INVITE)
    if list_id is not None and list_id not in {each.id for each in lists_of(actor)}:
        raise SupplierListUnknown(field="list_id")
    return inviting_companies.invite(
        inviter_id=actor.company_id, by_id=actor.user_id, email=email, name=name,
        country=country, message=message, language=language, list_id=list_id,
    )  # fmt: skip


def send_again(*, actor: Actor, invitation_id: UUID) -> CompanyInvitation:
    """A new link by mail; the one sent before does not work any more."""
    actor.require(Capability.COMPANY_INVITE)
    return inviting_companies.send_again(
        inviter_id=actor.company_id, invitation_id=invitation_id, by_id=actor.user_id
    )


def revoke(*, actor: Actor, invitation_id: UUID) -> CompanyInvitation:
    """Take an invitation back."""
    actor.require(Capability.COMPANY_INVITE)
    return inviting_companies.revoke(
        inviter_id=actor.company_id, invitation_id=invitation_id, by_id=actor.user_id
    )


def come_as_new(*, secret: str, full_name: str, password: str, language: str) -> User:
    """Make the invited person's account. The link came by mail, so the address is theirs; it stays
    good until a company is named.

    Raises CompanyInvitationInvalid (also where the address has an account), FullNameMissing,
    PasswordWeak.
    """
    with transaction.atomic():
        found = inviting_companies.invitation_by(secret, lock=True)
        if has_account(found.email):
            raise CompanyInvitationInvalid()
        return new_person(
            email=found.email, full_name=full_name, password=password, language=language
        )


def register_invited(*, user: User, secret: str, **company: Any) -> Membership:
    """Register the invited person's company and take the invitation up, both or neither.

    Raises CompanyInvitationInvalid and what ``register_company`` raises.
    """
    with transaction.atomic():
        found = _own(user, secret)
        made = register_company(user=user, **company)
        inviting_companies.end_taken_up(invitation=found, company=made.company, user=user)
    return made


def companies_to_answer_with(user: User, invitation: CompanyInvitation) -> list[Membership]:
    """The person's companies with which they may answer: where they manage it, or sell for it."""
    return [
        each
        for each in memberships_of(user.pk)
        if each.company_id != invitation.inviter_id
        and not each.company.operates
        and (
            role_has(each.role, Capability.COMPANY_MANAGE)
            or role_has(each.role, Capability.TENDER_ANSWER)
        )
    ]


def answer_with(*, user: User, secret: str, company_id: UUID) -> Membership:
    """Take the invitation up with a company that is here. Raises CompanyInvitationInvalid,
    CompanyNotYours."""
    with transaction.atomic():
        found = _own(user, secret)
        for each in companies_to_answer_with(user, found):
            if each.company_id == company_id:
                load_actor(user.pk, company_id)  # who may not act for it yet does not answer either
                inviting_companies.end_taken_up(invitation=found, company=each.company, user=user)
                return each
    raise CompanyNotYours(field="company")


def decline(*, secret: str, user: User) -> CompanyInvitation:
    """Decline; whoever has the link may."""
    return inviting_companies.turn_down(
        secret=secret, by_id=user.pk if user.is_authenticated else None
    )


def _own(user: User, secret: str) -> CompanyInvitation:
    """The invitation, locked, that this person may take up."""
    if not user.is_authenticated or not user.is_active:
        raise NotSignedIn()
    found = inviting_companies.invitation_by(secret, lock=True)
    if user.email != found.email:
        raise CompanyInvitationInvalid()
    return found
