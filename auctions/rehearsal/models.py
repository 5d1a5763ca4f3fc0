"""Rehearsals: what was asked, and the figures of every run."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now
from kernel.ids import new_id


class RehearsalState(models.TextChoices):
    """Where a rehearsal stands."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (RehearsalState.QUEUED, RehearsalState.RUNNING)


class Rehearsal(models.Model):
    """Real terms to be played many times. ``terms`` are a frozen copy without hidden reserves.

    ``setup`` is the document of :class:`auctions.rehearsal.setup.Setup`; ``total`` runs of all
    variants are played in order, ``done`` of them are kept. The seed decides everything.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(
        "companies.Company",
        on_delete=models.PROTECT,
        related_name="rehearsals",
        db_index=False,
        verbose_name=_("company"),
    )
    subject_urn = models.CharField(_("origin"), max_length=200)
    title = models.CharField(_("title"), max_length=250, blank=True)
    terms = models.JSONField(_("terms"))
    setup = models.JSONField(_("setup"))
    state = models.CharField(
        _("state"), max_length=10, choices=RehearsalState.choices, default=RehearsalState.QUEUED
    )
    total = models.PositiveIntegerField(_("runs"))
    done = models.PositiveIntegerField(_("done"), default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    heard_at = models.DateTimeField(default=utc_now, editable=False)
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(
                fields=("company", "subject_urn", "-created_at"), name="rehearsal_of_subject"
            ),
            models.Index(
                fields=("heard_at",),
                condition=Q(state__in=("queued", "running")),
                name="rehearsal_unfinished",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running", "done", "cancelled")),
                name="rehearsal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0, done__lte=F("total")), name="rehearsal_done_of_total"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running"), finished_at=None)
                | (~Q(state__in=("queued", "running")) & ~Q(finished_at=None)),
                name="rehearsal_ended_when_finished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether runs are still to come."""
        return self.state in OPEN_STATES

    @property
    def reached(self) -> int:
        """Percent done."""
        return self.done * 100 // self.total


class RehearsalRun(models.Model):
    """The figures of one run of one variant, as ``play.figures`` writes them."""

    id = models.BigAutoField(primary_key=True)
    rehearsal = models.ForeignKey(
        Rehearsal, on_delete=models.CASCADE, related_name="runs", db_index=False
    )
    variant = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # its seed is the rehearsal's with this number
    figures = models.JSONField()

    class Meta:
        verbose_name = _("run of a rehearsal")
        verbose_name_plural = _("runs of a rehearsal")
        ordering = ("rehearsal", "variant", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("rehearsal", "variant", "number"), name="rehearsal_run_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rehearsal_id} {self.variant}/{self.number}"


class Practice(models.Model):
    """A supplier's private practice auction. The auction is the supplier's own, marked as practice.

    ``play`` holds the bots (seed, costs, habits, price levels) and when each looks next. ``chain``
    names the series of background steps that drives them: only the newest goes on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    auction = models.OneToOneField(
        "auctions.Auction", on_delete=models.PROTECT, related_name="practice"
    )
    company = models.ForeignKey(
        "companies.Company", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject_urn = models.CharField(_("origin"), max_length=200)
    play = models.JSONField()
    chain = models.UUIDField(default=new_id)
    created_at = models.DateTimeField(default=utc_now, editable=False)
    heard_at = models.DateTimeField(default=utc_now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("company", "subject_urn"), name="rehearsal_practice_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} {self.subject_urn}"
