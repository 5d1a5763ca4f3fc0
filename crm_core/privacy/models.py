"""Requests of people to be erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kernel.clock import utc_now


class ErasureRequest(models.Model):
    """A person's wish to be erased. It waits a week, and is then carried out or was withdrawn."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure_requests"
    )
    asked_at = models.DateTimeField(default=utc_now, editable=False)
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(withdrawn_at=None, done_at=None),
                name="privacy_erasure_one_open",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(done_at=None), name="privacy_erasure_one_end"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("asked_at")), name="privacy_erasure_due_later"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=Q(withdrawn_at=None, done_at=None),
                name="privacy_erasure_due",
            ),
        )

    def __str__(self) -> str:
        return f"erasure {self.pk}"
