"""How people come to a company, and the log of all that was done about its people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models.company import Company, Membership, Role
from kernel.clock import utc_now
from kernel.ids import new_id


class MemberInvitation(models.Model):
    """An offer, by e-mail, to act for a company. It is taken up once, or ends.

    The link in the mail is signed from the id and ``version``; no secret is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="member_invitations"
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    limit_amount = models.DecimalField(
        _("limit"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    limit_currency = models.CharField(_("currency of the limit"), max_length=3, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=utc_now)
    expires_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="invitation"
    )

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("company", "email"),
                condition=Q(ended_at=None),
                name="companies_memberinvitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email=""),
                name="companies_memberinvitation_email",
            ),
            models.CheckConstraint(
                condition=Q(membership=None) | Q(ended_at__isnull=False),
                name="companies_memberinvitation_taken_ends",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="companies_memberinvitation_role_known"
            ),
            models.CheckConstraint(
                condition=Q(limit_amount=None, limit_currency="")
                | Q(limit_amount__gt=0, limit_currency__regex=r"^[A-Z]{3}$"),
                name="companies_memberinvitation_limit_whole",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken up."""
        return self.ended_at is None and self.expires_at > utc_now()


class PeopleAction(models.TextChoices):
    """What a line of a company's log tells."""

    INVITED = "invited", _("Invited")
    SENT_AGAIN = "sent_again", _("Invitation sent again")
    REVOKED = "revoked", _("Invitation taken back")
    DECLINED = "declined", _("Invitation declined")
    JOINED = "joined", _("Joined")
    ROLE_CHANGED = "role_changed", _("Role changed")
    LIMIT_CHANGED = "limit_changed", _("Limit changed")
    LEFT = "left", _("Left")
    REMOVED = "removed", _("Removed")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")


class PeopleEntry(models.Model):
    """One line of a company's log of its people. Only added to; it names people by reference, so
    that a person can be erased."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="people_log")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=utc_now, editable=False)
    action = models.CharField(max_length=20, choices=PeopleAction.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    invitation = models.ForeignKey(
        MemberInvitation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("company", "number"), name="companies_peopleentry_number"
            ),
            models.CheckConstraint(
                condition=Q(action__in=PeopleAction.values),
                name="companies_peopleentry_action_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} {self.number} {self.action}"

    @property
    def told(self) -> str:
        """Role and limit, or what they were and are, in the active language."""
        if self.action == PeopleAction.ROLE_CHANGED:
            return f"{Role(self.before).label} → {Role(self.after).label}"
        if self.action == PeopleAction.LIMIT_CHANGED:
            return f"{self.before or '–'} → {self.after or '–'}"
        if self.action == PeopleAction.TOKEN_REVOKED:
            return self.before
        return ", ".join(each for each in (str(self.get_role_display()), self.after) if each)
