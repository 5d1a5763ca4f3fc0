"""Tables of the plumbing: outbox, relay offsets, dead letters, remembered answers."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now
from kernel.ids import new_id


class OutboxHead(models.Model):
    """The last number given out for a subject; its row lock keeps numbers in commit order."""

    subject = models.CharField(primary_key=True, max_length=200)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.subject} {self.seq}"


class OutboxMessage(models.Model):
    """A fact another room may act on, written in the transaction that made it true."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.CharField(max_length=200)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=100)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    actor = models.CharField(max_length=200, blank=True)
    parties = models.JSONField(default=list)
    occurred_at = models.DateTimeField()
    visible_from = models.DateTimeField(null=True)

    class Meta:
        ordering = ("subject", "seq")
        constraints = (
            models.UniqueConstraint(fields=("subject", "seq"), name="infra_outbox_order"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.subject} {self.seq}"


class RelayOffset(models.Model):
    """How far one handler has come in one subject of one source, and how it fares."""

    id = models.BigAutoField(primary_key=True)
    handler = models.CharField(max_length=100)
    source = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    seq = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("handler", "source", "subject"), name="infra_relay_offset_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.handler} {self.source}:{self.subject} {self.seq}"


class DeadLetter(models.Model):
    """An event a handler could not take, set aside so that the following ones go on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a decision")
        DELIVERED = "delivered", _("Delivered later")
        DISCARDED = "discarded", _("Discarded")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handler = models.CharField(max_length=100)
    source = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=100)
    error = models.TextField()
    failed_at = models.DateTimeField(default=utc_now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-failed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("handler", "source", "subject", "seq"), name="infra_dead_letter_one"
            ),
            models.CheckConstraint(
                condition=~Q(state="discarded") | ~Q(reason=""),
                name="infra_dead_letter_discard_reason",
            ),
        )
        indexes = (models.Index(fields=("state", "failed_at"), name="infra_dead_letter_list"),)

    def __str__(self) -> str:
        return f"{self.handler} {self.type} {self.subject} {self.seq}"

    @property
    def dialog_id(self) -> str:
        """The id of the page's dialog that discards this letter."""
        return f"discard-{self.pk}"


class RememberedAnswer(models.Model):
    """The answer given to a request with an Idempotency-Key."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=utc_now, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scope", "path", "key"), name="infra_answer_one"),
        )

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
