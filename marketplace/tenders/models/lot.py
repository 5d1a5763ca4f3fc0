"""Lots: what is bought, in which quantity, within which prices."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import StepKind
from kernel.decimals import MAX_SCALE, line_total
from kernel.ids import new_id
from marketplace.tenders.models.tender import Tender

_POSITIVE = (
    "ceiling", "start", "baseline", "target", "grid", "step_absolute", "step_percent", "budget",
    "floor",
)  # fmt: skip
PRICE = {"max_digits": 21, "decimal_places": 6, "null": True, "blank": True}


class Lot(models.Model):
    """One lot. Prices are per unit, at ``scale`` decimal places, in the tender's currency.

    ``reserve_sealed`` is the highest price at which the buyer awards, encrypted by the process
    key; nobody reads it back after publication until the auction's close opens it. ``baseline``
    and ``target`` serve the buyer's reports only and never leave its company. An empty step takes
    the tender's.

    In the budget format bids are quantities at ``scale`` decimal places: reserve, step and multiple
    are too, and ``floor`` stands in the ceiling's place. ``budget`` is money for the whole lot.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("lot"))
    title = models.CharField(_("title"), max_length=200)
    quantity = models.DecimalField(_("quantity"), **PRICE)
    unit = models.CharField(_("unit"), max_length=3, default="C62")
    scale = models.PositiveSmallIntegerField(_("decimal places of the price"), default=2)
    ceiling = models.DecimalField(_("ceiling"), **PRICE)
    start = models.DecimalField(_("start price"), **PRICE)
    budget = models.DecimalField(_("budget"), **PRICE)
    floor = models.DecimalField(_("least first quantity"), **PRICE)
    reserve_sealed = models.BinaryField(null=True, editable=False)
    baseline = models.DecimalField(_("baseline"), **PRICE)
    target = models.DecimalField(_("target"), **PRICE)
    step_kind = models.CharField(
        _("step of this lot"),
        max_length=10,
        blank=True,
        choices=[
            ("", _("as in the terms")),
            (StepKind.ABSOLUTE.value, _("an amount")),
            (StepKind.PERCENT.value, _("percent of own best")),
            (StepKind.SMALLER.value, _("both, the smaller counts")),
        ],
    )
    step_absolute = models.DecimalField(_("step, amount"), **PRICE)
    step_percent = models.DecimalField(
        _("step, percent"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    grid = models.DecimalField(_("multiples of"), **PRICE)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ("tender", "number")
        constraints = (
            # Deferred, so that lots can change places within one transaction.
            models.UniqueConstraint(
                fields=("tender", "number"),
                name="tenders_lot_number",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="tenders_lot_number_positive"),
            models.CheckConstraint(
                condition=Q(scale__lte=MAX_SCALE), name="tenders_lot_scale_bounds"
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0),
                name="tenders_lot_quantity_positive",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": 0}),
                    name=f"tenders_lot_{name}_positive",
                )
                for name in _POSITIVE
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True)
                | Q(baseline__isnull=True)
                | Q(target__lte=F("baseline")),
                name="tenders_lot_target_below_baseline",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def has_reserve(self) -> bool:
        """Whether the buyer set a hidden reserve."""
        return self.reserve_sealed is not None

    @property
    def money_scale(self) -> int:
        """Decimal places of the prices that are not bid: those of a budget's lot are its own."""
        return self.scale if self.budget is None else max(2, self.scale)

    def total(self, price: Decimal | None) -> Decimal | None:
        """Quantity x unit price at the lot's scale, half-even; None where either is missing."""
        if price is None or self.quantity is None:
            return None
        return line_total(self.quantity, price, self.scale)
