"""The tender: what a buyer wants to buy, and how far that has come."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import Vat
from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id

URN = "urn:fairfall:tender:"


class TenderState(models.TextChoices):
    """Where a tender stands. ``closed`` waits for the buyer to confirm the result."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CLOSED = "closed", _("Closed, result to confirm")
    FAILED = "failed", _("Failed")
    AWARDED = "awarded", _("Result confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    ANNULLED = "annulled", _("Annulled")


class VatSide(models.TextChoices):
    """Whether prices include value-added tax."""

    NET = Vat.NET.value, _("without VAT")
    GROSS = Vat.GROSS.value, _("with VAT")


class Tender(models.Model):
    """A buyer's request for lots, settled by one auction.

    ``rules`` holds the auction's rules while they are prepared, by the keys of
    :mod:`marketplace.tenders.terms_fields`. From publication on ``terms`` is the document in
    force, as the ledger has it, and ``terms_hash`` what suppliers accept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="tenders")
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    vat = models.CharField(
        _("prices"),
        max_length=5,
        choices=VatSide.choices,
        default=VatSide.NET,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=TenderState.choices, default=TenderState.DRAFT
    )
    state_reason = models.TextField(_("reason"), blank=True)
    rules = models.JSONField(default=dict, blank=True)
    auction_id = models.UUIDField(_("auction"), null=True, unique=True, editable=False)
    terms = models.JSONField(null=True, blank=True, editable=False)
    terms_hash = models.CharField(max_length=64, blank=True, editable=False)
    starts_at = models.DateTimeField(_("start"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=utc_now)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=TenderState.values), name="tenders_tender_state_known"
            ),
            models.CheckConstraint(
                condition=Q(vat__in=VatSide.values), name="tenders_tender_vat_known"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="tenders_tender_currency_iso"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=TenderState.DRAFT,
                    auction_id__isnull=True,
                    terms__isnull=True,
                    terms_hash="",
                    published_at__isnull=True,
                )
                | (
                    ~Q(state=TenderState.DRAFT)
                    & Q(
                        auction_id__isnull=False,
                        terms__isnull=False,
                        published_at__isnull=False,
                        starts_at__isnull=False,
                    )
                    & ~Q(terms_hash="")
                ),
                name="tenders_tender_published_has_auction",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[TenderState.CANCELLED, TenderState.ANNULLED])
                | ~Q(state_reason=""),
                name="tenders_tender_stopped_with_reason",
            ),
        )
        indexes = (
            models.Index(fields=("company", "state", "-created_at"), name="tenders_tender_list"),
            models.Index(fields=("state", "starts_at"), name="tenders_tender_soon"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def urn(self) -> str:
        """The form in which events refer to this tender."""
        return f"{URN}{self.pk}"

    @property
    def is_draft(self) -> bool:
        """Whether everything may still be changed."""
        return self.state == TenderState.DRAFT

    @property
    def has_started(self) -> bool:
        """Whether it is published and its start has come; it may be paused all the same."""
        return (
            self.state == TenderState.PUBLISHED
            and self.starts_at is not None
            and self.starts_at <= utc_now()
        )

    @property
    def has_ended(self) -> bool:
        """Whether its auction is over, whatever came of it."""
        return self.state not in (TenderState.DRAFT, TenderState.PUBLISHED)


class TenderCounter(models.Model):
    """The last number of a year; its row lock gives each number out once."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
