"""Certificates as they were issued. They can only be added."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id


class Certificate(models.Model):
    """A signed certificate, byte for byte; at most one a day for the same facts and key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="certificates")
    facts_sha256 = models.CharField(max_length=64)
    issued_on = models.DateField()
    issued_at = models.DateTimeField(_("issued"), default=utc_now)
    key_id = models.CharField(max_length=32)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("company", "-issued_at")
        constraints = (
            models.UniqueConstraint(
                fields=("company", "issued_on", "key_id", "facts_sha256"),
                name="badges_certificate_once_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.number
