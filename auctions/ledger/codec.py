"""Entries of both chains as values: made from events and refusals, to JSON and back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain.codec import BodyMalformed, from_body, to_body
from auctions.domain.commands import (
    ApproveSurrogate,
    Command,
    PlaceBid,
    PlaceSurrogateBid,
    RequestUnlock,
    SetBidLimit,
)
from auctions.domain.events import Event, event_body, event_from
from auctions.ledger import chain
from kernel.canonical import NotCanonical, canonical
from kernel.clock import moment_from_wire, moment_to_wire
from kernel.decimals import to_wire

ATTEMPT_REFUSED = "attempt_refused"
ATTEMPT_ABANDONED = "attempt_abandoned"
ATTEMPT_KINDS = (ATTEMPT_REFUSED, ATTEMPT_ABANDONED)
_HEX_32 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def _command_name(cls: type[Any]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


COMMANDS: dict[str, type[Any]] = {_command_name(cls): cls for cls in Command.__args__}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a chain. ``body_json`` is the canonical body, byte for byte as hashed."""

    auction: str  # UUID, lower-case text
    seq: int  # 1, 2, ... without gaps
    recorded_at: datetime
    kind: str
    body_json: bytes
    salt: bytes
    leaf: bytes
    hash: bytes

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body_json.decode("utf-8"))
        return parsed

    def event(self) -> Event:
        """The domain event of an entry of the ledger; raises BodyMalformed."""
        return event_from(self.kind, self.body)


def next_entry(
    *,
    auction: str,
    previous: bytes,
    seq: int,
    recorded_at: datetime,
    kind: str,
    body: Mapping[str, Any],
    salt: bytes,
) -> Entry:
    """The entry that follows ``previous`` in its chain."""
    body_json = canonical(dict(body))
    leaf = chain.leaf(salt, chain.envelope(auction, seq, recorded_at, kind, body_json))
    return Entry(
        auction=auction,
        seq=seq,
        recorded_at=recorded_at,
        kind=kind,
        body_json=body_json,
        salt=salt,
        leaf=leaf,
        hash=chain.link(previous, leaf),
    )


def event_record(event: Event) -> tuple[str, dict[str, Any]]:
    """Kind and body under which an event is written."""
    return event.kind, event_body(event)


# Commands and attempts -----------------------------------------------------------------------


def command_document(command: Command) -> dict[str, Any]:
    """``{"name": "place_bid", "fields": {...}}``: a command as attempts and receipts know it."""
    if isinstance(command, SetBidLimit):  # a limit is never written down
        command = replace(command, sealed=None, opened=None)
    return {"name": _command_name(type(command)), "fields": to_body(command)}


def command_from(document: Mapping[str, Any]) -> Command:
    """The inverse of :func:`command_document`; raises BodyMalformed."""
    name = document.get("name")
    cls = COMMANDS.get(name) if isinstance(name, str) else None
    if cls is None or set(document) != {"name", "fields"}:
        raise BodyMalformed(f"unknown command: {name!r}")
    command: Command = from_body(cls, document["fields"])
    return command


def payload_hash(command: Command) -> bytes:
    """SHA-256 of what was asked: equal for a repeated ``ref`` exactly when it asks the same.

    Of prices, zeros at the end do not count (``9.5`` asks for ``9.50``), and how a bid was typed
    again matters only in so far as it equals the bid: an entry keeps no more, and can so be
    compared with its receipt.
    """
    document = command_document(command)
    if isinstance(command, PlaceBid | RequestUnlock | ApproveSurrogate | PlaceSurrogateBid):
        document["fields"]["amount"] = _plain(command.amount)
    if isinstance(command, PlaceBid | ApproveSurrogate):
        document["fields"]["retyped"] = (
            None if command.retyped is None else command.retyped == command.amount
        )
        if isinstance(command, PlaceBid) and command.lines is not None:
            document["fields"]["lines"] = [_plain(price) for price in command.lines]
    return hashlib.sha256(canonical(document)).digest()


