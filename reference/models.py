"""Shared lists: currencies, units of measure, categories of goods and services."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import functions
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now


class Translated(models.Model):
    """A list's entry with a name in each language; where one is missing, English stands in."""

    name_en = models.CharField(_("name in English"), max_length=300)
    name_ru = models.CharField(_("name in Russian"), max_length=400, blank=True)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=400, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.in_language("name") or self.name_en

    def in_language(self, field: str) -> str:
        """This field's text in the active language, or nothing."""
        return str(getattr(self, f"{field}_{(get_language() or 'en')[:2]}", "") or "")


class Currency(Translated):
    """A currency of ISO 4217."""

    code = models.CharField(primary_key=True, max_length=3)
    digits = models.PositiveSmallIntegerField(_("decimal places"))

    class Meta:
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z]{3}$"), name="reference_currency_code"
            ),
        )

    def __str__(self) -> str:
        return self.code


class QuantityKind(models.TextChoices):
    """What a unit measures; units of one kind convert into each other."""

    COUNT = "count", _("Count")
    RATIO = "ratio", _("Ratio")
    LENGTH = "length", _("Length")
    AREA = "area", _("Area")
    VOLUME = "volume", _("Volume")
    MASS = "mass", _("Mass")
    TIME = "time", _("Time")
    TEMPERATURE = "temperature", _("Temperature")
    SPEED = "speed", _("Speed")
    ROTATION = "rotation", _("Rotational speed")
    VOLUME_FLOW = "volume_flow", _("Volume flow")
    MASS_FLOW = "mass_flow", _("Mass flow")
    DENSITY = "density", _("Density")
    AREIC_MASS = "areic_mass", _("Mass per area")
    LINEAR_MASS = "linear_mass", _("Mass per length")
    FORCE = "force", _("Force")
    TORQUE = "torque", _("Torque")
    PRESSURE = "pressure", _("Pressure")
    ENERGY = "energy", _("Energy")
    POWER = "power", _("Power")
    APPARENT_POWER = "apparent_power", _("Apparent power")
    REACTIVE_POWER = "reactive_power", _("Reactive power")
    REACTIVE_ENERGY = "reactive_energy", _("Reactive energy")
    FREQUENCY = "frequency", _("Frequency")
    CURRENT = "current", _("Electric current")
    VOLTAGE = "voltage", _("Voltage")
    RESISTANCE = "resistance", _("Electric resistance")
    CAPACITANCE = "capacitance", _("Capacitance")
    INDUCTANCE = "inductance", _("Inductance")
    CHARGE = "charge", _("Electric charge")
    INFORMATION = "information", _("Amount of data")
    DATA_RATE = "data_rate", _("Data rate")
    ANGLE = "angle", _("Angle")
    ILLUMINANCE = "illuminance", _("Illuminance")
    AMOUNT_OF_SUBSTANCE = "amount_of_substance", _("Amount of substance")
    MOLAR_CONCENTRATION = "molar_concentration", _("Molar concentration")
    DYNAMIC_VISCOSITY = "dynamic_viscosity", _("Dynamic viscosity")
    KINEMATIC_VISCOSITY = "kinematic_viscosity", _("Kinematic viscosity")


