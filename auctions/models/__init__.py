"""Auction, seat, ledger, attempts, snapshot."""

from auctions.models.auction import Auction, LotReserve, Seat
from auctions.models.gate import CommandOutcome, GateLease
from auctions.models.ledger import AttemptEntry, Checkpoint, LedgerEntry, Snapshot

__all__ = [
    "AttemptEntry",
    "Auction",
    "Checkpoint",
    "CommandOutcome",
    "GateLease",
    "LedgerEntry",
    "LotReserve",
    "Seat",
    "Snapshot",
]
