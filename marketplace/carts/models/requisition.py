"""Requisitions: a cart as it was sent, waiting for an approver, ordered or returned."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.models import Offer
from marketplace.catalog.models.offer import QUANTITY
from reference.models import Currency


class RequisitionState(models.TextChoices):
    """Where a requisition stands."""

    WAITING = "waiting", pgettext_lazy("requisition", "Waiting for approval")
    ORDERED = "ordered", pgettext_lazy("requisition", "Ordered")
    RETURNED = "returned", pgettext_lazy("requisition", "Returned")


class Requisition(models.Model):
    """What somebody asked to order. Where ``needs_approval``, nobody decides on the own one: the
    database holds that too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="requisitions")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=utc_now, editable=False)
    needs_approval = models.BooleanField()
    state = models.CharField(
        _("state"), max_length=10, choices=RequisitionState.choices,
        default=RequisitionState.WAITING,
    )  # fmt: skip
    delivery_address = models.CharField(_("place of delivery"), max_length=500, blank=True)
    note = models.CharField(_("note to the suppliers"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")
        ordering = ("-asked_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(decided_by=None)
                | ~Q(decided_by=F("asked_by")),
                name="carts_requisition_maker_is_no_checker",
            ),
            models.CheckConstraint(
                condition=Q(state=RequisitionState.WAITING, decided_by=None, decided_at=None)
                | Q(
                    state__in=(RequisitionState.ORDERED, RequisitionState.RETURNED),
                    decided_by__isnull=False, decided_at__isnull=False,
                ),
                name="carts_requisition_state_has_its_moments",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("company", "state", "-asked_at"), name="carts_requisition_list"),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def urn(self) -> str:
        """The form in which events refer to the requisition."""
        return f"urn:fairfall:requisition:{self.pk}"


class RequisitionLine(models.Model):
    """A line at the price that was shown when it was sent; ``price_rule`` as on a line of an order.
    ``id`` stays with the line of the order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requisition = models.ForeignKey(Requisition, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    unit_price = models.DecimalField(_("price of one"), max_digits=21, decimal_places=6)
    price_rule = models.JSONField(default=dict)
    total = models.DecimalField(_("total"), max_digits=36, decimal_places=6)

    class Meta:
        verbose_name = _("line of a requisition")
        verbose_name_plural = _("lines of requisitions")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("requisition", "position"), name="carts_requisition_position_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="carts_requisition_line_quantity"
            ),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.offer_id}"
