"""Groups of customers that a supplier gives prices of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id


class CustomerGroup(models.Model):
    """A named list of customers, kept by one supplier and seen by nobody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="customer_groups")
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(F("company"), Lower("name"), name="catalog_group_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A customer in a group."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(CustomerGroup, on_delete=models.CASCADE, related_name="members")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=utc_now)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("group", "company"), name="catalog_member_once"),
        )

    def __str__(self) -> str:
        return f"{self.company_id} in {self.group_id}"
