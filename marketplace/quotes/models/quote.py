"""Quotes: what one supplier asks for the lines of a request."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.models import Offer
from marketplace.catalog.models.offer import QUANTITY
from marketplace.quotes.models.rfq import RfqInvitation, RfqLine
from reference.models import Currency


class QuoteState(models.TextChoices):
    """Where a quote stands."""

    SUBMITTED = "submitted", pgettext_lazy("quote", "Submitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("quote", "Withdrawn")


class Quote(models.Model):
    """The one quote of an invited supplier; ``revision`` counts from 1. Its prices hold up to and
    including the day ``valid_until`` in UTC."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invitation = models.OneToOneField(RfqInvitation, on_delete=models.PROTECT, related_name="quote")
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"))
    note = models.CharField(_("note to the buyer"), max_length=2000, blank=True)
    state = models.CharField(
        max_length=10, choices=QuoteState.choices, default=QuoteState.SUBMITTED
    )
    revision = models.PositiveIntegerField(default=1)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ("submitted_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(revision__gte=1), name="quotes_quote_revision"),
            models.CheckConstraint(
                condition=Q(state__in=QuoteState.values), name="quotes_quote_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.revision}"


class QuoteLine(models.Model):
    """The answer to a line: a price of one unit and a quantity, or no bid with a reason.

    ``offer`` is the supplier's own, where it offers that; with ``alternative`` it is something
    else than was asked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(RfqLine, on_delete=models.PROTECT, related_name="answers")
    price = models.DecimalField(
        _("price of one"), max_digits=21, decimal_places=6, null=True, blank=True
    )
    quantity = models.DecimalField(_("quantity"), null=True, blank=True, **QUANTITY)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time"), null=True, blank=True)
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    alternative = models.BooleanField(default=False)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    no_bid = models.CharField(_("why there is no bid"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("line of a quote")
        verbose_name_plural = _("lines of quotes")
        ordering = ("line__position", "id")
        constraints = (
            models.UniqueConstraint(F("quote"), F("line"), name="quotes_answer_once"),
            models.CheckConstraint(
                condition=Q(price__gt=0, quantity__gt=0, no_bid="")
                | Q(price=None, quantity=None) & ~Q(no_bid=""),
                name="quotes_answer_priced_or_not",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quote_id} {self.line_id}"
