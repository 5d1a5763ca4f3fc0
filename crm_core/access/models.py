"""Machine access: API tokens and one-time socket tickets. Only hashes are stored."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm_core.access.scopes import Scope
from crm_core.companies.models import Company
from crm_core.people.models import AGENT_LENGTH
from kernel.clock import utc_now
from kernel.ids import new_id

TOLD_BEFORE = timedelta(days=7)  # that a token ends


class ApiToken(models.Model):
    """That by which a person's programs act for one company, within its scopes, for a while."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    # Never changed: who trusts a program with more gives it another token.
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), db_default=[Scope.FULL.value]
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)  # None: never
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_ip = models.GenericIPAddressField(null=True, blank=True)
    last_user_agent = models.CharField(
        max_length=AGENT_LENGTH, blank=True, default="", db_default=""
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    # When its person was told that it ends soon, and that it ended.
    ending_told_at = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(
                fields=("expires_at",),
                name="access_token_to_tell",
                condition=Q(revoked_at=None, end_told_at=None, expires_at__isnull=False),
            ),
            models.Index(fields=("company", "-created_at"), name="access_token_of_company"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values), name="access_token_scopes_known"
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1), name="access_token_has_a_scope"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
                name="access_token_expires_later",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= utc_now()

    @property
    def has_ended(self) -> bool:
        """Whether it works no more, for whichever reason."""
        return self.revoked_at is not None or self.is_expired

    @property
    def ends_soon(self) -> bool:
        """Whether it ends within a week."""
        return self.expires_at is not None and self.expires_at <= utc_now() + TOLD_BEFORE

    @property
    def scope_labels(self) -> list[str]:
        """The names of its scopes in the active language, in the order of the table."""
        return [str(each.label) for each in Scope if each.value in self.scopes]


class SocketTicket(models.Model):
    """Admits one WebSocket, once, within half a minute."""

    id = models.BigAutoField(primary_key=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    # What it was given for; the socket it opens ends with that.
    token = models.ForeignKey(
        ApiToken, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    session = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"ticket {self.pk}"
