"""Links by which somebody without an account watches one auction."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from auctions.models.auction import Auction
from kernel.clock import utc_now
from kernel.ids import new_id


class ObserverLink(models.Model):
    """One link. Only the hash of its secret is kept; whoever has the secret sees what an observer
    may, until the link is revoked or expires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    auction = models.ForeignKey(  # the migration adds the constraint, which deletes with a demo
        Auction,
        on_delete=models.CASCADE,
        related_name="observer_links",
        db_constraint=False,
        verbose_name=_("auction"),
    )
    token_hash = models.CharField(_("hash of the secret"), max_length=64, unique=True)
    label = models.CharField(_("for whom"), max_length=80)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("observer link")
        verbose_name_plural = _("observer links")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106
                name="auctions_observer_hash_form",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
                name="auctions_observer_expires_later",
            ),
        )

    def __str__(self) -> str:
        return self.label
