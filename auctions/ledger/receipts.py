"""Receipts and checkpoints: what the platform signs while the auction runs.

Neither tells a viewer anything but its own doings and the clock: no ``seq``, no chain hash, no
count. A receipt binds the platform to the leaf of the entry; a checkpoint binds it to the heads of
both chains through a blinded commitment that is opened in the export after the close. Both are
canonical JSON objects whose ``type`` keeps one signed thing from standing for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auctions.domain.codec import BodyMalformed
from auctions.ledger import chain
from auctions.ledger.codec import hash_from_hex
from kernel.canonical import canonical
from kernel.clock import moment_from_wire, moment_to_wire
from kernel.signing import Signer

RECEIPT = "fairfall-receipt-1"
CHECKPOINT = "fairfall-checkpoint-1"
EXPORT = "fairfall-export-1"
ACCEPTED = "accepted"
REFUSED = "refused"


def sign(document: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """The document with ``key_id`` and ``signature`` (hex Ed25519 over the canonical rest)."""
    signed = {**document, "key_id": signer.key_id}
    return {**signed, "signature": signer.sign(canonical(signed)).hex()}


def signed_bytes(document: Mapping[str, Any]) -> bytes:
    """What the signature of a signed document covers: all of it but the signature."""
    return canonical({key: value for key, value in document.items() if key != "signature"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that it recorded a command; for refusals too."""

    auction: str
    outcome: str  # ACCEPTED: an entry of the ledger; REFUSED: one of the attempts
    id: str  # opaque, random
    leaf: bytes
    party: str  # a seat, or "officer:buyer"
    ref: str
    payload: bytes  # codec.payload_hash of the command
    received_at: datetime

    def document(self) -> dict[str, Any]:
        """What is signed, without key and signature."""
        return {
            "type": RECEIPT,
            "auction": self.auction,
            "outcome": self.outcome,
            "id": self.id,
            "leaf": self.leaf.hex(),
            "party": self.party,
            "ref": self.ref,
            "payload": self.payload.hex(),
            "received_at": moment_to_wire(self.received_at),
        }

    def signed(self, signer: Signer) -> dict[str, Any]:
        """The receipt as it is handed over: document, ``key_id``, ``signature``."""
        return sign(self.document(), signer)


_RECEIPT_FIELDS = frozenset(
    {
        "type",
        "auction",
        "outcome",
        "id",
        "leaf",
        "party",
        "ref",
        "payload",
        "received_at",
        "key_id",
        "signature",
    }
)


def receipt_from(document: Any) -> Receipt:
    """The receipt of a signed document; raises BodyMalformed. The signature is not checked here."""
    _expect(document, _RECEIPT_FIELDS, RECEIPT)
    if document["outcome"] not in (ACCEPTED, REFUSED):
        raise BodyMalformed("a receipt is for an accepted or a refused command")
    return Receipt(
        auction=document["auction"],
        outcome=document["outcome"],
        id=document["id"],
        leaf=hash_from_hex(document["leaf"]),
        party=document["party"],
        ref=document["ref"],
        payload=hash_from_hex(document["payload"]),
        received_at=_moment(document["received_at"]),
    )


@dataclass(frozen=True, slots=True)
class Heads:
    """Where both chains stood at a moment: what a checkpoint commits to."""

    seq: int
    head: bytes
    attempts_seq: int
    attempts_head: bytes

    def document(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "head": self.head.hex(),
            "attempts_seq": self.attempts_seq,
            "attempts_head": self.attempts_head.hex(),
        }


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One of the regular words on where the chains stand. ``number`` counts 1, 2, ... ."""

    auction: str
    number: int
    at: datetime
    heads: Heads
    salt: bytes

    @property
    def commitment(self) -> bytes:
        """SHA-256(salt || canonical {auction, number, at, heads}): tells nothing by itself."""
        return chain.blinded(
            self.salt,
            {
                "auction": self.auction,
                "number": self.number,
                "at": moment_to_wire(self.at),
                "heads": self.heads.document(),
            },
        )

    def document(self) -> dict[str, Any]:
        """What is signed and sent to every participant, activity or not."""
        return {
            "type": CHECKPOINT,
            "auction": self.auction,
            "number": self.number,
            "at": moment_to_wire(self.at),
            "commitment": self.commitment.hex(),
        }

    def signed(self, signer: Signer) -> dict[str, Any]:
        """The checkpoint as it is handed over."""
        return sign(self.document(), signer)


_CHECKPOINT_FIELDS = frozenset(
    {"type", "auction", "number", "at", "commitment", "key_id", "signature"}
)
_HEADS_FIELDS = frozenset({"seq", "head", "attempts_seq", "attempts_head"})


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as a participant holds it: the heads stay hidden in the commitment."""

    auction: str
    number: int
    at: datetime
    commitment: bytes


def checkpoint_from(document: Any) -> SignedCheckpoint:
    """The checkpoint of a signed document; raises BodyMalformed. The signature is not checked."""
    _expect(document, _CHECKPOINT_FIELDS, CHECKPOINT)
    if type(document["number"]) is not int:
        raise BodyMalformed("a checkpoint's number must be an integer")
    return SignedCheckpoint(
        auction=document["auction"],
        number=document["number"],
        at=_moment(document["at"]),
        commitment=hash_from_hex(document["commitment"]),
    )


def heads_from(document: Any) -> Heads:
    """The inverse of :meth:`Heads.document`; raises BodyMalformed."""
    if not isinstance(document, dict) or document.keys() != _HEADS_FIELDS:
        raise BodyMalformed("heads have four fields")
    if type(document["seq"]) is not int or type(document["attempts_seq"]) is not int:
        raise BodyMalformed("seq must be an integer")
    return Heads(
        seq=document["seq"],
        head=hash_from_hex(document["head"]),
        attempts_seq=document["attempts_seq"],
        attempts_head=hash_from_hex(document["attempts_head"]),
    )


def _expect(document: Any, names: frozenset[str], kind: str) -> None:
    if not isinstance(document, dict) or document.keys() != names:
        raise BodyMalformed(f"a {kind} has exactly the fields {', '.join(sorted(names))}")
    if document["type"] != kind:
        raise BodyMalformed(f"expected a {kind}, found {document['type']!r}")
    texts = names - {"number"}
    if not all(isinstance(document[name], str) for name in texts):
        raise BodyMalformed(f"the fields of a {kind} are texts")


def _moment(text: Any) -> datetime:
    try:
        return moment_from_wire(text)
    except Exception as error:
        raise BodyMalformed(f"not a moment: {text!r}") from error
