"""The two chains, checkpoints of their heads, and snapshots of the state they evolve to.

``LedgerEntry``, ``AttemptEntry`` and ``Checkpoint`` can only be added to: the migration takes
UPDATE, DELETE and TRUNCATE from every role but the owner, and a trigger refuses them to the owner.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auctions.models.auction import Auction
from auctions.models.sizes import sized
from kernel.clock import utc_now


class ChainEntry(models.Model):
    """One entry of a chain; see docs/adr/0001-ledger-format.md. ``body`` is canonical JSON."""

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("auction"),
    )
    seq = models.PositiveIntegerField(_("number"))
    recorded_at = models.DateTimeField(_("recorded"))
    kind = models.CharField(_("kind"), max_length=40)
    body = models.TextField(_("content"))
    salt = models.BinaryField(_("salt"))
    leaf = models.BinaryField(_("leaf"))
    hash = models.BinaryField(_("chain hash"))

    class Meta:
        abstract = True


def _chain_constraints(name: str) -> tuple[models.BaseConstraint, ...]:
    return (
        models.UniqueConstraint(fields=("auction", "seq"), name=f"{name}_seq_unique"),
        models.CheckConstraint(condition=Q(seq__gt=0), name=f"{name}_seq_positive"),
        models.CheckConstraint(
            condition=sized("salt", 32) & sized("leaf", 32) & sized("hash", 32),
            name=f"{name}_hash_sizes",
        ),
    )


class LedgerEntry(ChainEntry):
    """What happened: a domain event."""

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ("auction", "seq")
        constraints = _chain_constraints("auctions_ledger")

    def __str__(self) -> str:
        return f"{self.auction_id} {self.seq} {self.kind}"


class AttemptEntry(ChainEntry):
    """What was refused or abandoned."""

    class Meta:
        verbose_name = _("refused attempt")
        verbose_name_plural = _("refused attempts")
        ordering = ("auction", "seq")
        constraints = _chain_constraints("auctions_attempt")

    def __str__(self) -> str:
        return f"{self.auction_id} {self.seq} {self.kind}"


class Checkpoint(models.Model):
    """Where both chains stood at a moment, and the signed commitment that was sent about it."""

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="checkpoints",
        db_index=False,
        verbose_name=_("auction"),
    )
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    seq = models.PositiveIntegerField(_("entries"))
    head = models.BinaryField(_("head"))
    attempts_seq = models.PositiveIntegerField(_("attempts"))
    attempts_head = models.BinaryField(_("head of the attempts"))
    salt = models.BinaryField(_("salt"))
    key_id = models.CharField(_("key"), max_length=32)
    signature = models.BinaryField(_("signature"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ("auction", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("auction", "number"), name="auctions_checkpoint_number_unique"
            ),
            models.CheckConstraint(
                condition=sized("head", 32)
                & sized("attempts_head", 32)
                & sized("salt", 32)
                & sized("signature", 64),
                name="auctions_checkpoint_sizes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.auction_id} {self.number}"


class HeadStamp(models.Model):
    """A time stamp (RFC 3161) of a ledger's head, as its authority answered."""

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.PROTECT,
        related_name="head_stamps",
        db_index=False,
        verbose_name=_("auction"),
    )
    seq = models.PositiveIntegerField(_("entries"))
    head = models.BinaryField(_("head"))
    token = models.BinaryField(_("time stamp"))
    authority = models.CharField(_("authority"), max_length=300)
    stamped_at = models.DateTimeField(_("stamped"))
    received_at = models.DateTimeField(_("received"), default=utc_now)

    class Meta:
        verbose_name = _("time stamp")
        verbose_name_plural = _("time stamps")
        ordering = ("auction", "seq")
        constraints = (
            models.UniqueConstraint(fields=("auction", "seq"), name="auctions_headstamp_once"),
            models.CheckConstraint(
                condition=sized("head", 32), name="auctions_headstamp_head_size"
            ),
        )

    def __str__(self) -> str:
        return f"{self.auction_id} {self.seq}"


class Snapshot(models.Model):
    """The state after an entry, so that loading need not evolve everything. Safe to delete."""

    id = models.BigAutoField(primary_key=True)
    auction = models.ForeignKey(  # the unique constraint below is its index
        Auction,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("auction"),
    )
    seq = models.PositiveIntegerField(_("number"))
    head_hash = models.BinaryField(_("chain hash"))
    rules_version = models.PositiveSmallIntegerField(_("version of the rules"))
    state = models.TextField(_("state"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ("auction", "seq")
        constraints = (
            models.UniqueConstraint(
                fields=("auction", "seq", "rules_version"), name="auctions_snapshot_seq_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.auction_id} {self.seq}"
