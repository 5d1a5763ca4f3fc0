"""Asking to be erased, taking it back, and the erasure itself."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.companies.errors import LastOwner
from crm_core.companies.models import Company
from crm_core.companies.selectors import left_unmanaged_by, memberships_of
from crm_core.companies.services import remove_member
from crm_core.notifications.services import Recipient, notify
from crm_core.people import open_sessions, services
from crm_core.people.models import User
from crm_core.people.origin import NOWHERE, Origin
from crm_core.people.security import Kind, note
from crm_core.people.sessions import end_sockets
from crm_core.privacy.errors import (
    AccountShared,
    AddressDiffers,
    ErasureAsked,
    NoErasureAsked,
    PasswordWrong,
    StillNeeded,
)
from crm_core.privacy.models import ErasureRequest
from crm_core.privacy.table import SCRUBS, TABLE, Fate
from kernel.clock import utc_now

log = logging.getLogger(__name__)
GRACE = timedelta(days=7)


def open_request(user: User) -> ErasureRequest | None:
    """The request that waits for its day, if the person made one."""
    return ErasureRequest.objects.filter(user=user, withdrawn_at=None, done_at=None).first()


def ask(*, user: User, email: str, password: str, origin: Origin = NOWHERE) -> ErasureRequest:
    """Ask to be erased in a week. The address and the password are written once more.

    Raises AccountShared, AddressDiffers, PasswordWrong, StillNeeded, ErasureAsked.
    """
    if user.is_demo:
        raise AccountShared()
    if email.strip().lower() != user.email:
        raise AddressDiffers(field="email")
    if user.has_usable_password() and not user.check_password(password):
        note(user.pk, Kind.SIGN_IN_FAILED, origin=origin)
        raise PasswordWrong(field="password")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if open_request(user):
            raise ErasureAsked()
        _let_go(user)
        made = ErasureRequest.objects.create(user=user, due_at=utc_now() + GRACE)
        note(user.pk, Kind.ERASURE_ASKED, origin=origin)
        _tell(user, made, gettext_noop(
            "You asked to be erased. It happens on {day}; until then you can withdraw it."
        ))  # fmt: skip
    return made


def withdraw(*, user: User, origin: Origin = NOWHERE) -> None:
    """Stay after all. Raises NoErasureAsked."""
    with transaction.atomic():
        changed = ErasureRequest.objects.filter(
            user=user, withdrawn_at=None, done_at=None
        ).update(withdrawn_at=utc_now())  # fmt: skip
        if not changed:
            raise NoErasureAsked()
        note(user.pk, Kind.ERASURE_WITHDRAWN, origin=origin)


def erase_due() -> int:
    """Erase everybody whose day has come; how many.

    Who meanwhile manages a company alone stays until a colleague does too, and is told.
    """
    due = ErasureRequest.objects.filter(
        withdrawn_at=None, done_at=None, due_at__lte=utc_now()
    ).values_list("pk", flat=True)
    done = 0
    for request_id in list(due):
        try:
            done += _erase_asked(request_id)
        except Exception:
            log.exception("erasure %s failed; it is tried again", request_id)
    return done


def _erase_asked(request_id: int) -> bool:
    """Whether the person was erased now; not where they withdrew meanwhile, or are needed."""
    with transaction.atomic():
        # From here on it cannot be withdrawn any more.
        request = (
            ErasureRequest.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=request_id, withdrawn_at=None, done_at=None)
            .first()
        )
        if request is None:
            return False
        try:
            erase(request.user_id)
        except StillNeeded:
            _tell(request.user, request, gettext_noop(
                "You cannot be erased yet: you are the only one who manages a company."
            ))  # fmt: skip
            return False
    return True


def erase(user_id: UUID) -> None:
    """Erase a person now, for good; what they traded stays and no longer names them.

    Nothing happens where it is done. Raises StillNeeded, and then nothing has happened.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if user.erased_at is not None:
            return
        _let_go(user)
        for membership in memberships_of(user.pk):
            _leave(user, membership.company_id, membership.pk)
        open_sessions.end_others(user_id=user.pk, keep=None)
        address = services.address_without_name()
        for scrub in SCRUBS:
            scrub(user, address)
        for kept in TABLE:
            if kept.fate is Fate.DELETED and kept.model is not User:
                kept.rows(user).delete()
        services.forget(user=user, address=address)
        ErasureRequest.objects.filter(user=user, withdrawn_at=None, done_at=None).update(
            done_at=utc_now()
        )
        transaction.on_commit(lambda: end_sockets(user_id, reason="deactivated"))
    log.info("person %s erased", user_id)


def _let_go(user: User) -> None:
    if left := left_unmanaged_by(user.pk):
        raise StillNeeded(companies=", ".join(each.legal_name for each in left))


def _leave(user: User, company_id: UUID, membership_id: UUID) -> None:
    try:
        remove_member(
            company_id=company_id, membership_id=membership_id,
            actor_urn=f"urn:fairfall:user:{user.pk}", may_be_last=True,
        )  # fmt: skip
    except LastOwner as error:  # the colleague left since we looked
        name = Company.objects.values_list("legal_name", flat=True).get(pk=company_id)
        raise StillNeeded(companies=name) from error


def _tell(user: User, request: ErasureRequest, text: str) -> None:
    notify(
        recipients=[Recipient(user.pk)],
        kind="privacy.erasure",
        text=text,
        data={"day": f"{request.due_at:%Y-%m-%d}"},
        link=reverse("personal-data"),
        email=True,
        key=f"erasure:{request.pk}:{len(text)}",
    )
