"""What the server answers, and what happened: never dropped."""

from __future__ import annotations

from typing import Any

from auctions.realtime.messages.base import Message
from auctions.realtime.messages.lots import LotView


class Ack(Message, tag="ack", frozen=True):
    """Accepted: durable, with a signed receipt. Answers a command; also an event."""

    ref: str
    leaf: str
    id: str
    key_id: str
    signature: str
    received_at: str
    repeated: bool = False  # this ref was answered before: the first answer again
    result: dict[str, Any] = {}  # e.g. {"lot": 1, "amount": "499.50"}


class Refused(Message, tag="refused", frozen=True):
    """Refused, with the reason. ``final`` false: the ref is not consumed, send it again."""

    ref: str | None
    code: str
    message: str
    data: dict[str, Any]
    final: bool
    field: str | None = None
    leaf: str | None = None
    id: str | None = None
    key_id: str | None = None
    signature: str | None = None
    received_at: str | None = None
    repeated: bool = False


class UnknownRef(Message, tag="unknown_ref", frozen=True):
    """The server has no outcome of this ref, and none is under way in a live gate."""

    ref: str
    pending: bool  # true: it is being decided, ask again


class Event(Message, tag="event", frozen=True):
    """Something happened that this viewer may know; never dropped.

    ``kind`` is the ledger's kind of entry (``lot_started``, ``deadline_moved``, ``lot_paused``,
    ``message_posted`` ...); ``data`` holds what visibility grants of it; ``lots`` the lots it
    touched as they stand after it.
    """

    cursor: int
    prev: int
    at: str
    kind: str
    lot: int | None
    data: dict[str, Any]
    phase: str
    lots: list[LotView] = []


class Checkpoint(Message, tag="checkpoint", frozen=True):
    """A signed commitment to the ledger's head, each 60 s, activity or not."""

    cursor: int
    prev: int
    number: int  # 1, 2, ... : part of what is signed
    at: str
    commitment: str
    key_id: str
    signature: str


class Ended(Message, tag="ended", frozen=True):
    """The server closes this socket now and says why."""

    code: int
    reason: str
