"""What the server tells of the state: the latest wins."""

from __future__ import annotations

from typing import Any

from auctions.realtime.messages.base import Message
from auctions.realtime.messages.lots import LotInfo, LotView
from auctions.realtime.messages.room import FeedItem, Note, OwnBid, PricePoint, You


class Snapshot(Message, tag="snapshot", frozen=True):
    """Everything this viewer may see; replaces what the client knew."""

    auction: str
    reference: str
    title: str
    phase: str  # scheduled | prebid | running | closed | failed | cancelled | annulled
    now: str
    cursor: int
    you: You
    currency: str  # of the amounts told here: a supplier's own, else the auction's
    vat: str
    terms: dict[str, Any]  # the terms document
    terms_hash: str
    terms_version: int
    terms_accepted: bool | None
    consent_until: str | None
    lots_info: list[LotInfo]
    lots: list[LotView]
    own_bids: list[OwnBid]
    points: list[PricePoint]
    notes: list[Note]
    feed: list[FeedItem]
    connected: int | None = None  # buyer only, not where blind
    ended_reason: str = ""
    prices_declared: bool | None = None  # suppliers, where the terms ask for it
    vat_rate: str | None = None  # suppliers: the one declared, in percent


class Welcome(Message, tag="welcome", frozen=True):
    """The first message on every socket."""

    protocol: str
    now: str
    you: You
    cursor: int
    snapshot: Snapshot


class Standing(Message, tag="standing", frozen=True):
    """The standing of lots that moved. State: at most 20 a second, the latest wins."""

    now: str
    lots: list[LotView]
    points: list[PricePoint] = []  # new since the last standing
    connected: int | None = None


class Presence(Message, tag="presence", frozen=True):
    """Who is connected: to the buyer, not where the terms are blind. State."""

    now: str
    connected: int
    seats: dict[str, dict[str, Any]]  # seat -> {online, rtt_ms, since}


class Pong(Message, tag="pong", frozen=True):
    t: float
    now: str
    now_ms: float  # server time as Unix milliseconds


class Heartbeat(Message, tag="heartbeat", frozen=True):
    """Every 5 s: the viewer's current event cursor."""

    now: str
    cursor: int
