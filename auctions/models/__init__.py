"""Auction, seat, connections, ledger, attempts, snapshot, observer links."""

from auctions.models.auction import Auction, LotReserve, Seat
from auctions.models.connection import SeatConnection
from auctions.models.gate import CommandOutcome, GateLease
from auctions.models.integrity import AlertDecision, IntegrityAlert, IntegrityScreening
from auctions.models.ledger import AttemptEntry, Checkpoint, HeadStamp, LedgerEntry, Snapshot
from auctions.models.observer import ObserverLink
from auctions.models.sealing import PlatformSeed, SealingKey

__all__ = [
    "AlertDecision",
    "AttemptEntry",
    "Auction",
    "Checkpoint",
    "CommandOutcome",
    "GateLease",
    "HeadStamp",
    "IntegrityAlert",
    "IntegrityScreening",
    "LedgerEntry",
    "LotReserve",
    "ObserverLink",
    "PlatformSeed",
    "SealingKey",
    "Seat",
    "SeatConnection",
    "Snapshot",
]
