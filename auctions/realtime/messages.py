"""The live protocol ``fairfall.v1``: every message, typed and closed.

JSON over WebSocket, one object a frame, ``type`` names the message. Amounts are decimal strings,
moments UTC text with six digits, durations whole milliseconds. Unknown fields are refused.

Server messages of the *event* kind are never dropped: they carry ``cursor`` and ``prev``,
contiguous per viewer and telling nothing about others. ``standing`` is state: the latest wins.
``docs/api/asyncapi.yaml`` is generated from this file.
"""

from __future__ import annotations

from typing import Any

import msgspec

from auctions.realtime.part import Part
from auctions.realtime.turns_part import TurnsView


class Message(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=False, tag_field="type"):
    """Base of all messages."""


# --- client to server -------------------------------------------------------------------------


class Bid(Message, tag="bid", frozen=True):
    """Place a binding bid. ``retyped`` repeats the amount past the guard's threshold."""

    ref: str
    lot: int
    amount: str
    retyped: str | None = None


class SealedOffer(Message, tag="sealed_offer", frozen=True):
    """Place, or replace, an encrypted offer; ``envelope`` in lower-case hex, of one length."""

    ref: str
    lot: int
    envelope: str


class Accept(Message, tag="accept", frozen=True):
    """Accept the price of a level of a lot (Dutch, Japanese). What binds is the level named."""

    ref: str
    lot: int
    level: int


class Withdraw(Message, tag="withdraw", frozen=True):
    """Ask to take back one's own latest bid on a lot."""

    ref: str
    lot: int


class Unlock(Message, tag="unlock", frozen=True):
    """Ask a neutral person to let an amount past the guard's block."""

    ref: str
    lot: int
    amount: str


class SetLimit(Message, tag="set_limit", frozen=True):
    """Have bids placed for one's own seat, down to a limit that nobody else is told."""

    ref: str
    lot: int
    amount: str  # unit price; replaces the last limit on the lot
    retyped: str | None = None  # the amount, typed again past the guard's threshold


class EndLimit(Message, tag="end_limit", frozen=True):
    """Have no more bids placed for one's own seat on a lot."""

    ref: str
    lot: int


class AcceptTerms(Message, tag="accept_terms", frozen=True):
    """Accept a version of the terms by its hash."""

    ref: str
    version: int
    terms_hash: str


class PostMessage(Message, tag="message", frozen=True):
    """Write to ``buyer`` (suppliers), to ``all`` or to one seat (buyer)."""

    ref: str
    text: str
    to: str = "buyer"


class Pause(Message, tag="pause", frozen=True):
    ref: str
    reason: str


class Resume(Message, tag="resume", frozen=True):
    ref: str


class Extend(Message, tag="extend", frozen=True):
    ref: str
    lot: int
    length_ms: int


class DecideWithdrawal(Message, tag="decide_withdrawal", frozen=True):
    ref: str
    lot: int
    approve: bool
    reason: str


class DecideUnlock(Message, tag="decide_unlock", frozen=True):
    ref: str
    lot: int
    seat: str
    approve: bool
    reason: str


class ChangeTerms(Message, tag="change_terms", frozen=True):
    """Publish the next version of the terms of a paused auction; everybody's consent is asked.

    ``terms`` is the whole document, as a snapshot carries it, with ``version`` one higher.
    """

    ref: str
    terms: dict[str, Any]


class Cancel(Message, tag="cancel", frozen=True):
    ref: str
    reason: str


class Annul(Message, tag="annul", frozen=True):
    ref: str
    reason: str


class Status(Message, tag="status", frozen=True):
    """What became of ``ref``? Answered by ``ack``, ``refused`` or ``unknown_ref``."""

    ref: str


class Abandon(Message, tag="abandon", frozen=True):
    """Never do ``ref``, should it still arrive. Answered as ``status``."""

    ref: str


class Seen(Message, tag="seen", frozen=True):
    """The last event cursor this client has processed; at most once a second."""

    cursor: int


class NeedSnapshot(Message, tag="need_snapshot", frozen=True):
    """``prev`` did not fit: send a whole snapshot."""


