"""Signs of bidders who do not compete, found after a close, and what the buyer made of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auctions.models.auction import Auction
from kernel.clock import utc_now
from kernel.ids import new_id


class AlertKind(models.TextChoices):
    """The screens, under the values of auctions.integrity.screens."""

    SHARED_ORIGIN = "shared_origin", _("Shared address or device")
    ROTATION = "rotation", _("Wins by turns")
    SHADOWING = "shadowing", _("Shadow bidding")
    SPREAD = "spread", _("Abnormal spread")


class AlertState(models.TextChoices):
    """What the buyer made of an alert."""

    OPEN = "open", _("Open")
    SEEN = "seen", _("Looked at")
    DISMISSED = "dismissed", _("Dismissed")


class IntegrityScreening(models.Model):
    """That an auction was screened: once, after its close."""

    auction = models.OneToOneField(  # the migration adds the constraint
        Auction,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="screening",
        db_constraint=False,
        verbose_name=_("auction"),
    )
    at = models.DateTimeField(_("screened"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("screening of an auction")
        verbose_name_plural = _("screenings of auctions")

    def __str__(self) -> str:
        return str(self.auction_id)


class IntegrityAlert(models.Model):
    """One sign. ``who`` are seat codes of this auction; ``evidence`` are the facts it rests on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    auction = models.ForeignKey(  # the migration adds the constraint, which deletes with a demo
        Auction,
        on_delete=models.CASCADE,
        related_name="alerts",
        db_constraint=False,
        verbose_name=_("auction"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=AlertKind.choices)
    lot = models.PositiveSmallIntegerField(_("lot"), default=0)  # 0: the auction as a whole
    who = models.JSONField(_("seats"))
    evidence = models.JSONField(_("evidence"))
    state = models.CharField(
        _("state"), max_length=9, choices=AlertState.choices, default=AlertState.OPEN
    )
    created_at = models.DateTimeField(_("found"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("integrity alert")
        verbose_name_plural = _("integrity alerts")
        ordering = ("auction", "created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=AlertKind.values), name="auctions_alert_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AlertState.values), name="auctions_alert_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.auction_id}"


class AlertDecision(models.Model):
    """What somebody of the buyer made of an alert, and why. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(  # the migration adds the constraint
        IntegrityAlert,
        on_delete=models.CASCADE,
        related_name="decisions",
        db_constraint=False,
        verbose_name=_("alert"),
    )
    state = models.CharField(_("state"), max_length=9, choices=AlertState.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("decision about an alert")
        verbose_name_plural = _("decisions about alerts")
        ordering = ("alert", "at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=AlertState.values), name="auctions_decision_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=AlertState.DISMISSED) | ~Q(reason=""),
                name="auctions_decision_dismissed_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.alert_id}"
