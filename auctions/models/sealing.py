"""The two keys of an auction with sealed offers and the platform's seed of one with a random end,
as far as the database may know them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auctions.models.auction import Auction
from kernel.clock import utc_now


class KeyHolder(models.TextChoices):
    """The holders of the domain, under the same values."""

    AUDITOR = "auditor", _("Auditor")
    OFFICE = "office", _("Buyer and platform")


class SealingKey(models.Model):
    """One of the keys. ``sealed`` is the private key encrypted by the process key.

    The office's is there from the opening of the auction on; the auditor's only once it was handed
    over, after the deadline. Until then the auditor's private key is ``wrapped`` by a passphrase
    that this site never learns. Where there are rounds, each has a pair of its own.
    """

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="sealing_keys",
        db_index=False,
        verbose_name=_("auction"),
    )
    holder = models.CharField(_("holder"), max_length=8, choices=KeyHolder.choices)
    round = models.PositiveSmallIntegerField(
        _("round"), default=0, db_default=0, help_text=_("0 where there are no rounds.")
    )
    public_key = models.CharField(_("public key"), max_length=130)
    wrapped = models.TextField(_("wrapped by a passphrase"), blank=True)
    sealed = models.BinaryField(_("encrypted private key"), null=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("keeper"),
    )
    made_at = models.DateTimeField(_("made"), default=utc_now)

    class Meta:
        verbose_name = _("key of sealed offers")
        verbose_name_plural = _("keys of sealed offers")
        ordering = ("auction", "holder", "round")
        constraints = (
            models.UniqueConstraint(
                fields=("auction", "holder", "round"), name="auctions_sealing_one_per_round"
            ),
            models.CheckConstraint(
                condition=Q(public_key__regex=r"^04[0-9a-f]{128}$"),
                name="auctions_sealing_key_form",
            ),
            models.CheckConstraint(
                condition=Q(holder=KeyHolder.AUDITOR) & ~Q(wrapped="")
                | Q(holder=KeyHolder.OFFICE, wrapped="", sealed__isnull=False),
                name="auctions_sealing_holder_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.auction_id} {self.holder} {self.round}"


class PlatformSeed(models.Model):
    """The platform's seed of a random end, encrypted by the process key.

    The auditor's follows from the auditor's key, which the site does not know.
    """

    auction = models.OneToOneField(
        Auction,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="platform_seed",
        verbose_name=_("auction"),
    )
    sealed = models.BinaryField(_("encrypted seed"))
    made_at = models.DateTimeField(_("made"), default=utc_now)

    class Meta:
        verbose_name = _("platform's seed of a random end")
        verbose_name_plural = _("platform's seeds of random ends")

    def __str__(self) -> str:
        return str(self.auction_id)
