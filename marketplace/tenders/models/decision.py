"""The tender's history: who decided what, when and why. Rows are only added."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now
from marketplace.tenders.models.tender import Tender


class DecisionKind(models.TextChoices):
    """What was decided."""

    CREATED = "created", _("Draft created")
    COPIED = "copied", _("Draft copied from another tender")
    PUBLISHED = "published", _("Published")
    INVITED = "invited", _("Supplier invited")
    UNINVITED = "uninvited", _("Invitation withdrawn")
    ACCEPTED = "accepted", _("Terms accepted")
    DECLINED = "declined", _("Invitation declined")
    DISQUALIFIED = "disqualified", _("Supplier disqualified")
    REQUALIFIED = "requalified", _("Supplier requalified")
    TERMS_CHANGED = "terms_changed", _("Terms edited")
    CLOSED = "closed", _("Auction closed")
    FAILED = "failed", _("Auction failed")
    CANCELLED = "cancelled", _("Cancelled")
    ANNULLED = "annulled", _("Annulled")
    AWARDED = "awarded", _("Lot awarded")
    NOT_AWARDED = "not_awarded", _("Lot not awarded")


class Decision(models.Model):
    """One line of the history; a database trigger refuses changes to it.

    ``actor`` is null where the auction's own course decided. ``detail`` holds plain text values.
    """

    id = models.BigAutoField(primary_key=True)
    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=250, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("id",)
        indexes = (models.Index(fields=("tender", "id"), name="tenders_decision_history"),)

    def __str__(self) -> str:
        return f"{self.tender_id} {self.kind}"
