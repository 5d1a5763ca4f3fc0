"""Companies and the people who act for them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now
from kernel.ids import new_id


class Standing(models.TextChoices):
    """Where a company stands with the operator."""

    DRAFT = "draft", _("Not verified")
    VERIFIED = "verified", _("Verified")
    SUSPENDED = "suspended", _("Suspended")


class Role(models.TextChoices):
    """What a person does in a company. A role is a set of capabilities (crm_core.access)."""

    OWNER = "owner", _("Owner")
    REQUESTER = "requester", _("Requester")
    OFFICER = "officer", _("Procurement officer")
    APPROVER = "approver", _("Approver")
    CATALOG_MANAGER = "catalog_manager", _("Catalog manager")
    BIDDER = "bidder", _("Bidder")
    SIGNATORY = "signatory", _("Signatory")
    FINANCE = "finance", _("Finance")
    AUDITOR = "auditor", _("Auditor")
    VERIFIER = "verifier", _("Verifier")
    ARBITER = "arbiter", _("Auction arbiter")
    PLATFORM_ADMIN = "platform_admin", _("Platform administrator")


OPERATOR_ROLES = frozenset({Role.VERIFIER, Role.ARBITER, Role.PLATFORM_ADMIN})
"""Roles that exist only in the company that operates the platform."""

MANAGING_ROLES = (Role.OWNER, Role.PLATFORM_ADMIN)
"""Roles of which every company keeps one, as long as anybody acts for it."""


class Company(models.Model):
    """A legal person that buys, sells, or operates the platform."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.SlugField(_("reference"), max_length=80, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=250)
    latin_name = models.CharField(_("name in Latin letters"), max_length=250, blank=True)
    country = models.CharField(
        _("country"), max_length=2, validators=[RegexValidator(r"\A[A-Z]{2}\Z")]
    )
    registry_scheme = models.CharField(_("register"), max_length=40, blank=True)
    registry_value = models.CharField(_("number in the register"), max_length=60, blank=True)
    buys = models.BooleanField(_("buys"), default=False)
    sells = models.BooleanField(_("sells"), default=False)
    operates = models.BooleanField(_("operates the platform"), default=False)
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing.choices, default=Standing.DRAFT
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ("latin_name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="companies_company_country_iso",
            ),
            models.CheckConstraint(
                condition=Q(buys=True) | Q(sells=True) | Q(operates=True),
                name="companies_company_has_a_side",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values),
                name="companies_company_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(registry_scheme="", registry_value="")
                | (~Q(registry_scheme="") & ~Q(registry_value="")),
                name="companies_company_registry_whole",
            ),
            models.UniqueConstraint(
                fields=("country", "registry_scheme", "registry_value"),
                condition=~Q(registry_value=""),
                name="companies_company_registry_unique",
            ),
        )

    def __str__(self) -> str:
        return self.legal_name

    @property
    def urn(self) -> str:
        """The form in which other rooms and events refer to this company."""
        return f"urn:fairfall:company:{self.pk}"


class Membership(models.Model):
    """A person acting for a company in one role. An ended membership stays as history."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # The highest total this person may bid, publish or award; none where there is no amount.
    limit_amount = models.DecimalField(
        _("limit"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    limit_currency = models.CharField(
        _("currency of the limit"), max_length=3, blank=True, default="", db_default=""
    )
    active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=utc_now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("joined_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "company"),
                condition=Q(active=True),
                name="companies_membership_one_active",
            ),
            models.CheckConstraint(
                condition=Q(active=True, left_at__isnull=True)
                | Q(active=False, left_at__isnull=False),
                name="companies_membership_left_when_inactive",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="companies_membership_role_known",
            ),
            models.CheckConstraint(
                condition=Q(limit_amount=None, limit_currency="")
                | Q(limit_amount__gt=0, limit_currency__regex=r"^[A-Z]{3}$"),
                name="companies_membership_limit_whole",
            ),
        )
        indexes = (models.Index(fields=("company", "active"), name="companies_member_list"),)

    def __str__(self) -> str:
        return f"{self.user} / {self.company} ({self.get_role_display()})"
