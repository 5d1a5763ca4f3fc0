"""Prices of offers, and the history of them. A price is never changed: it ends, and another begins.

Validity is half-open, in UTC: a price holds at ``valid_from`` and not at ``valid_until`` any more.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.domain.prices import PriceRule, Scope
from marketplace.catalog.models.group import CustomerGroup
from marketplace.catalog.models.offer import QUANTITY, Offer
from reference.models import Currency


class PriceScope(models.TextChoices):
    """For whom a price is, the nearest first."""

    CONTRACT = Scope.CONTRACT.value, _("Contract")
    CUSTOMER = Scope.CUSTOMER.value, _("Customer")
    GROUP = Scope.GROUP.value, _("Customer group")
    PUBLIC = Scope.PUBLIC.value, _("Everybody")


_NOBODY = Q(customer=None, group=None, contract="")


class Price(models.Model):
    """A price of one orderable unit: for whom, from which quantity, where and when.

    Only ``valid_until`` may change; a trigger refuses the rest.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="prices")
    scope = models.CharField(_("for whom"), max_length=10, choices=PriceScope.choices)
    customer = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        CustomerGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="prices"
    )
    contract = models.CharField(_("contract"), max_length=80, blank=True)
    amount = models.DecimalField(_("price"), max_digits=21, decimal_places=6)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    least = models.DecimalField(_("from quantity"), default=Decimal(0), **QUANTITY)
    below = models.DecimalField(_("below quantity"), null=True, blank=True, **QUANTITY)
    territory = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    valid_from = models.DateTimeField(_("valid from"), default=utc_now)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="catalog_price_positive"),
            models.CheckConstraint(
                condition=Q(scope=PriceScope.PUBLIC) & _NOBODY
                | Q(scope=PriceScope.GROUP, customer=None, group__isnull=False, contract="")
                | Q(scope=PriceScope.CUSTOMER, customer__isnull=False, group=None, contract="")
                | Q(scope=PriceScope.CONTRACT, customer__isnull=False, group=None)
                & ~Q(contract=""),
                name="catalog_price_scope_names_its_party",
            ),
            models.CheckConstraint(
                condition=Q(least__gte=0) & (Q(below__isnull=True) | Q(below__gt=F("least"))),
                name="catalog_price_band",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="catalog_price_validity",
            ),
            models.UniqueConstraint(
                fields=("offer", "scope", "customer", "group", "contract", "currency", "least",
                        "below", "territory", "valid_from"),
                condition=Q(valid_until__isnull=True),
                nulls_distinct=False,
                name="catalog_price_once",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                fields=("customer", "offer"), condition=Q(customer__isnull=False),
                name="catalog_price_of_customer",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.amount} {self.currency_id}"

    @property
    def rule(self) -> PriceRule:
        """The price as the resolver takes it."""
        party = self.group_id if self.scope == PriceScope.GROUP else self.customer_id
        return PriceRule(
            key=str(self.pk), scope=Scope(self.scope), amount=self.amount,
            currency=self.currency_id, least=self.least, below=self.below,
            territory=frozenset(self.territory), begins=self.valid_from, ends=self.valid_until,
            party=str(party or ""), contract=self.contract,
        )  # fmt: skip


class PriceChangeKind(models.TextChoices):
    """What happened to a price."""

    ADDED = "added", _("Added")
    ENDED = "ended", _("Ended")


class PriceChange(models.Model):
    """One line of an offer's price history; a database trigger refuses changes to it."""

    id = models.BigAutoField(primary_key=True)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="price_changes")
    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=PriceChangeKind.choices)
    valid_until = models.DateTimeField(null=True)  # as it was set by this change
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("change of a price")
        verbose_name_plural = _("changes of prices")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=PriceChangeKind.values), name="catalog_change_kind_known"
            ),
        )
        indexes = (models.Index(fields=("offer", "-id"), name="catalog_change_history"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.price_id}"
