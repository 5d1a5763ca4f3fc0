"""Lists that the operator imports, version by version.

An entity is one row as long as it stays the same: ``first`` and ``last`` are the numbers of the
first and last version that hold it, ``last`` being empty while the newest one does. A version is
therefore read by its number alone, however old, and costs only what it changed.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now
from kernel.ids import new_id


class EntityKind(models.TextChoices):
    """What a listed entity is."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    VESSEL = "vessel", _("Vessel")
    AIRCRAFT = "aircraft", _("Aircraft")
    UNKNOWN = "unknown", _("Not stated")


class NameUse(models.TextChoices):
    """How a publisher gives a name."""

    PRIMARY = "primary", _("Primary name")
    ALIAS = "alias", _("Alias")
    FORMER = "former", _("Former name")
    WEAK = "weak", _("Weak alias")


class ListSource(models.Model):
    """A list as its publisher keeps it. ``newest`` counts the versions that were read."""

    id = models.AutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    newest = models.PositiveIntegerField(default=0)
    active = models.OneToOneField(
        "screening.ListVersion", on_delete=models.PROTECT, null=True, related_name="active_in",
        verbose_name=_("active version"),
    )  # fmt: skip
    max_age_days = models.PositiveSmallIntegerField(_("oldest allowed, days"), null=True)

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(max_age_days__isnull=True) | Q(max_age_days__gte=1),
                name="screening_source_age_positive",
            ),
        )

    def __str__(self) -> str:
        return self.code


class ListVersion(models.Model):
    """One import of a list: what was given, by whom, and what came of it.

    ``number`` is given when everything was read; a version without one holds nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        READING = "reading", _("Being read")
        READY = "ready", _("Read")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(ListSource, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    format = models.CharField(_("format"), max_length=20)
    files = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("size"))
    published_on = models.DateField(_("published"), null=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    activate_when_read = models.BooleanField(default=True)
    created_at = models.DateTimeField(_("imported"), default=utc_now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    entries_read = models.PositiveIntegerField(default=0)
    entities = models.PositiveIntegerField(_("entities"), default=0)
    names = models.PositiveIntegerField(_("names"), default=0)
    faults = models.PositiveIntegerField(_("unreadable rows"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    gone = models.PositiveIntegerField(_("gone"), default=0)
    failure = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=300, blank=True)
    held_because = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("version of a list")
        verbose_name_plural = _("versions of lists")
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "number"), name="screening_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="ready", number__isnull=False)
                | (~Q(state="ready") & Q(number__isnull=True)),
                name="screening_version_numbered_when_read",
            ),
        )
        indexes = (models.Index(fields=("source", "-number"), name="screening_version_list"),)

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"


class ListActivation(models.Model):
    """That a version was made the active one, or that none is any more. Only added to."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(ListSource, on_delete=models.PROTECT, related_name="activations")
    version = models.ForeignKey(
        ListVersion, on_delete=models.PROTECT, null=True, related_name="activations"
    )
    at = models.DateTimeField(default=utc_now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.source_id} {self.version_id}"


class VersionFault(models.Model):
    """A row of an import that could not be read; the first of them are kept."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ListVersion, on_delete=models.CASCADE, related_name="fault_rows")
    code = models.CharField(max_length=40)
    place = models.CharField(max_length=80)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.code} {self.place}"


class StagedEntity(models.Model):
    """An entity while its import is read, in an unlogged table; nothing else looks here."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ListVersion, on_delete=models.CASCADE, related_name="+")
    uid = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    content = models.CharField(max_length=64)
    compared = models.CharField(max_length=64)
    body = models.JSONField()

    def __str__(self) -> str:
        return self.uid


class ListedEntity(models.Model):
    """A listed person, organisation, vessel or aircraft, as long as nothing about it changed.

    ``content`` is the hash of everything, ``compared`` of what screening compares: kind, names,
    countries, births and numbers.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(ListSource, on_delete=models.PROTECT, related_name="entities")
    uid = models.CharField(_("number in the list"), max_length=200)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField(null=True)
    kind = models.CharField(_("kind"), max_length=12, choices=EntityKind.choices)
    caption = models.CharField(_("name"), max_length=500)
    countries = ArrayField(models.TextField(), default=list)
    births = ArrayField(models.TextField(), default=list)
    numbers = models.JSONField(default=list)
    number_keys = ArrayField(models.TextField(), default=list)
    programs = ArrayField(models.TextField(), default=list)
    details = models.JSONField(default=dict)
    content = models.CharField(max_length=64)
    compared = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("listed entity")
        verbose_name_plural = _("listed entities")
        ordering = ("source", "uid", "first")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "uid", "first"), name="screening_entity_once"
            ),
            models.UniqueConstraint(
                fields=("source", "uid"), condition=Q(last=None), name="screening_entity_newest"
            ),
            models.CheckConstraint(
                condition=Q(last=None) | Q(last__gte=F("first")), name="screening_entity_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EntityKind.values), name="screening_entity_kind_known"
            ),
        )
        indexes = (
            models.Index(fields=("source", "first"), name="screening_entity_began"),
            models.Index(fields=("source", "last"), name="screening_entity_ended"),
            GinIndex(fields=("number_keys",), name="screening_entity_numbers"),
        )

    def __str__(self) -> str:
        return self.caption


class ListedName(models.Model):
    """One name of a listed entity, with the keys by which it is found."""

    id = models.BigAutoField(primary_key=True)
    entity = models.ForeignKey(ListedEntity, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=500)
    use = models.CharField(max_length=8, choices=NameUse.choices)
    keys = ArrayField(models.TextField(), default=list)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(use__in=NameUse.values), name="screening_name_use_known"
            ),
        )
        indexes = (GinIndex(fields=("keys",), name="screening_name_keys", fastupdate=False),)

    def __str__(self) -> str:
        return self.text


class Term(models.Model):
    """A word of listed names, and in how many it was ever seen: the rarer, the more it says."""

    term = models.TextField(primary_key=True)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ("term",)
        indexes = (
            GinIndex(fields=("term",), opclasses=("gin_trgm_ops",), name="screening_term_similar"),
        )

    def __str__(self) -> str:
        return self.term
