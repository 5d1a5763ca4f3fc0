"""Invitations of companies, as data: made, sent again, ended, taken up once.

Who may call these is decided above, in ``crm_core.access.company_invitations``. Whether an address
has an account changes nothing here, so that no inviter can tell.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from crm_core.companies.errors import (
    AlreadyInvited,
    CompanyInvalid,
    CompanyInvitationInvalid,
    CompanyNotYours,
    InvitationNotFound,
    InvitationTextTooLong,
    InvitedTooOften,
    TooManyInvitedToday,
)
from crm_core.companies.models import Company, CompanyInvitation
from crm_core.companies.models.invited import MESSAGE_AT_MOST
from crm_core.companies.services import locked
from crm_core.people.models import Language, User
from infra.outbox import emit
from kernel.clock import moment_to_wire, utc_now

LIFE = timedelta(days=14)
DAY = timedelta(days=1)
MOST_A_DAY = 50
MOST_SENT = 5  # mails of one invitation
MOST_TO_ONE = 3  # invitations of a company to one address ...
LATELY = timedelta(days=30)  # ... within this time
_SALT = "companies.company_invitation"
State = CompanyInvitation.State


def invitations_of(
    inviter_id: UUID, *, state: str = "", search: str = ""
) -> QuerySet[CompanyInvitation]:
    """All that a company sent, the newest first; ``state`` as it stands now."""
    found = CompanyInvitation.objects.filter(inviter_id=inviter_id).select_related(
        "invited_by", "company"
    )
    over = Q(state=State.OPEN, expires_at__lte=utc_now())
    if state == State.OPEN:
        found = found.filter(state=State.OPEN).exclude(over)
    elif state == State.EXPIRED:
        found = found.filter(over | Q(state=State.EXPIRED))
    elif state in State.values:
        found = found.filter(state=state)
    for word in search.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(company__legal_name__icontains=word)
        )
    return found


def invited_by(company_id: UUID) -> QuerySet[CompanyInvitation]:
    """At whose invitations a company is here, the first one first."""
    return (
        CompanyInvitation.objects.filter(company_id=company_id, state=State.TAKEN_UP)
        .select_related("inviter", "invited_by")
        .order_by("ended_at", "id")
    )


def invite(
    *,
    inviter_id: UUID,
    by_id: UUID,
    email: str,
    name: str,
    country: str = "",
    message: str = "",
    language: str = Language.ENGLISH,
    list_id: UUID | None = None,
) -> CompanyInvitation:
    """Offer a company, which may be here already, to come. Raises CompanyInvalid or
    InvitationTextTooLong with the field; AlreadyInvited, TooManyInvitedToday, InvitedTooOften."""
    made = CompanyInvitation(
        inviter_id=inviter_id, invited_by_id=by_id, email=email.strip().lower(),
        name=" ".join(name.split()), country=country.strip().upper(),
        message=message.strip().replace("\r\n", "\n"), language=language, list_id=list_id,
        expires_at=utc_now() + LIFE,
    )  # fmt: skip
    _check(made)
    with transaction.atomic():
        locked(inviter_id)
        _keep_bounds(made)
        made.save(force_insert=True)
        _tell(made, by_id)
    return made


def send_again(*, inviter_id: UUID, invitation_id: UUID, by_id: UUID) -> CompanyInvitation:
    """Send a new link, good for another fortnight; the older one is void.

    Raises InvitationNotFound, TooManyInvitedToday, InvitedTooOften.
    """
    with transaction.atomic():
        locked(inviter_id)
        found = _own(inviter_id, invitation_id)
        if found.version >= MOST_SENT:
            raise InvitedTooOften(most=MOST_SENT)
        _keep_day(inviter_id)
        found.version += 1
        found.sent_at, found.expires_at = utc_now(), utc_now() + LIFE
        found.save(update_fields=["version", "sent_at", "expires_at"])
        _tell(found, by_id)
    return found


def revoke(*, inviter_id: UUID, invitation_id: UUID, by_id: UUID) -> CompanyInvitation:
    """Take the offer back: its link is void from now on."""
    with transaction.atomic():
        found = _own(inviter_id, invitation_id)
        _end(found, State.REVOKED, by_id)
    return found


def forget_address(email: str, replacement: str) -> None:
    """Keep invitations to a person who is erased, without the address and what was written."""
    found = CompanyInvitation.objects.filter(email=email)
    found.filter(state=State.OPEN).update(state=State.REVOKED, ended_at=utc_now())
    found.update(email=replacement, message="")


def link_secret(invitation: CompanyInvitation) -> str:
    """What the link in the mail ends with."""
    return signing.dumps([invitation.pk.hex, invitation.version], salt=_SALT)


def invitation_by(secret: str, *, lock: bool = False) -> CompanyInvitation:
    """The invitation this link still opens. Raises CompanyInvitationInvalid."""
    try:
        key, version = signing.loads(secret, salt=_SALT)
        invitation_id = UUID(key)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise CompanyInvitationInvalid() from error
    rows = CompanyInvitation.objects.select_related("inviter", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=invitation_id, version=version).first()
    if found is None or not found.is_open:
        raise CompanyInvitationInvalid()
    return found


def end_taken_up(*, invitation: CompanyInvitation, company: Company, user: User) -> None:
    """The invitation, locked by the caller, led to this company. Raises CompanyNotYours where that
    is the inviter itself."""
    if company.pk == invitation.inviter_id:
        raise CompanyNotYours(field="company")
    invitation.company = company
    _end(invitation, State.TAKEN_UP, user.pk)
    parties = [f"urn:fairfall:company:{invitation.inviter_id}", company.urn]
    emit(
        type="company_invitation.taken_up",
        subject=invitation.urn,
        actor=f"urn:fairfall:user:{user.pk}",
        parties=parties,
        payload={
            "invitation_id": invitation.pk,
            "inviter_id": invitation.inviter_id,
            "company_id": company.pk,
            "invited_at": moment_to_wire(invitation.created_at),
        },
    )


def turn_down(*, secret: str, by_id: UUID | None = None) -> CompanyInvitation:
    """Decline; whoever has the link may."""
    with transaction.atomic():
        found = invitation_by(secret, lock=True)
        _end(found, State.DECLINED, by_id)
        emit(
            type="company_invitation.declined",
            subject=found.urn,
            actor=f"urn:fairfall:user:{by_id}" if by_id else "",
            parties=[f"urn:fairfall:company:{found.inviter_id}"],
            payload={"invitation_id": found.pk},
        )
    return found


def to_be_listed(company_id: UUID) -> QuerySet[CompanyInvitation]:
    """Invitations, locked, whose company is yet to be put on the inviter's list."""
    return CompanyInvitation.objects.select_for_update().filter(
        company_id=company_id, state=State.TAKEN_UP, list_id__isnull=False, listed_at=None
    )


