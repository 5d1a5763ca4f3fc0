"""When each seat was connected, and from where as far as it can be compared with others."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from auctions.models.auction import Auction
from kernel.ids import new_id


class ConnectionEnd(models.TextChoices):
    """How a connection ended, as far as the server could see."""

    LEFT = "left", _("left")  # the client said good-bye
    LOST = "lost", _("lost")  # it did not
    ENDED = "ended", _("ended by the platform")


class SeatConnection(models.Model):
    """One socket of one seat. While open, ``ended_at`` is empty; then its ``process`` tells whether
    it still is: of a process that ended without a word nobody knows.

    ``address`` and ``device`` are keyed hashes of this auction alone: equal means equal, nothing
    can be read back, and seats of two auctions cannot be compared. They are emptied before the row
    is deleted; see :mod:`auctions.integrity.keeping`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    auction = models.ForeignKey(  # the migration adds the constraint, which deletes with a demo
        Auction,
        on_delete=models.CASCADE,
        related_name="connections",
        db_constraint=False,
        db_index=False,
        verbose_name=_("auction"),
    )
    seat = models.CharField(_("seat"), max_length=16)
    process = models.UUIDField(_("process"))
    opened_at = models.DateTimeField(_("connected"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=5, choices=ConnectionEnd.choices, blank=True)
    rtt_ms = models.PositiveIntegerField(_("shortest round trip, ms"), null=True, blank=True)
    address = models.CharField(_("hash of the address"), max_length=64, blank=True)
    device = models.CharField(_("hash of the device"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ("auction", "opened_at", "id")
        indexes = (
            models.Index(fields=("auction", "opened_at"), name="auctions_connection_of_auction"),
            models.Index(fields=("opened_at",), name="auctions_connection_opened"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at=None, how="")
                | (Q(ended_at__gte=F("opened_at")) & Q(how__in=ConnectionEnd.values)),
                name="auctions_connection_end_whole",
            ),
            models.CheckConstraint(
                condition=Q(address__regex=r"^([0-9a-f]{64})?$")
                & Q(device__regex=r"^([0-9a-f]{64})?$"),
                name="auctions_connection_hash_form",
            ),
        )

    def __str__(self) -> str:
        return f"{self.seat} {self.opened_at:%Y-%m-%d %H:%M:%S}"
