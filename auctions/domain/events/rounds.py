"""Sealed rounds: their keys, and how one round follows another.

Offers, their deadline, the handing over of a key and the opening are the entries of sealed offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from auctions.domain.commands import KeyHolder


@dataclass(frozen=True, slots=True)
class RoundKeysSet:
    """One holder's public keys, one for each round: nobody makes one after the first offer."""

    kind: ClassVar[str] = "round_keys_set"
    holder: KeyHolder
    public_keys: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SealedRoundStarted:
    kind: ClassVar[str] = "sealed_round_started"
    lot: int
    round: int
    at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class SealedRoundEnded:
    """From now on what was opened stands: each valid offer is its supplier's best."""

    kind: ClassVar[str] = "sealed_round_ended"
    lot: int
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SealedRoundScheduled:
    kind: ClassVar[str] = "sealed_round_scheduled"
    lot: int
    round: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class RoundsStopped:
    """There is no further round on the lot. ``cause`` is the first rule that held."""

    kind: ClassVar[str] = "rounds_stopped"
    lot: int
    round: int
    cause: str