class Ping(Message, tag="ping", frozen=True):
    """``t`` is the client's own clock in milliseconds, returned unchanged. ``rtt`` is what the
    client measured last, in milliseconds."""

    t: float
    rtt: float | None = None


ClientMessage = (
    Bid
    | SealedOffer
    | Accept
    | Withdraw
    | Unlock
    | SetLimit
    | EndLimit
    | AcceptTerms
    | PostMessage
    | Pause
    | Resume
    | Extend
    | DecideWithdrawal
    | DecideUnlock
    | ChangeTerms
    | Cancel
    | Annul
    | Status
    | Abandon
    | Seen
    | NeedSnapshot
    | Ping
)


# --- parts of server messages -----------------------------------------------------------------


class You(Part):
    """Who the server takes this socket for."""

    role: str  # supplier | buyer | neutral | observer
    seat: str | None = None  # own seat id, suppliers only
    name: str = ""  # own company's name
    may: list[str] = []  # commands this viewer may send


class LimitView(Part):
    """A supplier's own automatic bids on one lot; nobody else is told that there are any."""

    amount: str | None = None  # bids are placed down to it; null: none are placed
    room: bool = False  # whether one more bid fits above the limit
    left: int = 0  # how often a limit may still be set


class OwnStanding(Part):
    """A supplier's own figures on one lot."""

    best: str | None = None
    best_at: str | None = None
    total: str | None = None  # quantity x best
    bids: int = 0
    rank: int | None = None  # absent while the terms hide it
    of: int | None = None  # only where the count is shown
    leading: bool | None = None  # only where the rank or the lead is seen
    gap: str | None = None  # best - lead, only where the lead is seen
    most: str | None = None  # next valid bid; null: none possible or (first bid) no ceiling
    room: bool = True  # whether any amount above zero would do
    prebid: bool = False
    withdrawable_until: str | None = None
    withdrawal_pending: bool = False
    unlock_pending: str | None = None
    unlocked_to: str | None = None
    won: bool | None = None  # after the close
    awarded: bool | None = None
    values: list[str] | None = None  # own values of the criteria, where the terms score
    score: str | None = None  # of ``best``, to six digits
    disqualified: bool = False
    limit: LimitView | None = None  # where the terms have automatic bids


class Participant(Part):
    """One seat as the buyer sees it: by name, or by alias where the terms are blind."""

    seat: str  # seat id, or the alias where blind
    name: str
    country: str = ""
    accepted: bool = False  # the terms in force
    removed: bool = False
    declined: bool = False
    rank: int | None = None
    best: str | None = None
    total: str | None = None
    gap: str | None = None
    bids: int = 0
    last_bid_at: str | None = None
    online: bool | None = None  # absent where blind
    rtt_ms: int | None = None
    unlock_pending: str | None = None
    level: int | None = None  # the latest accepted, where prices move by levels
    out: bool | None = None  # did not accept a level within its time
    values: list[str] | None = None  # of the criteria, where the terms score
    score: str | None = None
    disqualified: bool = False


class UnlockView(Part):
    """A request that waits for a neutral person, shown to nobody else but its supplier."""

    seat: str
    name: str
    amount: str
    best: str | None = None


class SealedView(Part):
    """Sealed offers of one lot: the public keys in hex, and nothing that could be read."""

    auditor_key: str = ""  # empty until it is set
    office_key: str = ""
    handed_over: str | None = None  # person | recovery, once the auditor's key is there
    offers: int | None = None  # buyer, neutral: after the deadline, or by the terms
    own_at: str | None = None
    own_fingerprint: str | None = None  # SHA-256 of the own envelope
    own_rejected: str | None = None  # why the own offer was no offer, after the opening


class LevelView(Part):
    """Where prices move by levels (Dutch, Japanese): the level that holds until ``deadline``.

    What lies beyond the next level is told to nobody.
    """

    number: int  # 0, 1, 2, ...
    price: str
    total: str | None  # quantity x price
    opened_at: str
    next_price: str | None = None  # of the level that would follow
    own: str | None = None  # suppliers: open | accepted | out
    own_level: int | None = None  # suppliers: the latest accepted
    missed: int | None = None  # suppliers that are out: the level not accepted
    active: int | None = None  # who may accept this level, where the count is shown
    accepted: int | None = None  # buyer only: who has


