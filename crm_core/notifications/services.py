"""Telling people something: in the application, live, and by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability, roles_with
from crm_core.access.scopes import Scope
from crm_core.companies.models import Membership
from crm_core.notifications import tasks
from crm_core.notifications.defused import defused
from crm_core.notifications.errors import NoticeNotFound
from crm_core.notifications.models import MailboxMessage, Notice, OutgoingMail
from crm_core.people.models import User
from crm_core.people.sessions import send_to_user
from kernel.clock import utc_now

MAILS_KEPT = timedelta(days=30)
NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, told as somebody who acts for a company (None: told personally)."""

    user_id: UUID
    company_id: UUID | None = None


def members_with(company_id: UUID, capability: Capability) -> list[Recipient]:
    """The active members of a company whose role carries the capability."""
    user_ids = Membership.objects.filter(
        company_id=company_id,
        active=True,
        user__is_active=True,
        role__in=roles_with(capability),
    ).values_list("user_id", flat=True)
    return [Recipient(user_id, company_id) for user_id in user_ids]


def notify(
    *,
    recipients: Iterable[Recipient],
    kind: str,
    text: str,
    key: str,
    data: Mapping[str, Any] | None = None,
    link: str = "",
    subject: str = "",
    email: bool = False,
) -> int:
    """Tell each recipient once per ``key``; how many were told now.

    ``text`` is an English msgid (mark it with ``gettext_noop``) with ``{name}`` places filled from
    ``data`` (strings and integers). ``link`` is a path of this site, ``subject`` a URN. With
    ``email`` a mail goes out as well. Nothing is sent unless the caller's transaction commits.
    """
    wanted = {each.user_id: each for each in recipients}
    filled = dict(data or {})
    with transaction.atomic():
        told = Notice.objects.filter(recipient_id__in=wanted, key=key)
        for user_id in told.values_list("recipient_id", flat=True):
            del wanted[user_id]
        if not wanted:
            return 0
        Notice.objects.bulk_create(
            [
                Notice(
                    recipient_id=each.user_id, company_id=each.company_id, kind=kind, text=text,
                    data=filled, link=link, subject=subject, key=key,
                )
                for each in wanted.values()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        if email:
            context = {"text": text, "data": filled, "link": link}
            for user in User.objects.filter(pk__in=wanted, is_active=True):
                send_mail(user=user, template="notice", context=context, key=f"{key}:{user.pk}")
        # Not a partial: Django cannot name one whose failure it should only log.
        transaction.on_commit(lambda: _announce(list(wanted), kind), robust=True)
    return len(wanted)


def send_mail(*, user: User, template: str, context: Mapping[str, Any], key: str) -> None:
    """Queue one mail in the user's language, once per ``key``, within the caller's transaction.

    ``template`` names ``notifications/mail/<template>.txt``: its first line is the subject.
    """
    send_mail_to(
        address=user.email, language=user.language, template=template, context=context, key=key
    )


def send_mail_to(
    *, address: str, language: str, template: str, context: Mapping[str, Any], key: str
) -> None:
    """The same to somebody who may have no account."""
    with transaction.atomic():
        mail = OutgoingMail(
            to=address, language=language, template=template, context=dict(context), key=key
        )
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
        # Were the broker away now, the minutely sweep finds the mail in its table.
        transaction.on_commit(lambda: tasks.deliver_mail.delay(str(mail.pk)), robust=True)


def forget_person(*, name: str, email: str, company_ids: Iterable[UUID]) -> None:
    """Take a person who is erased out of what others were told: by address, and by name in mails
    and in notices of the companies they acted for. Of a namesake's mails the text is lost too."""
    Notice.objects.filter(data__email=email).delete()
    OutgoingMail.objects.filter(Q(to=email) | Q(context__data__email=email)).delete()
    MailboxMessage.objects.filter(to=email).delete()
    names = {name, defused(name)}
    for told in Notice.objects.filter(data__person__in=names, company_id__in=list(company_ids)):
        told.data = {**told.data, "person": NOBODY}
        told.save(update_fields=["data"])
    naming = OutgoingMail.objects.filter(
        Q(context__inviter__in=names) | Q(context__data__person__in=names)
    )
    for mail in naming.filter(state=OutgoingMail.State.QUEUED):
        if "inviter" in mail.context:
            mail.context["inviter"] = NOBODY
        if "person" in mail.context.get("data", {}):
            mail.context["data"]["person"] = NOBODY
        mail.save(update_fields=["context"])
    naming.exclude(state=OutgoingMail.State.QUEUED).update(to="", context={}, error="")


def forget_sent_mails() -> int:
    """Keep of mails that went out, or were given up, a month ago that they did, not what they said
    or to whom; how many."""
    before = utc_now() - MAILS_KEPT
    return (
        OutgoingMail.objects.exclude(state=OutgoingMail.State.QUEUED)
        .filter(Q(sent_at__lt=before) | Q(sent_at=None, next_attempt_at__lt=before))
        .exclude(to="")
        .update(to="", context={}, error="")
    )


def _announce(user_ids: list[UUID], kind: str) -> None:
    """Tell open sockets: ``{"type": "notice.created", "kind": …, "unread": {company id: n}}``.

    Unread counts are per company (key "" for personal notices): a socket adds up its own
    company's and the personal ones.
    """
    counts: dict[UUID, dict[str, int]] = {user_id: {} for user_id in user_ids}
    rows = (
        Notice.objects.filter(recipient_id__in=user_ids, read_at=None)
        .order_by()
        .values_list("recipient_id", "company_id")
        .annotate(unread=Count("id"))
    )
    for user_id, company_id, unread in rows:
        counts[user_id][str(company_id or "")] = unread
    for user_id, unread_by_company in counts.items():
        send_to_user(user_id, {"type": "notice.created", "kind": kind, "unread": unread_by_company})


def mine(actor: Actor) -> Q:
    """The notices an actor sees: those for the active company and the personal ones."""
    return Q(recipient_id=actor.user_id) & (Q(company_id=actor.company_id) | Q(company_id=None))


def mark_read(*, actor: Actor, notice_id: UUID) -> Notice:
    """Mark one notice read; repeated, it stays as it was. Raises NoticeNotFound."""
    actor.require_scope(Scope.READ)
    notice = Notice.objects.filter(mine(actor), pk=notice_id).first()
    if notice is None:
        raise NoticeNotFound()
    if notice.read_at is None:
        notice.read_at = utc_now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, actor: Actor) -> int:
    """Mark all the actor's notices read; how many were unread."""
    actor.require_scope(Scope.READ)
    return Notice.objects.filter(mine(actor), read_at=None).update(read_at=utc_now())
