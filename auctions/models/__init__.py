"""Auction, seat, connections, ledger, attempts, snapshot, observer links."""

from auctions.models.auction import Auction, LotReserve, Seat
from auctions.models.connection import SeatConnection
from auctions.models.gate import CommandOutcome, GateLease
from auctions.models.ledger import AttemptEntry, Checkpoint, HeadStamp, LedgerEntry, Snapshot
from auctions.models.observer import ObserverLink
from auctions.models.sealing import SealingKey

__all__ = [
    "AttemptEntry",
    "Auction",
    "Checkpoint",
    "CommandOutcome",
    "GateLease",
    "HeadStamp",
    "LedgerEntry",
    "LotReserve",
    "ObserverLink",
    "SealingKey",
    "Seat",
    "SeatConnection",
    "Snapshot",
]
