"""Carts, and above which amount an order needs a second person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.models import Offer
from marketplace.catalog.models.offer import QUANTITY
from reference.models import Currency


class Cart(models.Model):
    """What a person wants to order for a company: one cart per person and company."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="carts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=utc_now, editable=False)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = (
            models.UniqueConstraint(fields=("company", "person"), name="carts_cart_one_each"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class CartLine(models.Model):
    """An offer at a quantity, in orderable units. ``added_price`` is what one cost when it was put
    in: what it costs now is asked of the resolver each time. A removed line can be put back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    added_price = models.DecimalField(max_digits=21, decimal_places=6)
    added_at = models.DateTimeField(default=utc_now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of a cart")
        verbose_name_plural = _("lines of carts")
        ordering = ("added_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("cart", "offer"), name="carts_line_offer_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="carts_line_quantity"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} {self.offer_id}"


class ApprovalRule(models.Model):
    """Up to ``limit`` in its currency a person of the company orders alone; above it, and in a
    currency without a rule, an approver who is another person says yes first."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="approval_rules")
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    limit = models.DecimalField(_("orders alone up to"), max_digits=21, decimal_places=6)

    class Meta:
        verbose_name = _("rule of approval")
        verbose_name_plural = _("rules of approval")
        ordering = ("currency_id",)
        constraints = (
            models.UniqueConstraint(fields=("company", "currency"), name="carts_rule_once"),
            models.CheckConstraint(condition=Q(limit__gte=0), name="carts_rule_limit"),
        )

    def __str__(self) -> str:
        return f"{self.limit} {self.currency_id}"
