"""The live protocol ``fairfall.v1``: every message, typed and closed.

JSON over WebSocket, one object a frame, ``type`` names the message. Amounts are decimal strings,
moments UTC text with six digits, durations whole milliseconds. Unknown fields are refused.

Server messages of the *event* kind are never dropped: they carry ``cursor`` and ``prev``,
contiguous per viewer and telling nothing about others. ``standing`` is state: the latest wins.
``docs/api/asyncapi.yaml`` is generated from this package.
"""

from __future__ import annotations

from auctions.realtime.messages.answers import Ack, Checkpoint, Ended, Event, Refused, UnknownRef
from auctions.realtime.messages.base import Message
from auctions.realtime.messages.commands import (
    Abandon,
    Accept,
    AcceptTerms,
    Annul,
    ApproveSurrogate,
    Bid,
    Cancel,
    ChangeTerms,
    DecideUnlock,
    DecideWithdrawal,
    DeclarePrices,
    EndLimit,
    EndSurrogate,
    Extend,
    NeedSnapshot,
    Pause,
    Ping,
    PostMessage,
    Resume,
    SealedOffer,
    SealedPackage,
    Seen,
    SetLimit,
    Status,
    SurrogateBid,
    Unlock,
    Withdraw,
    WithdrawPackage,
)
from auctions.realtime.messages.lots import (
    BudgetView,
    LevelView,
    LimitView,
    LineInfo,
    LotInfo,
    LotView,
    OwnStanding,
    Participant,
    SealedView,
    SurrogateView,
    UnlockView,
)
from auctions.realtime.messages.room import FeedItem, Note, OwnBid, PricePoint, You
from auctions.realtime.messages.state import Heartbeat, Pong, Presence, Snapshot, Standing, Welcome

__all__ = [
    "Abandon",
    "Accept",
    "AcceptTerms",
    "Ack",
    "Annul",
    "ApproveSurrogate",
    "Bid",
    "BudgetView",
    "CLOSE_CODES",
    "Cancel",
    "ChangeTerms",
    "Checkpoint",
    "ClientMessage",
    "DecideUnlock",
    "DecideWithdrawal",
    "DeclarePrices",
    "EndLimit",
    "EndSurrogate",
    "Ended",
    "Event",
    "Extend",
    "FeedItem",
    "Heartbeat",
    "LevelView",
    "LimitView",
    "LineInfo",
    "LotInfo",
    "LotView",
    "Message",
    "NeedSnapshot",
    "Note",
    "OwnBid",
    "OwnStanding",
    "Participant",
    "Pause",
    "Ping",
    "Pong",
    "PostMessage",
    "Presence",
    "PricePoint",
    "Refused",
    "Resume",
    "SealedOffer",
    "SealedPackage",
    "SealedView",
    "Seen",
    "ServerMessage",
    "SetLimit",
    "Snapshot",
    "Standing",
    "Status",
    "SurrogateBid",
    "SurrogateView",
    "UnknownRef",
    "Unlock",
    "UnlockView",
    "Welcome",
    "Withdraw",
    "WithdrawPackage",
    "You",
]

ClientMessage = (
    Bid
    | SealedOffer
    | SealedPackage
    | WithdrawPackage
    | Accept
    | Withdraw
    | Unlock
    | SetLimit
    | EndLimit
    | ApproveSurrogate
    | EndSurrogate
    | AcceptTerms
    | DeclarePrices
    | PostMessage
    | Pause
    | Resume
    | Extend
    | DecideWithdrawal
    | DecideUnlock
    | SurrogateBid
    | ChangeTerms
    | Cancel
    | Annul
    | Status
    | Abandon
    | Seen
    | NeedSnapshot
    | Ping
)

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
    4403: "This company has no place in this auction, it was taken away, or its person acts for "
    "another side as well.",
    4404: "There is no such auction.",
    4408: "Too far behind: connect again and take a snapshot.",
    4409: "The session ended: signed out, the membership ended, or the API token did.",
    4410: "This observer link is unknown, was revoked or has expired.",
    4429: "Too many frames.",
    4430: "Too many observers at the moment: try again later.",
    1012: "The server restarts: connect again.",
}
