"""Products: what is sold, described once for all who offer it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.domain import gtin
from reference.models import Category

LANGUAGES = ("en", "ru", "uk")


class Product(models.Model):
    """One product. It has a name in one language at least, in others where somebody gave it.

    ``gtin`` is kept as fourteen digits; no two products have the same, nor the same manufacturer
    and part number. ``attributes`` are the values of its category's attributes by key, in the form
    in which :func:`reference.taxonomies.check_values` keeps them. ``described_by`` wrote it; see
    :mod:`marketplace.catalog.services.products` for who may change it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=200, blank=True)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=200, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=200, blank=True)
    part_number = models.CharField(_("manufacturer's part number"), max_length=80, blank=True)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True, db_default={})
    described_by = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(name_en="", name_ru="", name_uk=""), name="catalog_product_named"
            ),
            models.CheckConstraint(
                condition=Q(gtin__regex=r"^([0-9]{14})?$"), name="catalog_product_gtin_form"
            ),
            models.UniqueConstraint(
                fields=("gtin",), condition=~Q(gtin=""), name="catalog_product_gtin_once"
            ),
            models.UniqueConstraint(
                Lower("manufacturer"),
                Lower("part_number"),
                condition=~Q(manufacturer="") & ~Q(part_number=""),
                name="catalog_product_part_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language, or in the first that there is."""
        first = (get_language() or "en")[:2]
        wanted = (first, *(each for each in LANGUAGES if each != first))
        return next(name for each in wanted if (name := getattr(self, f"name_{each}", "")))

    @property
    def name_language(self) -> str:
        """The language of that name, for the page's ``lang``."""
        return next(each for each in LANGUAGES if getattr(self, f"name_{each}") == self.name)

    @property
    def printed_gtin(self) -> str:
        """The number as it is printed on the goods."""
        return gtin.shown(self.gtin)
