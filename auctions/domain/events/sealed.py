"""Sealed offers: their keys, the offers, the opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from auctions.domain.codec import later
from auctions.domain.commands import KeyHolder, KeyMeans, OpeningRole


@dataclass(frozen=True, slots=True)
class SealingKeySet:
    """A public key to which sealed offers are encrypted."""

    kind: ClassVar[str] = "sealing_key_set"
    holder: KeyHolder
    public_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SealedOfferPlaced:
    """``envelope`` is the whole encrypted offer: what is opened later is this, or nothing."""

    kind: ClassVar[str] = "sealed_offer_placed"
    lot: int
    seat: str
    envelope: str
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class SealedOfferWithdrawn:
    kind: ClassVar[str] = "sealed_offer_withdrawn"
    lot: int
    seat: str
    offer: int  # seq of the offer taken back
    received_at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class LotSealed:
    """The deadline passed with offers: from now on they wait for their opening."""

    kind: ClassVar[str] = "lot_sealed"
    lot: int
    at: datetime
    offers: int


@dataclass(frozen=True, slots=True)
class KeyHandedOver:
    """The auditor's key is there; the offers open with the office's."""

    kind: ClassVar[str] = "key_handed_over"
    holder: KeyHolder
    means: KeyMeans
    at: datetime
    by: OpeningRole | None = later()  # None in ledgers older than this


@dataclass(frozen=True, slots=True)
class OffersOpened:
    """Both private keys, published with the opening so that anybody may decrypt again.

    Who took which part stands beside from where the key came: the officer, and a second person of
    those who keep the auditor's key, may both open with the platform's copy.
    """

    kind: ClassVar[str] = "offers_opened"
    auditor_key: str
    office_key: str
    auditor_means: KeyMeans
    office_means: KeyMeans
    at: datetime
    auditor_by: OpeningRole | None = later()  # who handed the auditor's key over
    office_by: OpeningRole | None = later()  # who opened


@dataclass(frozen=True, slots=True)
class OfferOpened:
    kind: ClassVar[str] = "offer_opened"
    lot: int
    seat: str
    offer: int  # seq of the sealed offer
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OfferRejected:
    """What the envelope held is no offer by the terms; ``reason`` is a code."""

    kind: ClassVar[str] = "offer_rejected"
    lot: int
    seat: str
    offer: int
    reason: str
