"""Notices to people, the mails that go out, and the demonstration's mailbox."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from crm_core.people.models import Language
from kernel.clock import utc_now
from kernel.ids import new_id


class Notice(models.Model):
    """Something a person should know, for one of the companies they act for.

    ``text`` is an English msgid with ``{name}`` places filled from ``data``, so that it is read in
    the language of the moment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=utc_now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("recipient", "key"), name="notifications_notice_once"),
        )
        indexes = (
            models.Index(fields=("recipient", "-created_at"), name="notifications_notice_list"),
            models.Index(
                fields=("recipient", "company"),
                condition=models.Q(read_at=None),
                name="notifications_notice_unread",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class OutgoingMail(models.Model):
    """A mail to one person: queued with the fact that caused it, sent by a task."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    to = models.EmailField()
    language = models.CharField(max_length=2, choices=Language.choices)
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    key = models.CharField(max_length=250, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=utc_now)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("next_attempt_at", "id")
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=models.Q(state="queued"),
                name="notifications_mail_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.template} to {self.to}"


class MailboxMessage(models.Model):
    """A mail as it would have arrived, kept by MailboxBackend for one addressee."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    to = models.EmailField(db_index=True)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    body = models.TextField()
    arrived_at = models.DateTimeField(default=utc_now, db_index=True)

    class Meta:
        ordering = ("-arrived_at", "id")

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
