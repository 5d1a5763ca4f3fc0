"""A mail backend that delivers into a table, so that a demonstration can show its mails."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from crm_core.notifications.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """EMAIL_BACKEND of a demonstration: nothing leaves the installation."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep a copy for each addressee; the number of mails taken."""
        copies = [
            MailboxMessage(
                to=parseaddr(address)[1].lower(),
                sender=mail.from_email,
                subject=mail.subject,
                body=mail.body,
            )
            for mail in email_messages
            for address in mail.recipients()
        ]
        MailboxMessage.objects.bulk_create(copies)
        return len(email_messages)
