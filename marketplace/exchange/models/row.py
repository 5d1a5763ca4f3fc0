"""Rows of imports, as they were in the file and what they do."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.exchange.domain.difference import Verdict
from marketplace.exchange.models.run import ImportRun


class ImportRow(models.Model):
    """A line of a file, or, without ``number``, an offer that is not in it.

    ``before`` and ``after`` are sheets: see :mod:`marketplace.exchange.domain.columns`. ``errors``
    are sentences by column. ``rise`` is in percent, below zero where the price falls. ``offer_id``
    of a new offer is the id it will have.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(null=True)
    sku = models.CharField(max_length=80, blank=True)
    offer_id = models.UUIDField(null=True)
    verdict = models.CharField(max_length=8)
    cells = ArrayField(models.TextField(), default=list)
    before = models.JSONField(null=True)
    after = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)
    price_before = models.DecimalField(max_digits=21, decimal_places=6, null=True)
    price_after = models.DecimalField(max_digits=21, decimal_places=6, null=True)
    rise = models.DecimalField(max_digits=11, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ("number", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=[each.value for each in Verdict]),
                name="exchange_row_verdict_known",
            ),
            models.UniqueConstraint(fields=("run", "number"), name="exchange_row_once"),
        )
        indexes = (
            models.Index(fields=("run", "verdict", "id"), name="exchange_row_verdict"),
            models.Index("run", Lower("sku"), name="exchange_row_sku"),
        )

    def __str__(self) -> str:
        return self.sku
