"""Auction, seat, ledger, attempts, snapshot, observer links."""

from auctions.models.auction import Auction, LotReserve, Seat
from auctions.models.gate import CommandOutcome, GateLease
from auctions.models.ledger import AttemptEntry, Checkpoint, LedgerEntry, Snapshot
from auctions.models.observer import ObserverLink

__all__ = [
    "AttemptEntry",
    "Auction",
    "Checkpoint",
    "CommandOutcome",
    "GateLease",
    "LedgerEntry",
    "LotReserve",
    "ObserverLink",
    "Seat",
    "Snapshot",
]
