"""What the gate remembers: the answer to every ``ref``, and which gates are alive."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auctions.models.auction import Auction
from auctions.models.sizes import sized
from kernel.ids import new_id


class OutcomeKind(models.TextChoices):
    """What became of a command."""

    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    ABANDONED = "abandoned", _("Abandoned")


class CommandOutcome(models.Model):
    """What became of a command, for ever: ``(auction, party, ref)`` has one outcome.

    ``id`` is the opaque id of the receipt. ``party`` is a seat's code or ``officer:<side>``.
    ``seq`` counts in the ledger for an accepted command, in the attempts otherwise.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("auction"),
    )
    party = models.CharField(_("party"), max_length=40)
    ref = models.CharField(_("reference"), max_length=64)
    kind = models.CharField(_("outcome"), max_length=10, choices=OutcomeKind.choices)
    payload_hash = models.BinaryField(_("hash of the payload"))
    received_at = models.DateTimeField(_("received"))
    seq = models.PositiveIntegerField(_("number"))
    answer = models.JSONField(_("answer"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("outcome of a command")
        verbose_name_plural = _("outcomes of commands")
        ordering = ("auction", "received_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("auction", "party", "ref"), name="auctions_outcome_ref_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OutcomeKind.values), name="auctions_outcome_kind_known"
            ),
            models.CheckConstraint(
                condition=sized("payload_hash", 32), name="auctions_outcome_payload_size"
            ),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.ref}"


class GateLease(models.Model):
    """A living gate process. Everything it received up to ``watermark`` is decided.

    The table is unlogged: after a crash of the database every gate publishes itself anew.
    """

    process = models.UUIDField(_("process"), primary_key=True, default=new_id)
    epoch = models.PositiveIntegerField(_("epoch"), default=1)
    watermark = models.DateTimeField(_("watermark"))
    lease_until = models.DateTimeField(_("lease until"))

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        indexes = (models.Index(fields=("lease_until",), name="auctions_gate_lease_until"),)

    def __str__(self) -> str:
        return str(self.process)