def _plain(amount: Decimal) -> str:
    text = to_wire(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Attempt:
    """A command that changed nothing: refused by the rules or the gate, or abandoned by its party.

    ``after`` is the last entry of the ledger when it was decided, so that anyone who may open
    both can decide it again. ``command`` is None where only the ``ref`` is known, or where what
    was asked cannot be written down.
    """

    kind: str  # of ATTEMPT_KINDS
    party: str  # a seat, or "officer:buyer"
    ref: str
    received_at: datetime
    after: int
    command: Command | None = None
    code: str = ""  # of the refusal
    data: Mapping[str, Any] | None = None  # of the refusal

    def body(self) -> dict[str, Any]:
        """The body of its entry in the chain of attempts."""
        return {
            "party": self.party,
            "ref": self.ref,
            "received_at": moment_to_wire(self.received_at),
            "after": self.after,
            "command": None if self.command is None else _writable(command_document(self.command)),
            "code": self.code,
            "data": _writable(to_body(dict(self.data or {}))) or {},
        }


def _writable(value: Any) -> Any:
    """The value, or None where no canonical body can hold it (a refused integer beyond 2**53)."""
    try:
        canonical(value)
    except NotCanonical:
        return None
    return value


def attempt_from(kind: str, body: Mapping[str, Any]) -> Attempt:
    """The inverse of :meth:`Attempt.body`; raises BodyMalformed."""
    fields = {"party", "ref", "received_at", "after", "command", "code", "data"}
    if kind not in ATTEMPT_KINDS or set(body) != fields:
        raise BodyMalformed(f"not an attempt: {kind!r}")
    texts = (body["party"], body["ref"], body["code"])
    fit = all(isinstance(text, str) for text in texts) and isinstance(body["data"], dict)
    command = body["command"]
    if not fit or type(body["after"]) is not int or not isinstance(command, dict | None):
        raise BodyMalformed("the fields of an attempt have other types")
    return Attempt(
        kind=kind,
        party=body["party"],
        ref=body["ref"],
        received_at=moment_from_wire(body["received_at"]),
        after=body["after"],
        command=None if command is None else command_from(command),
        code=body["code"],
        data=body["data"],
    )


# Exports -------------------------------------------------------------------------------------

_OPENED = {"seq", "recorded_at", "kind", "body", "salt", "leaf", "hash"}
_CLOSED = {"seq", "leaf", "hash"}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a chain's export says of one entry; the rest is None where it is closed."""

    seq: int
    leaf: bytes
    hash: bytes
    recorded_at: datetime | None = None
    kind: str | None = None
    body_json: bytes | None = None
    salt: bytes | None = None

    @property
    def is_open(self) -> bool:
        return self.salt is not None

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body_json or b"{}")
        return parsed


def opened_json(entry: Entry) -> dict[str, Any]:
    """An entry in an export, with all that is needed to derive its leaf."""
    return {
        "recorded_at": moment_to_wire(entry.recorded_at),
        "kind": entry.kind,
        "body": entry.body,
        "salt": entry.salt.hex(),
        **closed_json(entry),
    }


def closed_json(entry: Entry) -> dict[str, Any]:
    """An entry in an export of which only the leaf may be told."""
    return {"seq": entry.seq, "leaf": entry.leaf.hex(), "hash": entry.hash.hex()}


def opening_from(document: Any) -> Opening:
    """One entry of an export; raises BodyMalformed."""
    if not isinstance(document, dict) or set(document) not in (_OPENED, _CLOSED):
        raise BodyMalformed("an entry has the fields of an opened or of a closed one")
    seq = document["seq"]
    if type(seq) is not int:
        raise BodyMalformed("seq must be an integer")
    leaf, hash_ = hash_from_hex(document["leaf"]), hash_from_hex(document["hash"])
    if set(document) == _CLOSED:
        return Opening(seq=seq, leaf=leaf, hash=hash_)
    if not isinstance(document["kind"], str) or not document["kind"].isascii():
        raise BodyMalformed("kind must be ASCII text")
    if not isinstance(document["body"], dict):
        raise BodyMalformed("body must be an object")
    try:
        recorded_at = moment_from_wire(document["recorded_at"])
        body_json = canonical(document["body"])
    except Exception as error:
        raise BodyMalformed(str(error)) from error
    return Opening(
        seq=seq,
        leaf=leaf,
        hash=hash_,
        recorded_at=recorded_at,
        kind=document["kind"],
        body_json=body_json,
        salt=hash_from_hex(document["salt"]),
    )


def hash_from_hex(text: Any) -> bytes:
    """32 bytes of 64 lower-case hex digits; raises BodyMalformed."""
    if not isinstance(text, str) or _HEX_32.fullmatch(text) is None:
        raise BodyMalformed("expected 64 lower-case hex digits")
    return bytes.fromhex(text)
