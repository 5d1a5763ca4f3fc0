"""Sending queued mails. The table is the queue; Celery only says when to look."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urljoin
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from crm_core.notifications.models import OutgoingMail
from crm_core.notifications.texts import filled, parted
from kernel.clock import utc_now

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=2)
_LEASE = timedelta(minutes=5)


@shared_task(name="notifications.deliver_mail")
def deliver_mail(mail_id: str) -> bool:
    """Send one queued mail; True when it went out now. Repeated calls send it once.

    The attempt is booked before the mail server is asked, in a short transaction of its own: no
    row stays locked while a slow server answers, and a worker killed half-way is followed by
    another attempt five minutes later.
    """
    mail = _take(UUID(mail_id))
    if mail is None:
        return False
    try:
        _compose(mail).send()
    except Exception as error:
        log.warning("mail %s not sent: %s", mail_id, error)
        _put_back(mail, f"{type(error).__name__}: {error}"[:1000])
        return False
    mail.state, mail.sent_at, mail.error = OutgoingMail.State.SENT, utc_now(), ""
    mail.save(update_fields=["state", "sent_at", "error"])
    return True


@shared_task(name="notifications.deliver_waiting_mails")
def deliver_waiting_mails() -> int:
    """Try again what is due: failed attempts, and mails queued while the broker was away."""
    due = OutgoingMail.objects.filter(
        state=OutgoingMail.State.QUEUED, next_attempt_at__lte=utc_now()
    ).values_list("pk", flat=True)[:500]
    return sum(deliver_mail(str(mail_id)) for mail_id in due)


@shared_task(name="notifications.forget_sent_mails")
def forget_sent_mails() -> int:
    """Forget what mails said a month after they went out."""
    from crm_core.notifications import services

    return services.forget_sent_mails()


def _take(mail_id: UUID) -> OutgoingMail | None:
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.select_for_update(skip_locked=True)
            .filter(pk=mail_id, state=OutgoingMail.State.QUEUED, next_attempt_at__lte=utc_now())
            .first()
        )
        if mail is not None:
            mail.attempts += 1
            mail.next_attempt_at = utc_now() + _LEASE
            mail.save(update_fields=["attempts", "next_attempt_at"])
    return mail


def _put_back(mail: OutgoingMail, error: str) -> None:
    mail.error = error
    if mail.attempts >= MAX_ATTEMPTS:
        mail.state = OutgoingMail.State.FAILED
    pause = min(_FIRST_PAUSE * 2 ** (mail.attempts - 1), _LONGEST_PAUSE)
    mail.next_attempt_at = utc_now() + pause
    mail.save(update_fields=["state", "error", "next_attempt_at"])


def _compose(mail: OutgoingMail) -> EmailMessage:
    with override(mail.language):
        context = dict(mail.context)
        if "text" in context:
            context["text"] = filled(context["text"], context.get("data", {}))
            context["headline"], _rest = parted(context["text"])
        if context.get("link"):
            context["link"] = urljoin(settings.PUBLIC_URL, context["link"])
        whole = render_to_string(f"notifications/mail/{mail.template}.txt", context)
    subject, _blank, body = whole.partition("\n")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=subject.strip(),
        body=body.strip() + "\n",
        to=[mail.to],
        # The same id at every attempt lets the receiving side drop a second copy.
        headers={"Message-ID": f"<{mail.pk}@{domain}>"},
    )
