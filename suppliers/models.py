"""The sell side: what a company offers, and whom to invite there."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from reference.models import Category


class SupplierProfile(models.Model):
    """What a selling company tells buyers about itself."""

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, primary_key=True, related_name="supplier_profile"
    )
    contact_name = models.CharField(_("contact for invitations"), max_length=200)
    contact_email = models.EmailField(_("e-mail for invitations"))
    description = models.TextField(_("description"), max_length=2000, blank=True)
    regions = ArrayField(
        models.CharField(max_length=2, validators=[RegexValidator(r"\A[A-Z]{2}\Z")]),
        verbose_name=_("countries served"),
        default=list,
        blank=True,
    )
    categories = models.ManyToManyField(
        Category, verbose_name=_("categories"), related_name="+", blank=True
    )
    updated_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("supplier profile")
        verbose_name_plural = _("supplier profiles")
        ordering = ("company_id",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(contact_email=""), name="suppliers_profile_contact"
            ),
        )

    def __str__(self) -> str:
        return f"profile of {self.company_id}"
