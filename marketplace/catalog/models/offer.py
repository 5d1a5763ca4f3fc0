"""Offers: what one supplier sells, how it is packed and ordered, and where."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.domain.ordering import OrderRule
from marketplace.catalog.models.product import Product
from reference.models import Unit

QUANTITY = {"max_digits": 15, "decimal_places": 6}


class OfferState(models.TextChoices):
    """Where an offer stands."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PackLevel(models.TextChoices):
    """Which pack the orderable unit is."""

    EACH = "each", _("Single unit")
    INNER = "inner", _("Inner pack")
    CASE = "case", _("Case")
    PALLET = "pallet", _("Pallet")


class Offer(models.Model):
    """A supplier's offer of a product.

    Quantities of an order are in ``unit``, from ``min_order`` to ``max_order`` in multiples of
    ``increment``; one such unit holds ``content_quantity`` of ``content_unit``. An offer holds from
    ``valid_from`` on and not at ``valid_until`` any more, and in the countries of ``territory``,
    everywhere where there are none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers")
    sku = models.CharField(_("SKU"), max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    content_quantity = models.DecimalField(_("content"), **QUANTITY)
    content_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    increment = models.DecimalField(_("ordered in multiples of"), **QUANTITY)
    min_order = models.DecimalField(_("smallest order"), **QUANTITY)
    max_order = models.DecimalField(_("largest order"), null=True, blank=True, **QUANTITY)
    pack_level = models.CharField(
        _("pack"), max_length=10, choices=PackLevel.choices, default=PackLevel.EACH
    )
    lead_time_days = models.PositiveSmallIntegerField(_("lead time"), null=True, blank=True)
    warranty_months = models.PositiveSmallIntegerField(_("warranty"), null=True, blank=True)
    territory = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    valid_from = models.DateTimeField(_("valid from"), default=utc_now)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=OfferState.choices, default=OfferState.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=utc_now)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("sku", "id")
        constraints = (
            models.UniqueConstraint(F("company"), Lower("sku"), name="catalog_offer_sku_once"),
            models.CheckConstraint(condition=~Q(sku=""), name="catalog_offer_has_sku"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__gt": 0}), name=f"catalog_offer_{name}_positive"
                )
                for name in ("content_quantity", "increment", "min_order")
            ),
            models.CheckConstraint(
                condition=Q(max_order__isnull=True) | Q(max_order__gte=F("min_order")),
                name="catalog_offer_most_not_below_least",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="catalog_offer_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(pack_level__in=PackLevel.values), name="catalog_offer_pack_known"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.DRAFT, published_at=None, withdrawn_at=None)
                | Q(state=OfferState.ACTIVE, published_at__isnull=False, withdrawn_at=None)
                | Q(state=OfferState.WITHDRAWN, withdrawn_at__isnull=False),
                name="catalog_offer_state_has_its_moments",
            ),
        )
        indexes = (
            models.Index(fields=("company", "state", "sku"), name="catalog_offer_own_list"),
            models.Index(
                fields=("product",), condition=Q(state=OfferState.ACTIVE),
                name="catalog_offer_active",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.sku

    @property
    def order_rule(self) -> OrderRule:
        """Which quantities can be ordered."""
        return OrderRule(least=self.min_order, most=self.max_order, increment=self.increment)

    @property
    def is_active(self) -> bool:
        """Whether it is published and was not withdrawn; its validity may be over all the same."""
        return self.state == OfferState.ACTIVE

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies within its validity."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)
