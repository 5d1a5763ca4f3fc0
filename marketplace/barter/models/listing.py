"""Listings: what a company gives, and what it wants for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.models import Product
from reference.models import Category, Currency, Unit

QUANTITY = {"max_digits": 15, "decimal_places": 6}
MONEY = {"max_digits": 21, "decimal_places": 6}


class BarterState(models.TextChoices):
    """Where a listing stands."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", pgettext_lazy("barter listing", "Active")
    WITHDRAWN = "withdrawn", pgettext_lazy("barter listing", "Withdrawn")


class BarterListing(models.Model):
    """What one company gives, worth ``unit_value`` a ``unit``, in multiples of ``step``.

    ``promised`` is what agreed swaps have taken of ``quantity``. Exactly one of ``cap_percent`` and
    ``cap_amount`` says how far the values given and got may be apart. The goods go to the countries
    of ``territory``, everywhere where there are none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="barter_listings")
    title = models.CharField(_("what you give"), max_length=200)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attributes = models.JSONField(default=dict, blank=True)
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    promised = models.DecimalField(default=Decimal(0), **QUANTITY)
    step = models.DecimalField(_("in multiples of"), default=Decimal(1), **QUANTITY)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_value = models.DecimalField(_("value of one"), **MONEY)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    cap_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    cap_amount = models.DecimalField(null=True, blank=True, **MONEY)
    territory = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=BarterState.choices, default=BarterState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=utc_now, editable=False)
    updated_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("barter listing")
        verbose_name_plural = _("barter listings")
        ordering = ("-created_at", "id")
        constraints = (
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__gt": 0}), name=f"barter_listing_{name}_positive"
                )
                for name in ("quantity", "step", "unit_value")
            ),
            models.CheckConstraint(
                condition=Q(promised__gte=0, promised__lte=F("quantity")),
                name="barter_listing_promised_within",
            ),
            models.CheckConstraint(
                condition=Q(cap_percent__gte=0, cap_percent__lte=100, cap_amount=None)
                | Q(cap_percent=None, cap_amount__gte=0),
                name="barter_listing_one_cap",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BarterState.values), name="barter_listing_state_known"
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False) | Q(category__isnull=False),
                name="barter_listing_is_of_something",
            ),
        )
        indexes = (
            models.Index(fields=("company", "-created_at"), name="barter_listing_own"),
            models.Index(
                fields=("currency",), condition=Q(state=BarterState.ACTIVE),
                name="barter_listing_active",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def left(self) -> Decimal:
        """What no agreed swap has taken."""
        return self.quantity - self.promised

    def holds(self, at: datetime) -> bool:
        """Whether it is active and valid at the moment."""
        over = self.valid_until is not None and self.valid_until <= at
        return self.state == BarterState.ACTIVE and not over


class BarterWant(models.Model):
    """One thing that a listing wants: a product or a category, how much, and up to which value.

    ``promised`` is what agreed swaps give of it, in its own unit, rounded up.
    """

    id = models.BigAutoField(primary_key=True)
    listing = models.ForeignKey(BarterListing, on_delete=models.CASCADE, related_name="wants")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    promised = models.DecimalField(default=Decimal(0), **QUANTITY)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    highest = models.DecimalField(_("highest value of one"), **MONEY)

    class Meta:
        verbose_name = _("barter want")
        verbose_name_plural = _("barter wants")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("listing", "position"), name="barter_want_position"),
            models.CheckConstraint(
                condition=Q(product=None, category__isnull=False)
                | Q(product__isnull=False, category=None),
                name="barter_want_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, highest__gt=0), name="barter_want_positive"
            ),
            models.CheckConstraint(
                condition=Q(promised__gte=0, promised__lte=F("quantity")),
                name="barter_want_promised_within",
            ),
        )

    def __str__(self) -> str:
        return str(self.product or self.category)

    @property
    def left(self) -> Decimal:
        """What no agreed swap gives."""
        return self.quantity - self.promised
