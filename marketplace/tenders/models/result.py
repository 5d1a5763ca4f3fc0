"""What came of each lot: how it closed, and what the buyer decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from auctions.domain.events import LotOutcome as Outcome
from crm_core.companies.models import Company
from marketplace.tenders.models.lot import PRICE, Lot


class LotOutcome(models.TextChoices):
    """How a lot closed, as the ledger says."""

    WON = Outcome.WON.value, _("Closed with a leading bid")
    NO_BID = Outcome.NO_BID.value, _("No bid")
    RESERVE_NOT_MET = Outcome.RESERVE_NOT_MET.value, _("Reserve not met")


class LotResult(models.Model):
    """A closed lot. ``leader`` holds rank 1; ``awarded_to`` is the buyer's decision.

    A lot is decided when ``decided_at`` is set; decided without ``awarded_to`` means that nobody
    gets it. Anything but the leader at its price needs a reason.
    """

    lot = models.OneToOneField(
        Lot, on_delete=models.CASCADE, primary_key=True, related_name="result"
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=LotOutcome.choices)
    closed_at = models.DateTimeField(_("closed"))
    leader_seat = models.CharField(max_length=64, blank=True)
    leader = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    leader_amount = models.DecimalField(_("best price"), **PRICE)
    # Of the amount before it; empty where it is the tender's.
    leader_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    awarded_to = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="awarded_lots"
    )
    awarded_amount = models.DecimalField(_("awarded price"), **PRICE)
    awarded_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("lot result")
        verbose_name_plural = _("lot results")
        ordering = ("lot__number",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=LotOutcome.values), name="tenders_result_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=LotOutcome.NO_BID, leader__isnull=True)
                | ~Q(outcome=LotOutcome.NO_BID),
                name="tenders_result_no_bid_no_leader",
            ),
            models.CheckConstraint(
                condition=Q(awarded_to__isnull=True, awarded_amount__isnull=True)
                | Q(awarded_to__isnull=False, awarded_amount__gt=0),
                name="tenders_result_award_has_price",
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_at__isnull=True, decided_by__isnull=True, awarded_to__isnull=True
                )
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="tenders_result_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True)
                | Q(outcome=LotOutcome.NO_BID)
                | Q(
                    # A comparison with NULL is unknown, which a check lets pass: so ask first.
                    outcome=LotOutcome.WON,
                    awarded_to__isnull=False,
                    leader__isnull=False,
                    leader_amount__isnull=False,
                    awarded_to=F("leader"),
                    awarded_amount=F("leader_amount"),
                )
                | ~Q(reason=""),
                name="tenders_result_departure_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.outcome}"