def mark_listed(invitation: CompanyInvitation) -> None:
    """The company was put on the list: once, so that taken off by hand it stays off."""
    invitation.listed_at = utc_now()
    invitation.save(update_fields=["listed_at"])


def _check(made: CompanyInvitation) -> None:
    try:
        validate_email(made.email)
    except ValidationError as error:
        raise CompanyInvalid(field="email") from error
    if len(made.message) > MESSAGE_AT_MOST:
        raise InvitationTextTooLong(field="message", most=MESSAGE_AT_MOST)
    if not 0 < len(made.name) <= 250:
        raise CompanyInvalid(field="name")
    if made.country and not (len(made.country) == 2 and made.country.isascii()
                             and made.country.isalpha()):  # fmt: skip
        raise CompanyInvalid(field="country")
    if made.language not in Language.values:
        raise CompanyInvalid(field="language")


def _keep_bounds(made: CompanyInvitation) -> None:
    """What is over makes room; what waits, and too many, do not."""
    earlier = CompanyInvitation.objects.filter(inviter_id=made.inviter_id, email=made.email)
    for waiting in earlier.filter(state=State.OPEN).select_for_update():
        if waiting.is_open:
            raise AlreadyInvited(field="email")
        waiting.ended_at, waiting.state = waiting.expires_at, State.EXPIRED
        waiting.save(update_fields=["ended_at", "state"])
    if earlier.filter(created_at__gt=utc_now() - LATELY).count() >= MOST_TO_ONE:
        raise InvitedTooOften(field="email", most=MOST_TO_ONE)
    _keep_day(made.inviter_id)


def _keep_day(inviter_id: UUID) -> None:
    """Every mail counts, also one that is sent again; of an older invitation all it ever sent."""
    lately = CompanyInvitation.objects.filter(inviter_id=inviter_id, sent_at__gt=utc_now() - DAY)
    if (lately.aggregate(mails=Sum("version"))["mails"] or 0) >= MOST_A_DAY:
        raise TooManyInvitedToday(most=MOST_A_DAY)


def _own(inviter_id: UUID, invitation_id: UUID) -> CompanyInvitation:
    found = (
        CompanyInvitation.objects.select_for_update(of=("self",))
        .filter(pk=invitation_id, inviter_id=inviter_id, state=State.OPEN)
        .first()
    )
    if found is None:
        raise InvitationNotFound()
    return found


def _end(invitation: CompanyInvitation, state: State, by_id: UUID | None) -> None:
    invitation.state, invitation.ended_at, invitation.ended_by_id = state, utc_now(), by_id
    invitation.save(update_fields=["state", "ended_at", "ended_by", "company"])


def _tell(invitation: CompanyInvitation, by_id: UUID) -> None:
    emit(
        type="company_invitation.sent",
        subject=invitation.urn,
        actor=f"urn:fairfall:user:{by_id}",
        parties=[f"urn:fairfall:company:{invitation.inviter_id}"],
        payload={"invitation_id": invitation.pk, "version": invitation.version},
    )
