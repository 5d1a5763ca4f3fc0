"""Who is screened, what was found, and what people decided about it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models import Company
from crm_core.screening.models.lists import ListedEntity, ListSource, ListVersion
from kernel.clock import utc_now
from kernel.ids import new_id


class ScreeningPolicy(models.Model):
    """The operator's setting, in force until a later one. Only added to."""

    id = models.AutoField(primary_key=True)
    threshold = models.PositiveSmallIntegerField(
        _("lowest score of a hit"), validators=[MinValueValidator(50), MaxValueValidator(100)]
    )
    max_age_days = models.PositiveSmallIntegerField(
        _("oldest list allowed, days"), validators=[MinValueValidator(1)]
    )
    reason = models.CharField(_("reason"), max_length=1000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(default=utc_now, editable=False)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(threshold__gte=50, threshold__lte=100, max_age_days__gte=1),
                name="screening_policy_sensible",
            ),
        )

    def __str__(self) -> str:
        return f"{self.threshold} / {self.max_age_days}"


class Subject(models.Model):
    """A company, or a person named by one, as it is compared with the lists.

    ``urn`` is what other rooms call it. ``names`` are ``{"text", "label"}``, ``numbers`` are
    ``{"kind", "value", "country"}``. ``compared`` is the hash of what is compared.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    urn = models.CharField(max_length=200, unique=True)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="screening_subjects"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    capacity = models.CharField(_("capacity"), max_length=60, blank=True)
    names = models.JSONField()
    countries = models.JSONField(default=list)
    births = models.JSONField(default=list)
    numbers = models.JSONField(default=list)
    compared = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=utc_now, editable=False)
    ended_at = models.DateTimeField(null=True)
    latest = models.OneToOneField(
        "screening.Screening", on_delete=models.PROTECT, null=True, related_name="latest_of"
    )

    class Meta:
        verbose_name = _("screened subject")
        verbose_name_plural = _("screened subjects")
        ordering = ("added_at", "id")
        indexes = (models.Index(fields=("company", "kind"), name="screening_subject_company"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("company", "person")), name="screening_subject_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.urn

    @property
    def caption(self) -> str:
        """The first of the names."""
        return str(self.names[0]["text"]) if self.names else self.urn


class ScreeningRun(models.Model):
    """Screening many subjects, or one company's: the table is the queue, Celery only says when.

    ``cursor`` is the last subject done in the order of ids. A run of all that a later one makes
    needless is superseded.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        SUPERSEDED = "superseded", _("Superseded")

    class Cause(models.TextChoices):
        LIST = "list", _("A list was activated")
        POLICY = "policy", _("The setting was changed")
        COMPANY = "company", _("The company changed")
        ASKED = "asked", _("Asked for")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, related_name="screening_runs"
    )
    version = models.ForeignKey(
        ListVersion, on_delete=models.PROTECT, null=True, related_name="runs"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=utc_now, editable=False)
    heard_at = models.DateTimeField(default=utc_now)
    finished_at = models.DateTimeField(null=True)
    cursor = models.UUIDField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(
                fields=("created_at",),
                condition=Q(state__in=("queued", "running")),
                name="screening_run_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause} {self.state}"


class Screening(models.Model):
    """What a comparison of one subject with the lists of that moment found. Never changed.

    ``lists`` are ``{"source", "number", "version", "sha256", "published_on"}``; ``reasons`` say why
    it does not count as screened, each ``{"code", "source", "days", "limit"}``.
    """

    class Outcome(models.TextChoices):
        CLEAR = "clear", _("No hit")
        HITS = "hits", _("Hits")
        NOT_SCREENED = "not_screened", _("Not screened")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="screenings")
    run = models.ForeignKey(
        ScreeningRun, on_delete=models.PROTECT, null=True, related_name="screenings"
    )
    at = models.DateTimeField(_("screened"), default=utc_now, editable=False)
    cause = models.CharField(max_length=8, choices=ScreeningRun.Cause.choices)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    reasons = models.JSONField(default=list)
    lists = models.JSONField(default=list)
    compared_with = models.JSONField()
    compared = models.CharField(max_length=64)
    threshold = models.PositiveSmallIntegerField()
    hits = models.PositiveIntegerField(_("hits"), default=0)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ("-at", "id")
        indexes = (models.Index(fields=("subject", "-at"), name="screening_history"),)

    def __str__(self) -> str:
        return f"{self.subject_id} {self.outcome}"


class Hit(models.Model):
    """A subject and a listed entity that may be the same; it lasts over screenings and versions.

    A hit the latest screening no longer finds is ``gone``.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("hit", "Open")
        FALSE = "false", _("False match")
        TRUE = "true", _("True match")
        GONE = "gone", _("No longer found")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="hits")
    source = models.ForeignKey(ListSource, on_delete=models.PROTECT, related_name="hits")
    uid = models.CharField(max_length=200)
    state = models.CharField(_("state"), max_length=5, choices=State.choices, default=State.OPEN)
    score = models.PositiveSmallIntegerField(_("score"))
    opened_at = models.DateTimeField(_("open since"), default=utc_now)
    evidence = models.OneToOneField(
        "screening.HitEvidence", on_delete=models.PROTECT, null=True, related_name="latest_of"
    )
    decision = models.OneToOneField(
        "screening.HitDecision", on_delete=models.PROTECT, null=True, related_name="in_force_for"
    )

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        ordering = ("opened_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("subject", "source", "uid"), name="screening_hit_once"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "gone"), decision__isnull=True)
                | Q(state__in=("false", "true", "gone"), decision__isnull=False),
                name="screening_hit_decided",
            ),
        )
        indexes = (models.Index(fields=("state", "opened_at", "id"), name="screening_hit_queue"),)

    def __str__(self) -> str:
        return f"{self.subject_id} {self.source_id}:{self.uid}"


class HitEvidence(models.Model):
    """What one screening compared and how it came to the score. Never changed."""

    id = models.BigAutoField(primary_key=True)
    hit = models.ForeignKey(Hit, on_delete=models.PROTECT, related_name="evidences")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="evidences")
    entity = models.ForeignKey(ListedEntity, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    explanation = models.JSONField()
    compared = models.CharField(max_length=64)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("hit", "screening"), name="screening_evidence_once"),
            models.CheckConstraint(
                condition=Q(score__lte=100), name="screening_evidence_score_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.hit_id} {self.score}"


class HitDecision(models.Model):
    """A person's word on a hit, with the reason and what lay before them. Never changed."""

    class Verdict(models.TextChoices):
        FALSE = "false", _("False match")
        TRUE = "true", _("True match")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hit = models.ForeignKey(Hit, on_delete=models.PROTECT, related_name="decisions")
    evidence = models.ForeignKey(HitEvidence, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    reason = models.CharField(max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=utc_now, editable=False)
    compared = models.CharField(max_length=64)

    class Meta:
        ordering = ("-decided_at", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="screening_decision_reasoned"),
            models.CheckConstraint(
                condition=Q(verdict__in=("false", "true")), name="screening_decision_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.hit_id} {self.verdict}"
