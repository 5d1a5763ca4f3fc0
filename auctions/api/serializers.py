"""Shapes of the auction API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from auctions.ledger.receipts import ACCEPTED, CHECKPOINT, REFUSED
from auctions.models import Auction, Checkpoint, CommandOutcome
from auctions.services.verifying import receipt_document
from kernel.clock import moment_to_wire


class AuctionSerializer(serializers.ModelSerializer[Auction]):
    """A line of the list."""

    reference = serializers.CharField(source="subject.reference", read_only=True)
    title = serializers.CharField(source="subject.title", read_only=True)
    role = serializers.SerializerMethodField()

    class Meta:
        model = Auction
        fields = ("id", "reference", "title", "phase", "role", "created_at", "closed_at")

    def get_role(self, auction: Auction) -> str:
        """``buyer`` or ``supplier``."""
        view = self.context.get("view")
        company: UUID | None = None if view is None else view.actor.company_id
        return "buyer" if auction.owner_id == company else "supplier"


class ReceiptSerializer(serializers.Serializer[CommandOutcome]):
    """A signed receipt: what is signed, the key's id and the signature."""

    type = serializers.CharField()
    auction = serializers.UUIDField()
    outcome = serializers.ChoiceField([ACCEPTED, REFUSED])
    id = serializers.UUIDField()
    leaf = serializers.CharField()
    party = serializers.CharField()
    ref = serializers.CharField()
    payload = serializers.CharField()
    received_at = serializers.CharField()
    key_id = serializers.CharField()
    signature = serializers.CharField()

    def to_representation(self, outcome: CommandOutcome) -> dict[str, Any]:
        return receipt_document(outcome)


class CheckpointSerializer(serializers.Serializer[Checkpoint]):
    """A signed checkpoint: it commits to both chains without telling their heads."""

    type = serializers.CharField()
    auction = serializers.UUIDField()
    number = serializers.IntegerField()
    at = serializers.CharField()
    commitment = serializers.CharField()
    key_id = serializers.CharField()
    signature = serializers.CharField()

    def to_representation(self, row: Checkpoint) -> dict[str, Any]:
        from auctions.ledger.receipts import Checkpoint as Signed
        from auctions.ledger.receipts import Heads

        heads = Heads(row.seq, bytes(row.head), row.attempts_seq, bytes(row.attempts_head))
        signed = Signed(str(row.auction_id), row.number, row.at, heads, bytes(row.salt))
        return {
            "type": CHECKPOINT,
            "auction": str(row.auction_id),
            "number": row.number,
            "at": moment_to_wire(row.at),
            "commitment": signed.commitment.hex(),
            "key_id": row.key_id,
            "signature": bytes(row.signature).hex(),
        }