class LotView(Part):
    """One lot as this viewer may see it now."""

    number: int
    phase: str  # waiting | prebid | running | settling | paused | sealed | closed
    starts_at: str | None = None
    deadline: str | None = None
    hard_stop: str | None = None
    resumes_at: str | None = None
    remaining_ms: int | None = None  # while paused
    pause_causes: list[str] = []
    extensions: int = 0
    ranks_hidden: bool = False
    own: OwnStanding | None = None
    lead: str | None = None
    lead_total: str | None = None
    reserve_met: bool | None = None
    bids: int | None = None  # buyer only
    participants: list[Participant] | None = None  # buyer only
    withdrawal_pending: str | None = None  # buyer, neutral: seat or alias
    unlocks: list[UnlockView] | None = None  # neutral only
    outcome: str | None = None  # won | no_bid | reserve_not_met
    winner: str | None = None
    price: str | None = None
    reserve: str | None = None  # once opened, to the buyer
    awarded: str | None = None  # the seat the award names
    sealed: SealedView | None = None  # of the sealed formats
    level: LevelView | None = None  # where prices move by levels, once the lot started
    turns: TurnsView | None = None  # of rounds in turns, once the lot started


class LotInfo(Part):
    """What does not change while the terms stand."""

    number: int
    title: str
    quantity: str
    unit: str
    unit_label: str
    scale: int
    ceiling: str | None = None
    baseline: str | None = None  # buyer only
    target: str | None = None  # buyer only


class OwnBid(Part):
    """One of the viewer's own commands on a lot, with what became of it."""

    ref: str
    lot: int
    amount: str  # empty for a refused level that was never open
    at: str
    state: str  # accepted | refused | withdrawn
    code: str | None = None
    message: str | None = None
    leaf: str | None = None
    level: int | None = None  # where prices move by levels
    automatic: bool = False  # placed by one's own limit; ``ref`` is then made of its entry


class PricePoint(Part):
    """One accepted bid for the price-time chart; ``seat`` null where names are hidden."""

    lot: int
    at: str
    amount: str
    seat: str | None = None
    own: bool = False


class Note(Part):
    """A message of the room."""

    at: str
    sender: str  # buyer | you | seat id or alias
    to: str  # all | buyer | you | seat id or alias
    text: str
    sender_name: str = ""


class FeedItem(Part):
    """One line of the activity list, ``kind`` as in the event that made it."""

    at: str
    kind: str
    lot: int | None = None
    data: dict[str, Any] = {}


# --- server to client: state --------------------------------------------------------------------


class Snapshot(Message, tag="snapshot", frozen=True):
    """Everything this viewer may see; replaces what the client knew."""

    auction: str
    reference: str
    title: str
    phase: str  # scheduled | prebid | running | closed | failed | cancelled | annulled
    now: str
    cursor: int
    you: You
    currency: str
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


# --- server to client: answers and events ---------------------------------------------------


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


ServerMessage = (
    Welcome
    | Snapshot
    | Standing
    | Presence
    | Pong
    | Heartbeat
    | Ack
    | Refused
    | UnknownRef
    | Event
    | Checkpoint
    | Ended
)


# Close codes of the socket, documented in docs/api/asyncapi.yaml.
CLOSE_CODES: dict[int, str] = {
    4400: "The frame is not a message of this protocol.",
    4401: "Not signed in, or the ticket is used up or too old.",
    4403: "This company has no place in this auction, or it was taken away.",
    4404: "There is no such auction.",
    4408: "Too far behind: connect again and take a snapshot.",
    4409: "The session ended: signed out, the membership ended, or the API token did.",
    4410: "This observer link is unknown, was revoked or has expired.",
    4429: "Too many frames.",
    4430: "Too many observers at the moment: try again later.",
    1012: "The server restarts: connect again.",
}
