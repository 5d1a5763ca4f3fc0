"""Proposals: a swap or a cycle that was found, and what its parties answered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.decimals import quantize
from kernel.ids import new_id
from marketplace.barter.models.listing import QUANTITY, BarterListing, BarterWant
from reference.models import Currency, Unit

VALUE = {"max_digits": 21, "decimal_places": 4}


class BarterProposalState(models.TextChoices):
    """Where a proposal stands."""

    OPEN = "open", pgettext_lazy("barter proposal", "Open")
    AGREED = "agreed", pgettext_lazy("barter proposal", "Agreed")
    ENDED = "ended", pgettext_lazy("barter proposal", "Ended")


class BarterEnd(models.TextChoices):
    """Why a proposal ended without an agreement."""

    DECLINED = "declined", _("One of the companies declined.")
    EXPIRED = "expired", _("Not everybody accepted in time.")
    WITHDRAWN = "withdrawn", _("One of the listings was withdrawn.")
    UNAVAILABLE = "unavailable", _("One of the goods, or one of the companies, is not available.")


class BarterAnswer(models.TextChoices):
    """What a party answered."""

    WAITING = "waiting", pgettext_lazy("barter answer", "No answer yet")
    ACCEPTED = "accepted", pgettext_lazy("barter answer", "Accepted")
    DECLINED = "declined", pgettext_lazy("barter answer", "Declined")


class BarterProposal(models.Model):
    """Companies in a ring: each gives to the next, the last to the first; all in one currency.

    ``fingerprint`` names the listings and quantities: there is one open proposal of each.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=BarterProposalState.choices, default=BarterProposalState.OPEN
    )
    end = models.CharField(max_length=12, choices=BarterEnd.choices, blank=True)
    respond_until = models.DateTimeField(_("answer until"))
    created_at = models.DateTimeField(default=utc_now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("barter proposal")
        verbose_name_plural = _("barter proposals")
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("fingerprint",), condition=Q(state=BarterProposalState.OPEN),
                name="barter_proposal_once_open",
            ),
            models.CheckConstraint(
                condition=Q(state=BarterProposalState.OPEN, end="", ended_at=None)
                | Q(state=BarterProposalState.AGREED, end="", ended_at__isnull=False)
                | Q(state=BarterProposalState.ENDED, end__in=BarterEnd.values,
                    ended_at__isnull=False),
                name="barter_proposal_state_has_its_end",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("fingerprint",), name="barter_proposal_known"),
            models.Index(
                fields=("respond_until",), condition=Q(state=BarterProposalState.OPEN),
                name="barter_proposal_due",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"BX-{self.pk.hex[-8:].upper()}"

    @property
    def urn(self) -> str:
        """The form in which facts refer to it."""
        return f"urn:fairfall:barter:{self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether it may still be answered."""
        return self.state == BarterProposalState.OPEN and at < self.respond_until


class BarterParty(models.Model):
    """A company in a proposal, and the leg that it gives, to the party at the next position.

    What it gives is written down here: the listing may change later. ``cash`` is what it is paid
    in money for what it gives beyond what it gets; negative, what it pays.
    """

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(BarterProposal, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    listing = models.ForeignKey(BarterListing, on_delete=models.PROTECT, related_name="parties")
    want = models.ForeignKey(BarterWant, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200)
    quantity = models.DecimalField(**QUANTITY)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_value = models.DecimalField(max_digits=21, decimal_places=6)
    gives = models.DecimalField(**VALUE)
    gets = models.DecimalField(**VALUE)
    answer = models.CharField(
        max_length=10, choices=BarterAnswer.choices, default=BarterAnswer.WAITING
    )
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("party of a barter")
        verbose_name_plural = _("parties of a barter")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("proposal", "position"), name="barter_party_position"),
            models.UniqueConstraint(fields=("proposal", "company"), name="barter_party_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, gives__gt=0, gets__gt=0), name="barter_party_positive"
            ),
            models.CheckConstraint(
                condition=Q(answer=BarterAnswer.WAITING, answered_at=None, answered_by=None)
                | Q(answer__in=(BarterAnswer.ACCEPTED, BarterAnswer.DECLINED),
                    answered_at__isnull=False, answered_by__isnull=False),
                name="barter_party_answer_has_its_moment",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("company", "-id"), name="barter_party_own"),)

    def __str__(self) -> str:
        return f"{self.position} of {self.proposal_id}"

    @property
    def cash(self) -> Decimal:
        """What it is paid; negative, what it pays."""
        return self.gives - self.gets

    @property
    def imbalance(self) -> Decimal:
        """The cash in percent of what it gives."""
        return quantize(abs(self.cash) * 100 / self.gives, 2)


class BarterCash(models.Model):
    """One payment of residual cash, from the party at ``payer`` to the one at ``receiver``."""

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(BarterProposal, on_delete=models.CASCADE, related_name="payments")
    payer = models.PositiveSmallIntegerField()
    receiver = models.PositiveSmallIntegerField()
    amount = models.DecimalField(**VALUE)

    class Meta:
        verbose_name = _("payment of a barter")
        verbose_name_plural = _("payments of a barter")
        ordering = ("payer", "receiver")
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "payer", "receiver"), name="barter_cash_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(payer=F("receiver")), name="barter_cash_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.payer} to {self.receiver}: {self.amount}"
