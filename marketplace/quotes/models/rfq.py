"""Requests for quotation: what is asked, of whom, until when, and the history, which only grows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.models import Product
from marketplace.catalog.models.offer import QUANTITY
from reference.models import Category, Currency, Unit


class RfqState(models.TextChoices):
    """Where a request stands. ``closed``: the quotes are opened, nothing is decided yet."""

    DRAFT = "draft", pgettext_lazy("request", "Draft")
    OPEN = "open", pgettext_lazy("request", "Open for quotes")
    CLOSED = "closed", pgettext_lazy("request", "Quotes opened")
    DECIDED = "decided", pgettext_lazy("request", "Decided")
    CANCELLED = "cancelled", pgettext_lazy("request", "Cancelled")


class Rfq(models.Model):
    """A buyer's request. ``currency`` is the one in which quotes are compared; no amount is ever
    converted. ``deadline`` is when quotes end; ``quotes_opened_at`` when all were opened together.
    With ``names_shown`` every invited supplier reads who else is invited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="rfqs")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    note = models.CharField(_("note to the suppliers"), max_length=2000, blank=True)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    deadline = models.DateTimeField(_("quotes until"))
    delivery_country = models.CharField(_("country of delivery"), max_length=2)
    delivery_address = models.CharField(_("place of delivery"), max_length=500, blank=True)
    names_shown = models.BooleanField(_("suppliers read who else is invited"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RfqState.choices, default=RfqState.DRAFT
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    published_at = models.DateTimeField(_("opened for quotes"), null=True, editable=False)
    quotes_opened_at = models.DateTimeField(_("quotes opened"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("request for quotation")
        verbose_name_plural = _("requests for quotation")
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("company", "year", "serial"), name="quotes_rfq_serial_once"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="quotes_rfq_titled"),
            models.CheckConstraint(
                condition=Q(delivery_country__regex="^[A-Z]{2}$"), name="quotes_rfq_country"
            ),
            models.CheckConstraint(
                condition=Q(state=RfqState.DRAFT, published_at=None, quotes_opened_at=None,
                            ended_at=None)
                | Q(state=RfqState.OPEN, published_at__isnull=False, quotes_opened_at=None,
                    ended_at=None)
                | Q(state=RfqState.CLOSED, published_at__isnull=False,
                    quotes_opened_at__isnull=False, ended_at=None)
                | Q(state=RfqState.DECIDED, quotes_opened_at__isnull=False, ended_at__isnull=False)
                | Q(state=RfqState.CANCELLED, ended_at__isnull=False) & ~Q(reason=""),
                name="quotes_rfq_state_has_its_moments",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("company", "-created_at"), name="quotes_rfq_of_buyer"),
            models.Index(
                fields=("deadline",), condition=Q(state="open"), name="quotes_rfq_running"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def urn(self) -> str:
        """The form in which events refer to the request."""
        return f"urn:fairfall:rfq:{self.pk}"

    @property
    def is_opened(self) -> bool:
        """Whether the buyer may read the prices."""
        return self.quotes_opened_at is not None

    @property
    def is_over(self) -> bool:
        """Whether no quote is taken any more by the clock."""
        return self.deadline <= utc_now()


class RfqLine(models.Model):
    """What is asked: a product of the catalog or free words, so many of a unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rfq = models.ForeignKey(Rfq, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("what is needed"), max_length=200)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    wanted_on = models.DateField(_("wanted delivery"), null=True, blank=True)
    note = models.CharField(_("properties or note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("line of a request")
        verbose_name_plural = _("lines of requests")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("rfq", "position"), name="quotes_line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quotes_line_quantity"),
            models.CheckConstraint(condition=~Q(name=""), name="quotes_line_named"),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class InvitationState(models.TextChoices):
    """How an invited supplier answered."""

    INVITED = "invited", pgettext_lazy("request", "No answer yet")
    QUOTED = "quoted", pgettext_lazy("request", "Quoted")
    DECLINED = "declined", pgettext_lazy("request", "Does not quote")


class RfqInvitation(models.Model):
    """A supplier asked to quote."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rfq = models.ForeignKey(Rfq, on_delete=models.CASCADE, related_name="invitations")
    supplier = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="rfqs_got")
    state = models.CharField(
        max_length=10, choices=InvitationState.choices, default=InvitationState.INVITED
    )
    reason = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation to quote")
        verbose_name_plural = _("invitations to quote")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("rfq", "supplier"), name="quotes_invited_once"),
            models.CheckConstraint(
                condition=Q(state=InvitationState.INVITED, answered_at=None)
                | Q(state__in=[InvitationState.QUOTED, InvitationState.DECLINED],
                    answered_at__isnull=False),
                name="quotes_invitation_answered",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.state}"


class RfqMove(models.TextChoices):
    """What happened to a request."""

    CREATED = "created", pgettext_lazy("request", "Draft created")
    PUBLISHED = "published", pgettext_lazy("request", "Opened for quotes")
    QUOTED = "quoted", pgettext_lazy("request", "Quote received")
    REVISED = "revised", pgettext_lazy("request", "Quote revised")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Quote withdrawn")
    DECLINED = "declined", pgettext_lazy("request", "Supplier does not quote")
    OPENED = "opened", pgettext_lazy("request", "Quotes opened together")
    DECIDED = "decided", pgettext_lazy("request", "Decided")
    CANCELLED = "cancelled", pgettext_lazy("request", "Cancelled")


class RfqEvent(models.Model):
    """One line of a request's history; a trigger refuses changes to it. ``actor`` is null where
    the deadline itself opened the quotes. It holds no price: the history is read before the
    opening too."""

    id = models.BigAutoField(primary_key=True)
    rfq = models.ForeignKey(Rfq, on_delete=models.PROTECT, related_name="events")
    move = models.CharField(max_length=10, choices=RfqMove.choices)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("move of a request")
        verbose_name_plural = _("moves of requests")
        ordering = ("id",)
        indexes = (models.Index(F("rfq"), F("id"), name="quotes_event_history"),)

    def __str__(self) -> str:
        return f"{self.rfq_id} {self.move}"
