"""Imports of a supplier's offers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id


class RunState(models.TextChoices):
    """Where an import stands."""

    RECEIVED = "received", _("Received")
    READING = "reading", _("Being read")
    STAGED = "staged", _("Ready")
    WAITING = "waiting", _("Waits for approval")
    SCHEDULED = "scheduled", _("Scheduled")
    ACTIVATING = "activating", _("Becoming active")
    ACTIVATED = "activated", _("Active")
    ROLLING_BACK = "rolling_back", _("Being rolled back")
    ROLLED_BACK = "rolled_back", _("Rolled back")
    REFUSED = "refused", _("Refused")


OPEN = (RunState.RECEIVED, RunState.READING, RunState.STAGED, RunState.WAITING,
        RunState.SCHEDULED, RunState.ACTIVATING, RunState.ROLLING_BACK)  # fmt: skip
"""A company has one import in these states at most: the others would be compared with a version
that is about to change."""


class ImportRun(models.Model):
    """A file of offers on its way in. ``read_to`` is the last line that is staged, ``lines`` how
    many the file has; ``whole``: offers that are not in it are withdrawn. ``asked_for`` says why a
    second person has to approve; it is never the one who uploaded the file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=150)
    kept = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    form = models.CharField(_("format"), max_length=10)
    whole = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="en")
    state = models.CharField(
        _("state"), max_length=12, choices=RunState.choices, default=RunState.RECEIVED
    )
    headings = ArrayField(models.TextField(), default=list)
    lines = models.PositiveIntegerField(null=True)
    read_to = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    rises = models.PositiveIntegerField(default=0)
    falls = models.PositiveIntegerField(default=0)
    asked_for = ArrayField(models.CharField(max_length=10), default=list)
    failure = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=200, blank=True)
    activate_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=utc_now, editable=False)
    approved_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    rolled_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of offers")
        verbose_name_plural = _("imports of offers")
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="exchange_run_state_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")),
                name="exchange_run_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(RunState.SCHEDULED, RunState.ACTIVATING,
                                        RunState.ACTIVATED))
                | Q(asked_for=[]) | Q(approved_by__isnull=False),
                name="exchange_run_active_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.ACTIVATED) | Q(activated_at__isnull=False),
                name="exchange_run_active_has_moment",
            ),
            models.UniqueConstraint(
                fields=("company",), condition=Q(state__in=OPEN), name="exchange_run_one_open"
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("company", "-created_at"), name="exchange_run_list"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def reached(self) -> int:
        """How much of the file is read, in percent."""
        return min(100, self.read_to * 100 // self.lines) if self.lines else 0

    @property
    def works(self) -> bool:
        """Whether a worker is on it, or about to be."""
        return self.state in (RunState.RECEIVED, RunState.READING, RunState.ACTIVATING,
                              RunState.ROLLING_BACK)  # fmt: skip
