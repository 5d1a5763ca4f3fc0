"""Invitations to act for a company, as data: made, sent again, ended, taken up once.

Who may call these is decided above, in ``crm_core.access.invitations``. The link in the mail is
signed from the invitation's id and version, so sending it again makes the older link void.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from crm_core.companies.errors import (
    AlreadyInvited,
    AlreadyMember,
    CompanyInvalid,
    InvitationInvalid,
    InvitationNotFound,
    TooManyInvitations,
)
from crm_core.companies.limits import Limit, limit_fields, limit_of, limit_text
from crm_core.companies.models import (
    Company,
    MemberInvitation,
    Membership,
    PeopleAction,
    Role,
)
from crm_core.companies.people_log import log
from crm_core.companies.services import add_member, check_role, locked
from crm_core.people.models import User
from infra.outbox import emit
from kernel.clock import utc_now

LIFE = timedelta(days=7)
MOST_OPEN = 100
_SALT = "companies.member_invitation"


def open_invitations(company_id: UUID) -> QuerySet[MemberInvitation]:
    """What was neither taken up nor ended, also where its time is over; the newest first."""
    return MemberInvitation.objects.filter(company_id=company_id, ended_at=None).select_related(
        "invited_by"
    )


def invite(
    *, company_id: UUID, email: str, role: Role, limit: Limit | None, by_id: UUID
) -> MemberInvitation:
    """Offer somebody to act for the company. Raises CompanyInvalid (field ``email``),
    RoleNotForCompany, AlreadyMember, AlreadyInvited, TooManyInvitations."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise CompanyInvalid(field="email") from error
    with transaction.atomic():
        company = locked(company_id)
        check_role(company, role)
        if Membership.objects.filter(company=company, user__email=address, active=True).exists():
            raise AlreadyMember(field="email")
        waiting = open_invitations(company_id)
        if waiting.filter(email=address).exists():
            raise AlreadyInvited(field="email")
        if waiting.count() >= MOST_OPEN:
            raise TooManyInvitations(most=MOST_OPEN)
        made = MemberInvitation.objects.create(
            company=company, email=address, role=role, invited_by_id=by_id,
            expires_at=utc_now() + LIFE, **limit_fields(limit),
        )  # fmt: skip
        log(company, PeopleAction.INVITED, role=role, by_id=by_id, invitation=made,
            after=limit_text(made))  # fmt: skip
        _tell(made)
    return made


def send_again(*, company_id: UUID, invitation_id: UUID, by_id: UUID) -> MemberInvitation:
    """Send a new link, good for another week; the older one is void."""
    with transaction.atomic():
        company = locked(company_id)
        found = _own(company, invitation_id)
        found.version += 1
        found.sent_at, found.expires_at = utc_now(), utc_now() + LIFE
        found.save(update_fields=["version", "sent_at", "expires_at"])
        log(company, PeopleAction.SENT_AGAIN, role=found.role, by_id=by_id, invitation=found)
        _tell(found)
    return found


def revoke(*, company_id: UUID, invitation_id: UUID, by_id: UUID) -> None:
    """Take the offer back: its link is void from now on."""
    with transaction.atomic():
        company = locked(company_id)
        found = _own(company, invitation_id)
        _end(found)
        log(company, PeopleAction.REVOKED, role=found.role, by_id=by_id, invitation=found)


def forget_address(email: str, replacement: str) -> None:
    """Keep invitations of a person who is erased, without the address."""
    MemberInvitation.objects.filter(email=email).update(
        email=replacement, ended_at=Coalesce("ended_at", Value(utc_now()))
    )


def link_secret(invitation: MemberInvitation) -> str:
    """What the link in the mail ends with."""
    return signing.dumps([invitation.pk.hex, invitation.version], salt=_SALT)


def invitation_by(secret: str, *, lock: bool = False) -> MemberInvitation:
    """The invitation this link still opens. Raises InvitationInvalid."""
    try:
        key, version = signing.loads(secret, salt=_SALT)
        invitation_id = UUID(key)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvitationInvalid() from error
    if lock:
        # The company first, as everywhere that its people change.
        company_id = MemberInvitation.objects.values_list("company_id").filter(pk=invitation_id)
        Company.objects.select_for_update().filter(pk__in=company_id).first()
    found = (
        MemberInvitation.objects.filter(pk=invitation_id, version=version)
        .select_related("company", "invited_by")
        .first()
    )
    if found is None or not found.is_open:
        raise InvitationInvalid()
    return found


def take_up(*, secret: str, user: User) -> Membership:
    """Join the company as invited: once. Raises AlreadyMember or InvitationInvalid, the latter also
    for anybody but the invited person."""
    with transaction.atomic():
        found = invitation_by(secret, lock=True)
        if user.email != found.email:
            raise InvitationInvalid()
        membership = add_member(
            company_id=found.company_id, user_id=user.pk, role=Role(found.role),
            actor_urn=f"urn:fairfall:user:{user.pk}", limit=limit_of(found), invitation=found,
        )  # fmt: skip
        found.membership = membership
        _end(found)
    return membership


def turn_down(*, secret: str) -> MemberInvitation:
    """Decline; whoever has the link may."""
    with transaction.atomic():
        found = invitation_by(secret, lock=True)
        _end(found)
        person = User.objects.filter(email=found.email).first()
        log(found.company, PeopleAction.DECLINED, role=found.role,
            by_id=person.pk if person else None, invitation=found)  # fmt: skip
    return found


def _own(company: Company, invitation_id: UUID) -> MemberInvitation:
    found = open_invitations(company.pk).filter(pk=invitation_id).first()
    if found is None:
        raise InvitationNotFound()
    return found


def _end(invitation: MemberInvitation) -> None:
    invitation.ended_at = utc_now()
    invitation.save(update_fields=["ended_at", "membership"])


def _tell(invitation: MemberInvitation) -> None:
    urn = f"urn:fairfall:company:{invitation.company_id}"
    emit(
        type="company.member_invited",
        subject=urn,
        actor=f"urn:fairfall:user:{invitation.invited_by_id}",
        parties=[urn],
        payload={
            "company_id": invitation.company_id,
            "invitation_id": invitation.pk,
            "version": invitation.version,
        },
    )
