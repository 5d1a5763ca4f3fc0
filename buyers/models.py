"""The buy side: lists of suppliers to invite."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id


class SupplierList(models.Model):
    """A named list of suppliers, kept by one buying company."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="supplier_lists")
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("supplier list")
        verbose_name_plural = _("supplier lists")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                models.F("company"), Lower("name"), name="buyers_list_name_unique"
            ),
        )

    def __str__(self) -> str:
        return self.name


class SupplierListEntry(models.Model):
    """A supplier on a list."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(SupplierList, on_delete=models.CASCADE, related_name="entries")
    supplier = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=utc_now)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("list", "supplier"), name="buyers_entry_once"),
        )

    def __str__(self) -> str:
        return f"{self.supplier_id} on {self.list_id}"
