"""Sealed offers and packages, the keys and seeds that open them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auctions.domain.codec import later
from auctions.domain.commands.auction import OpenedReserve


class KeyHolder(StrEnum):
    """Which of the two keys that open sealed offers together."""

    AUDITOR = "auditor"
    OFFICE = "office"  # the buyer's officer or the platform


class KeyMeans(StrEnum):
    """From where a key was handed over."""

    PERSON = "person"  # unlocked by the passphrase of its keeper
    RECOVERY = "recovery"  # the recovery sheet kept offline
    FILE = "file"  # the officer's copy
    PLATFORM = "platform"  # the platform's own copy


class OpeningRole(StrEnum):
    """In which role a person took a part of an opening; the person is kept outside the ledger."""

    OFFICER = "officer"  # of the buyer
    AUDITOR = "auditor"  # of the buyer's company
    NEUTRAL = "neutral"  # a person of the operator


@dataclass(frozen=True, slots=True)
class SetSealingKey:
    """Make a public key known; offers are sealed to both of them. Once for each holder."""

    holder: KeyHolder
    public_key: str  # hex of an uncompressed point of P-256


@dataclass(frozen=True, slots=True)
class SetRoundKeys:
    """Make one holder's public keys known, one for each round, in their order. Once."""

    holder: KeyHolder
    public_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceSealedOffer:
    """A binding offer for a lot that nobody can read before the opening; replaces one's last."""

    seat: str
    lot: int
    envelope: str  # hex, of one length for each lot: kernel.sealing, rules.sealed_lines
    ref: str
    round: int | None = later()  # for which it is sealed, where there are sealed rounds


@dataclass(frozen=True, slots=True)
class PlaceSealedPackage:
    """A binding offer over several lots, all or nothing, that nobody can read before the opening.

    Replaces one's last of that number. Number 0 is the discount on a condition.
    """

    seat: str
    package: int
    envelope: str  # hex, of one length, longer than that of an offer for one lot
    ref: str
    round: int | None = later()  # for which it is sealed, where there are sealed rounds


@dataclass(frozen=True, slots=True)
class WithdrawPackage:
    """Take back one's own package, or discount, before the deadline."""

    seat: str
    package: int
    ref: str
    round: int | None = later()  # of which it is, where there are sealed rounds


@dataclass(frozen=True, slots=True)
class HandOverKey:
    """The auditor's key is there, after the deadline; it was checked against the public one."""

    means: KeyMeans
    by: OpeningRole | None = later()


@dataclass(frozen=True, slots=True)
class OpenOffers:
    """Open every offer with both private keys (hex), and settle the lots.

    ``never_opened`` are lots whose reserve no entry opens, since the auction was called off: only
    a verifier names them, and takes it that the reserve was not met.
    """

    auditor_key: str
    office_key: str
    means: KeyMeans  # of the office's key
    reserves: tuple[OpenedReserve, ...] = ()
    never_opened: tuple[int, ...] | None = later()
    by: OpeningRole | None = later()  # who opens, whosever copy of the office's key is used


@dataclass(frozen=True, slots=True)
class CommitSeed:
    """Fix a seed of the random end by its hash, before the start. Once for each holder."""

    holder: KeyHolder
    commitment: str  # hex SHA-256


@dataclass(frozen=True, slots=True)
class RevealSeeds:
    """Open both seeds (hex) after the window, and settle the lots."""

    platform_seed: str
    auditor_seed: str
    reserves: tuple[OpenedReserve, ...] = ()