class Unit(Translated):
    """A unit of measure of UN/ECE Recommendation 20.

    ``factor`` and ``offset`` are exact, as a decimal or ``numerator/denominator``: in its kind's
    base unit an amount is ``(amount + offset) * factor``. A unit without a kind does not convert.
    """

    code = models.CharField(primary_key=True, max_length=3)
    kind = models.CharField(
        _("quantity kind"), max_length=30, choices=QuantityKind.choices, blank=True, default=""
    )
    factor = models.CharField(max_length=60, blank=True, default="")
    offset = models.CharField(max_length=20, blank=True, default="")
    symbol_en = models.CharField(_("symbol"), max_length=60)
    symbol_ru = models.CharField(_("symbol in Russian"), max_length=60, blank=True)
    symbol_uk = models.CharField(_("symbol in Ukrainian"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("name_en", "code")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="", factor="", offset="")
                | ~models.Q(kind="") & ~models.Q(factor="") & ~models.Q(offset=""),
                name="reference_unit_converts_whole",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def symbol(self) -> str:
        """The symbol in the active language."""
        return self.in_language("symbol") or self.symbol_en


class Taxonomy(models.TextChoices):
    """A way to divide goods and services; each has its own codes."""

    CPV = "cpv", _("CPV, Common Procurement Vocabulary")
    UNSPSC = "unspsc", "UNSPSC"
    ECLASS = "eclass", "ECLASS"
    OWN = "own", _("Own categories")


def _before_colon(otherwise: Any) -> models.Case:
    """The code's part before the colon; a CPV code has none."""
    at = functions.StrIndex("code", models.Value(":"))
    return models.Case(
        models.When(models.Q(code__contains=":"), then=functions.Left("code", at - 1)),
        default=otherwise,
    )


class Category(Translated):
    """A category of goods or services and its place in the tree of its taxonomy.

    ``code`` names it among all taxonomies: a CPV code as it is (``44334000-0``), of others the
    taxonomy before it (``unspsc:43211503``). ``notation`` is the code in its own taxonomy.

    In CPV, UNSPSC and ECLASS ``level`` is how many digits carry meaning: 2 for a division or
    segment, 8 for a commodity; in own categories it is the depth, 1 at the top. A ``retired``
    category is kept for those who refer to it, and offered to nobody.
    """

    code = models.CharField(primary_key=True, max_length=60)
    taxonomy = models.GeneratedField(
        expression=_before_colon(models.Value("cpv")),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )
    notation = models.GeneratedField(
        expression=functions.Substr("code", functions.StrIndex("code", models.Value(":")) + 1),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", db_index=True
    )
    retired = models.BooleanField(_("retired"), default=False, db_default=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("code",)
        indexes = (models.Index(fields=("taxonomy", "level", "code"), name="reference_tree"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(taxonomy__in=Taxonomy.values), name="reference_taxonomy_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.notation} {self.name}"

    @property
    def taxonomy_label(self) -> str:
        """The taxonomy's name in the active language."""
        return str(Taxonomy(self.taxonomy).label)


class AttributeKind(models.TextChoices):
    """What kind of value an attribute takes."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number with a unit")
    BOOLEAN = "boolean", _("Yes or no")
    CHOICE = "choice", _("One of several")
    DATE = "date", _("Date")


KEY = r"^[a-z][a-z0-9_]{0,39}$"


class Attribute(Translated):
    """What goods of a category are described by; holds for the categories below it too.

    A number has a unit, always, and so many ``decimals``; other kinds have neither. The key, the
    kind and the unit stay as they were made, as kept values are written by them.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="attributes")
    key = models.CharField(_("key"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=AttributeKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    lowest = models.DecimalField(_("lowest"), max_digits=24, decimal_places=9, null=True)
    highest = models.DecimalField(_("highest"), max_digits=24, decimal_places=9, null=True)
    decimals = models.PositiveSmallIntegerField(_("decimal places"), null=True)
    required = models.BooleanField(_("required"), default=False)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("category", "key"), name="reference_attribute_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=AttributeKind.values), name="reference_attribute_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(key__regex=KEY), name="reference_attribute_key"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=AttributeKind.NUMBER, unit__isnull=False,
                                   decimals__isnull=False, decimals__lte=9)
                | ~models.Q(kind=AttributeKind.NUMBER)
                & models.Q(unit__isnull=True, decimals__isnull=True, lowest__isnull=True,
                           highest__isnull=True),
                name="reference_attribute_unit_on_numbers",
            ),
            models.CheckConstraint(
                condition=models.Q(lowest__isnull=True) | models.Q(highest__isnull=True)
                | models.Q(lowest__lte=models.F("highest")),
                name="reference_attribute_bounds",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.key


class AttributeChoice(Translated):
    """A value that an attribute of the kind ``choice`` may have; the names are its labels."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="choices")
    value = models.CharField(_("value"), max_length=40)
    position = models.PositiveSmallIntegerField()
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("attribute", "value"), name="reference_choice_once"),
            models.CheckConstraint(
                condition=models.Q(value__regex=KEY), name="reference_choice_value"
            ),
        )

    def __str__(self) -> str:
        return self.value


class LoadedList(models.Model):
    """Which shipped list is in the database, so that loading it again costs nothing."""

    name = models.CharField(primary_key=True, max_length=40)
    fingerprint = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class TaxonomyImport(models.Model):
    """A file of a taxonomy: what it would change, and, once ``applied_at``, did change.

    The file is ``kept`` until it is applied or another takes its place. ``summary`` holds the
    first rows of each kind, ``by`` the URN of who brought it, nothing for a command.
    """

    taxonomy = models.CharField(max_length=20, choices=Taxonomy.choices)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    kept = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=utc_now)
    applied_at = models.DateTimeField(null=True)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    gone = models.PositiveIntegerField(_("gone"), default=0)
    faults = models.PositiveIntegerField(_("wrong rows"), default=0)
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import of a taxonomy")
        verbose_name_plural = _("imports of taxonomies")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(applied_at__isnull=True) | models.Q(faults=0),
                name="reference_import_without_faults",
            ),
            models.CheckConstraint(
                condition=models.Q(taxonomy__in=["unspsc", "eclass", "own"]),
                name="reference_import_of_what_is_imported",
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxonomy} {self.file_name}"


class Relation(models.TextChoices):
    """What the second category of a pair is to the first."""

    EXACT = "exact", _("the same")
    BROADER = "broader", _("broader")
    NARROWER = "narrower", _("narrower")

    @property
    def turned(self) -> Relation:
        """What the first is to the second."""
        turned = {Relation.BROADER: Relation.NARROWER, Relation.NARROWER: Relation.BROADER}
        return turned.get(self, self)


class CategoryMapping(models.Model):
    """Two categories of different taxonomies that correspond; one pair stands there once.

    ``relation`` is what the target is to the source; read the other way it is turned.
    """

    source = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="mapped_to")
    target = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="mapped_from")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)

    class Meta:
        verbose_name = _("correspondence of categories")
        verbose_name_plural = _("correspondences of categories")
        ordering = ("source_id", "target_id")
        constraints = (
            models.UniqueConstraint(
                functions.Least("source", "target"),
                functions.Greatest("source", "target"),
                name="reference_mapping_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="reference_mapping_of_two"
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=Relation.values),
                name="reference_mapping_relation",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"
