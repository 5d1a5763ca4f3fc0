"""Lines of orders: as they were ordered, which stays, and as the supplier answered them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.decimals import line_total
from kernel.ids import new_id
from marketplace.catalog.models import Offer, Product
from marketplace.catalog.models.offer import QUANTITY
from marketplace.orders.models.order import Order
from reference.models import Unit

MONEY = {"max_digits": 21, "decimal_places": 6}


class LineAnswer(models.TextChoices):
    """How the supplier answered a line."""

    CONFIRMED = "confirmed", pgettext_lazy("order line", "Confirmed")
    OTHER = "other", pgettext_lazy("order line", "Other values")


class OrderLine(models.Model):
    """One line. ``id`` is stable: it comes from the requisition or the quote where there was one.

    ``price_rule`` is the rule that won when the price was found, as :mod:`orders.services.issuing`
    describes it. A trigger keeps what was ordered; only the answer may change. Quantities are in
    ``unit``; ``total`` is half-even(quantity x unit price) at the currency's places.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sku = models.CharField(_("SKU"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    unit_price = models.DecimalField(_("price of one"), **MONEY)
    price_rule = models.JSONField(default=dict)
    total = models.DecimalField(_("total"), max_digits=36, decimal_places=6)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time"), null=True, blank=True)
    answer = models.CharField(max_length=10, choices=LineAnswer.choices, blank=True)
    answered_quantity = models.DecimalField(null=True, blank=True, **QUANTITY)
    answered_price = models.DecimalField(null=True, blank=True, **MONEY)
    answered_delivery = models.DateField(_("delivery"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of orders")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("order", "position"), name="orders_line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_line_quantity"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="orders_line_price"),
            models.CheckConstraint(condition=~Q(name=""), name="orders_line_named"),
            models.CheckConstraint(
                condition=Q(answer="", answered_quantity=None, answered_price=None,
                            answered_delivery=None)
                | Q(answer__in=LineAnswer.values, answered_quantity__gte=0,
                    answered_price__gte=0),
                name="orders_line_answer",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.position} {self.name}"

    @property
    def has_other_values(self) -> bool:
        """Whether the supplier answered with another quantity or price."""
        return self.answer == LineAnswer.OTHER

    @property
    def answered_total(self) -> Decimal | None:
        """The total of the line as answered, at the currency's places; None without an answer."""
        if self.answered_quantity is None or self.answered_price is None:
            return None
        return line_total(
            self.answered_quantity, self.answered_price, self.order.currency.digits
        )  # fmt: skip
