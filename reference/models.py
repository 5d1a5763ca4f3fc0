"""Shared lists: currencies, units of measure, categories of goods and services."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


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


class Category(Translated):
    """A code of the Common Procurement Vocabulary (``44334000-0``) and its place in the tree.

    ``level`` is 2 for a division, 3 a group, 4 a class, 5 a category, up to 8.
    """

    code = models.CharField(primary_key=True, max_length=10)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", db_index=True
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class LoadedList(models.Model):
    """Which shipped list is in the database, so that loading it again costs nothing."""

    name = models.CharField(primary_key=True, max_length=40)
    fingerprint = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
