"""How companies come to the platform: one that is here invites another by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.companies.models.company import Company
from crm_core.people.models import Language
from kernel.clock import utc_now
from kernel.ids import new_id

MESSAGE_AT_MOST = 1000


class CompanyInvitation(models.Model):
    """An offer, by e-mail, to bring a company onto the platform. It is taken up once, or ends.

    The link in the mail is signed from the id and ``version``; no secret is kept. ``list_id`` names
    a supplier list of the inviter's, which a room above keeps.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("invitation", "Open")
        TAKEN_UP = "taken_up", _("Taken up")
        DECLINED = "declined", _("Declined")
        REVOKED = "revoked", _("Taken back")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inviter = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="company_invitations"
    )
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name of the company"), max_length=250)
    country = models.CharField(_("country"), max_length=2, blank=True)
    message = models.TextField(
        _("message"), blank=True, validators=[MaxLengthValidator(MESSAGE_AT_MOST)]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    list_id = models.UUIDField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=utc_now)
    expires_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="came_by"
    )

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("inviter", "email"),
                condition=Q(state="open"),
                name="companies_companyinvitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email="") & ~Q(name=""),
                name="companies_companyinvitation_addressed",
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^([A-Z]{2})?$"),
                name="companies_companyinvitation_country_iso",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("message"), MESSAGE_AT_MOST),
                name="companies_companyinvitation_message",
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values),
                name="companies_companyinvitation_language_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["taken_up", "declined", "revoked", "expired"])
                & Q(ended_at__isnull=False),
                name="companies_companyinvitation_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="taken_up", company__isnull=False, ended_by__isnull=False)
                | (~Q(state="taken_up") & Q(company=None)),
                name="companies_companyinvitation_taken_up_whole",
            ),
            models.CheckConstraint(
                condition=Q(company=None) | ~Q(company=F("inviter")),
                name="companies_companyinvitation_another",
            ),
        )
        indexes = (models.Index(fields=("inviter", "-created_at"), name="companies_invited_list"),)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def urn(self) -> str:
        """The form in which events refer to this invitation."""
        return f"urn:fairfall:company_invitation:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken up."""
        return self.state == self.State.OPEN and self.expires_at > utc_now()

    @property
    def stands(self) -> State:
        """Its state now: an open one whose time is over has expired."""
        if self.state == self.State.OPEN and not self.is_open:
            return self.State.EXPIRED
        return self.State(self.state)
