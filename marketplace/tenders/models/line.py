"""Positions of a lot: what it is made of, each with a quantity and a unit price of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.decimals import MAX_SCALE
from kernel.ids import new_id
from marketplace.tenders.models.lot import PRICE, Lot


class LotLine(models.Model):
    """One position. A bid on its lot gives its unit price, at ``scale`` decimal places."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("position of the lot"))
    title = models.CharField(_("title"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=21, decimal_places=6)
    unit = models.CharField(_("unit"), max_length=3, default="C62")
    scale = models.PositiveSmallIntegerField(_("decimal places of the price"), default=2)
    ceiling = models.DecimalField(_("ceiling"), **PRICE)

    class Meta:
        verbose_name = _("position of a lot")
        verbose_name_plural = _("positions of lots")
        ordering = ("lot", "number")
        constraints = (
            models.UniqueConstraint(fields=("lot", "number"), name="tenders_line_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="tenders_line_number_positive"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="tenders_line_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(scale__lte=MAX_SCALE), name="tenders_line_scale_bounds"
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gt=0),
                name="tenders_line_ceiling_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
