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


class Unit(Translated):
    """A unit of measure of UN/ECE Recommendation 20."""

    code = models.CharField(primary_key=True, max_length=3)
    symbol_en = models.CharField(_("symbol"), max_length=60)
    symbol_ru = models.CharField(_("symbol in Russian"), max_length=60, blank=True)
    symbol_uk = models.CharField(_("symbol in Ukrainian"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("name_en", "code")

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
