"""An auction's row: what the database must know without evolving the ledger."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auctions.models.sizes import sized
from kernel.clock import utc_now
from kernel.ids import new_id


class AuctionPhase(models.TextChoices):
    """The phases of the domain, under the same values."""

    SCHEDULED = "scheduled", _("Scheduled")
    PREBID = "prebid", _("Pre-bids")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    ANNULLED = "annulled", _("Annulled")


OPEN_PHASES = (AuctionPhase.SCHEDULED, AuctionPhase.PREBID, AuctionPhase.RUNNING)


class Auction(models.Model):
    """One auction. ``head_*`` are the last entry's; only the ledger's store moves them.

    ``recorded_at`` is the ledger's own time: the last moment at which an entry of either chain or
    a checkpoint was recorded. Phase and due moment are copies of what the ledger evolves to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        "companies.Company",
        on_delete=models.PROTECT,
        related_name="auctions_owned",
        verbose_name=_("buyer"),
    )
    subject = models.JSONField(_("subject"))
    subject_urn = models.CharField(_("origin"), max_length=200, blank=True)
    phase = models.CharField(
        _("phase"), max_length=12, choices=AuctionPhase.choices, default=AuctionPhase.SCHEDULED
    )
    due = models.DateTimeField(_("due"), null=True, blank=True)
    head_seq = models.PositiveIntegerField(_("entries"), default=0, editable=False)
    head_hash = models.BinaryField(_("head"), default=b"", editable=False)
    attempts_seq = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    attempts_hash = models.BinaryField(_("head of the attempts"), default=b"", editable=False)
    recorded_at = models.DateTimeField(_("last recorded"), null=True, blank=True, editable=False)
    # Lines being drawn: see auctions.ledger.boundaries.
    boundaries = models.JSONField(null=True, blank=True, editable=False)
    rules_version = models.PositiveSmallIntegerField(_("version of the rules"), default=1)
    # A copy of the terms', for pages and lists; the ledger's first entry decides.
    format = models.CharField(
        _("format"), max_length=24, default="english", db_default="english", editable=False
    )
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    # A supplier's own, against bots: nobody else has a place, no list or handler knows of it.
    is_practice = models.BooleanField(
        _("practice"), default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("auction")
        verbose_name_plural = _("auctions")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=("due",), name="auctions_auction_due", condition=~Q(due=None)),
            models.Index(fields=("owner", "-created_at"), name="auctions_auction_of_owner"),
            models.Index(fields=("subject_urn",), name="auctions_auction_urn"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("subject_urn",),
                condition=Q(phase__in=[*OPEN_PHASES, AuctionPhase.CLOSED]) & ~Q(subject_urn=""),
                name="auctions_auction_one_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=AuctionPhase.values), name="auctions_auction_phase_known"
            ),
            models.CheckConstraint(
                # What a demo is can never change, so no auction is made a practice afterwards.
                condition=Q(is_practice=False) | Q(is_demo=True, subject_urn=""),
                name="auctions_auction_practice_is_apart",
            ),
            models.CheckConstraint(
                condition=Q(head_seq=0, head_hash=b"")
                | (Q(head_seq__gt=0) & sized("head_hash", 32)),
                name="auctions_auction_head_whole",
            ),
            models.CheckConstraint(
                condition=Q(attempts_seq=0, attempts_hash=b"")
                | (Q(attempts_seq__gt=0) & sized("attempts_hash", 32)),
                name="auctions_auction_attempts_whole",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=OPEN_PHASES, closed_at=None)
                | (~Q(phase__in=OPEN_PHASES) & ~Q(closed_at=None)),
                name="auctions_auction_ended_when_closed",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Seat(models.Model):
    """A company's place in an auction. ``code`` is all the ledger ever knows of it."""

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="seats",
        db_index=False,
        verbose_name=_("auction"),
    )
    code = models.CharField(_("seat"), max_length=16)
    company = models.ForeignKey(
        "companies.Company",
        on_delete=models.PROTECT,
        related_name="auction_seats",
        verbose_name=_("supplier"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    invited_at = models.DateTimeField(_("invited"), default=utc_now)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ("auction", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("auction", "company"), name="auctions_seat_one_per_company"
            ),
            models.UniqueConstraint(fields=("auction", "code"), name="auctions_seat_code_unique"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z]{1,16}$")
                & ~Q(code__in=("all", "buyer", "officer")),
                name="auctions_seat_code_form",
            ),
        )

    def __str__(self) -> str:
        return self.code


class LotReserve(models.Model):
    """A lot's hidden reserve, encrypted by the process key; its commitment stands in the terms."""

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="reserves",
        db_index=False,
        verbose_name=_("auction"),
    )
    lot = models.PositiveSmallIntegerField(_("lot"), validators=[MinValueValidator(1)])
    commitment = models.CharField(_("commitment"), max_length=64)
    sealed = models.BinaryField(_("encrypted salt and amount"))

    class Meta:
        verbose_name = _("hidden reserve")
        verbose_name_plural = _("hidden reserves")
        ordering = ("auction", "lot")
        constraints = (
            models.UniqueConstraint(fields=("auction", "lot"), name="auctions_reserve_one_per_lot"),
            models.CheckConstraint(
                condition=Q(commitment__regex=r"^[0-9a-f]{64}$"),
                name="auctions_reserve_commitment_form",
            ),
        )

    def __str__(self) -> str:
        return f"{self.auction_id} {self.lot}"
