"""Accounts, and the interactions that trade writes to their timelines."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id


class Account(models.Model):
    """A partner as one company keeps track of it; the partner has an account of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="accounts", verbose_name=_("kept by")
    )
    partner = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="+", verbose_name=_("partner")
    )
    opened_at = models.DateTimeField(_("opened"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("owner", "partner__latin_name", "id")
        constraints = (
            models.UniqueConstraint(fields=("owner", "partner"), name="timeline_account_one"),
            models.CheckConstraint(
                condition=~Q(owner=F("partner")), name="timeline_account_of_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner_id} / {self.partner_id}"


class Perspective(models.TextChoices):
    """From which side an interaction is told."""

    BUYER = "buyer", _("Buyer")
    SUPPLIER = "supplier", _("Supplier")
    OPERATOR = "operator", _("Operator")


class Interaction(models.Model):
    """One fact, or a burst of the same one, as one account is told it.

    ``facts`` holds what the account's owner may know and nothing else; what is sealed stays unseen
    until the seal of that name is opened. How often, how late and in how many bursts something is
    told is of this account alone, so that it tells nothing of what only others were told.

    The id follows from the event that began it, so a timeline made anew is the same. ``stream`` is
    the subject whose events it was made of, numbered from ``first_seq`` to ``last_seq``; facts of
    the same ``series`` that follow closely are merged and counted in ``times``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="interactions", db_index=False
    )
    perspective = models.CharField(_("side"), max_length=10, choices=Perspective.choices)
    kind = models.CharField(_("kind"), max_length=20)
    facts = models.JSONField(default=dict)
    times = models.PositiveIntegerField(_("times"), default=1, validators=[MinValueValidator(1)])
    began_at = models.DateTimeField(_("began"))
    last_at = models.DateTimeField(_("last"))
    link = models.CharField(max_length=300, blank=True)
    sealed_by = models.CharField(max_length=200, blank=True)
    stream = models.CharField(max_length=200)
    series = models.CharField(max_length=60)
    first_seq = models.PositiveIntegerField()
    last_seq = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ("-last_at", "-last_seq", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("stream", "account", "series", "first_seq"),
                name="timeline_interaction_once",
            ),
            models.CheckConstraint(
                condition=Q(last_seq__gte=F("first_seq")) & Q(last_at__gte=F("began_at")),
                name="timeline_interaction_in_order",
            ),
            models.CheckConstraint(condition=Q(times__gte=1), name="timeline_interaction_counted"),
            models.CheckConstraint(
                condition=Q(perspective__in=Perspective.values),
                name="timeline_interaction_side_known",
            ),
        )
        indexes = (models.Index(fields=("account", "-last_at"), name="timeline_latest"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.stream}"


class OpenedSeal(models.Model):
    """A seal that was opened: what it hid may be seen from then on."""

    name = models.CharField(primary_key=True, max_length=200)
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("opened seal")
        verbose_name_plural = _("opened seals")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
