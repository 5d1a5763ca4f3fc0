"""Orders and the history of each, which only grows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.orders.domain.life import Move, Side, State
from reference.models import Currency


class OrderState(models.TextChoices):
    """Where an order stands."""

    ISSUED = State.ISSUED.value, pgettext_lazy("order", "Issued")
    ACKNOWLEDGED = State.ACKNOWLEDGED.value, pgettext_lazy("order", "Acknowledged")
    CONDITIONAL = State.CONDITIONAL.value, pgettext_lazy("order", "Other values offered")
    ACCEPTED = State.ACCEPTED.value, pgettext_lazy("order", "Accepted")
    REJECTED = State.REJECTED.value, pgettext_lazy("order", "Rejected")
    CANCELLED = State.CANCELLED.value, pgettext_lazy("order", "Cancelled")
    CLOSED = State.CLOSED.value, pgettext_lazy("order", "Closed")


class OrderSource(models.TextChoices):
    """What an order came from."""

    CART = "cart", _("Cart")
    QUOTE = "quote", _("Quote")


class Order(models.Model):
    """What a buyer ordered from one supplier in one currency.

    ``number`` is the buyer's, ``PO-<year>-<serial>``. ``source_id`` is the requisition or the quote
    that it came from: one such leads to one order per supplier and currency. ``total`` is the sum
    of the lines as they were ordered; what the supplier answers stands beside it on the lines.
    ``delivery_country`` is a code of ISO 3166.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="orders_placed")
    supplier = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="orders_got")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=20)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(_("total"), max_digits=36, decimal_places=6)
    state = models.CharField(
        _("state"), max_length=12, choices=OrderState.choices, default=OrderState.ISSUED
    )
    delivery_country = models.CharField(_("country of delivery"), max_length=2)
    delivery_address = models.CharField(_("place of delivery"), max_length=500, blank=True)
    note = models.CharField(_("note to the supplier"), max_length=1000, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=OrderSource.choices)
    source_id = models.UUIDField()
    source_reference = models.CharField(max_length=80, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField(_("placed"), default=utc_now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=utc_now)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("-placed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("buyer", "year", "serial"), name="orders_order_serial_once"
            ),
            models.UniqueConstraint(fields=("buyer", "number"), name="orders_order_number_once"),
            models.UniqueConstraint(
                fields=("source", "source_id", "supplier", "currency"),
                name="orders_order_once_from_a_source",
            ),
            models.CheckConstraint(
                condition=~Q(buyer=F("supplier")), name="orders_order_two_sides"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="orders_order_state_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=OrderSource.values), name="orders_order_source_known"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="orders_order_total"),
            models.CheckConstraint(
                condition=Q(delivery_country__regex="^[A-Z]{2}$"), name="orders_order_country"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("buyer", "-placed_at"), name="orders_order_of_buyer"),
            models.Index(fields=("supplier", "-placed_at"), name="orders_order_of_supplier"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def urn(self) -> str:
        """The form in which events refer to the order."""
        return f"urn:fairfall:order:{self.pk}"


class OrderEvent(models.Model):
    """One move of an order: who, when, why; a database trigger refuses changes to it.

    ``detail`` is JSON: of an answer the lines as they were answered.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    move = models.CharField(max_length=12, choices=[(each.value, each.value) for each in Move])
    side = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Side])
    state = models.CharField(max_length=12, choices=OrderState.choices)  # after the move
    reason = models.CharField(max_length=1000, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("move of an order")
        verbose_name_plural = _("moves of orders")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(move__in=[each.value for each in Move]), name="orders_event_move_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="orders_event_state_known"
            ),
        )
        indexes = (models.Index(fields=("order", "id"), name="orders_event_history"),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.move}"
