"""What was accepted of which quote. Rows are only added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.ids import new_id
from marketplace.catalog.models.offer import QUANTITY
from marketplace.orders.models import Order
from marketplace.quotes.models.quote import QuoteLine
from marketplace.quotes.models.rfq import Rfq


class RfqAward(models.Model):
    """So much of a line from one quote; ``id`` is the id of the order's line too. A trigger
    refuses changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rfq = models.ForeignKey(Rfq, on_delete=models.PROTECT, related_name="awards")
    answer = models.OneToOneField(QuoteLine, on_delete=models.PROTECT, related_name="award")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("accepted line")
        verbose_name_plural = _("accepted lines")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quotes_award_quantity"),
        )

    def __str__(self) -> str:
        return f"{self.rfq_id} {self.answer_id}"
