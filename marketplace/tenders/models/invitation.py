"""Invitations: which suppliers are asked, and what they answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.ids import new_id
from marketplace.tenders.models.tender import Tender


class InvitationState(models.TextChoices):
    """``planned`` is known to the buyer only; publication turns it into ``invited``."""

    PLANNED = "planned", _("To be invited")
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Terms accepted")
    DECLINED = "declined", _("Declined")
    UNINVITED = "uninvited", _("Invitation withdrawn")


VISIBLE_STATES = (InvitationState.INVITED, InvitationState.ACCEPTED, InvitationState.DECLINED)
"""While an invitation stands so, its supplier sees the tender."""
ENDED_STATES = (InvitationState.DECLINED, InvitationState.UNINVITED)
"""An invitation that ended so may be sent again while the tender is open."""


class Invitation(models.Model):
    """One supplier asked to take part. ``late``: after the tender was published. ``evaluation`` is
    what the buyer's evaluation of this supplier's offer came to: told to it alone, and fixed as
    the tender is published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="invitations")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="invitations")
    state = models.CharField(
        _("state"), max_length=10, choices=InvitationState.choices, default=InvitationState.PLANNED
    )
    late = models.BooleanField(_("late"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(_("invited"), null=True)
    seen_at = models.DateTimeField(_("first seen"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    evaluation = models.TextField(_("evaluation"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("tender", "company__latin_name", "id")
        constraints = (
            models.UniqueConstraint(fields=("tender", "company"), name="tenders_invitation_one"),
            models.CheckConstraint(
                condition=Q(state__in=InvitationState.values), name="tenders_invitation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.PLANNED, invited_at__isnull=True)
                | (~Q(state=InvitationState.PLANNED) & Q(invited_at__isnull=False)),
                name="tenders_invitation_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[InvitationState.DECLINED, InvitationState.UNINVITED])
                | ~Q(reason=""),
                name="tenders_invitation_ended_with_reason",
            ),
        )
        indexes = (models.Index(fields=("company", "state"), name="tenders_invitation_mine"),)

    def __str__(self) -> str:
        return f"{self.tender_id} / {self.company_id} ({self.state})"
