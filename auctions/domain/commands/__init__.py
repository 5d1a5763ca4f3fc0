"""What may be asked of an auction. A command is a plain value; ``machine.decide`` judges it.

``ref`` is the caller's own name for the command, unique per seat (or officer) and auction for
ever. Who may send which command is settled before: seats by admission, officers by capability.
"""

from __future__ import annotations

from auctions.domain.commands.auction import (
    Annul,
    Cancel,
    ChangeTerms,
    Extend,
    OpenedReserve,
    Pause,
    RecordAward,
    ReportLoss,
    ReportReturn,
    Resume,
    Tick,
)
from auctions.domain.commands.base import (
    BUYER,
    EVERYONE,
    Officer,
)
from auctions.domain.commands.bids import (
    AcceptLevel,
    DecideUnlock,
    DecideWithdrawal,
    PlaceBid,
    RequestUnlock,
    Withdraw,
)
from auctions.domain.commands.limits import (
    EndBidLimit,
    OpenedLimit,
    SetBidLimit,
)
from auctions.domain.commands.participation import (
    AcceptTerms,
    AdmitSeat,
    DeclarePrices,
    Disqualify,
    PostMessage,
    RemoveSeat,
    Requalify,
    SetScoring,
)
from auctions.domain.commands.sealed import (
    CommitSeed,
    HandOverKey,
    KeyHolder,
    KeyMeans,
    OpeningRole,
    OpenOffers,
    PlaceSealedOffer,
    PlaceSealedPackage,
    RevealSeeds,
    SetRoundKeys,
    SetSealingKey,
    WithdrawPackage,
)
from auctions.domain.commands.surrogate import (
    ApproveSurrogate,
    EndSurrogate,
    PlaceSurrogateBid,
)

__all__ = [
    "AcceptLevel",
    "AcceptTerms",
    "AdmitSeat",
    "Annul",
    "ApproveSurrogate",
    "BOUNDARY_COMMANDS",
    "BUYER",
    "Cancel",
    "ChangeTerms",
    "Command",
    "CommitSeed",
    "DecideUnlock",
    "DecideWithdrawal",
    "DeclarePrices",
    "Disqualify",
    "EVERYONE",
    "EndBidLimit",
    "EndSurrogate",
    "Extend",
    "HandOverKey",
    "IN_ORDER_OF_RECEIPT",
    "KeyHolder",
    "KeyMeans",
    "Officer",
    "OpenOffers",
    "OpeningRole",
    "OpenedLimit",
    "OpenedReserve",
    "Pause",
    "PlaceBid",
    "PlaceSealedOffer",
    "PlaceSealedPackage",
    "PlaceSurrogateBid",
    "PostMessage",
    "RecordAward",
    "RemoveSeat",
    "ReportLoss",
    "ReportReturn",
    "Requalify",
    "RequestUnlock",
    "Resume",
    "RevealSeeds",
    "SetBidLimit",
    "SetRoundKeys",
    "SetScoring",
    "SetSealingKey",
    "Tick",
    "Withdraw",
    "WithdrawPackage",
]

Command = (
    PlaceBid
    | AcceptLevel
    | Withdraw
    | RequestUnlock
    | AcceptTerms
    | PostMessage
    | AdmitSeat
    | RemoveSeat
    | Pause
    | Resume
    | ReportLoss
    | ReportReturn
    | Extend
    | DecideWithdrawal
    | DecideUnlock
    | ChangeTerms
    | Cancel
    | Annul
    | Tick
    | RecordAward
    | SetScoring
    | Disqualify
    | Requalify
    | SetSealingKey
    | SetRoundKeys
    | PlaceSealedOffer
    | PlaceSealedPackage
    | WithdrawPackage
    | HandOverKey
    | OpenOffers
    | CommitSeed
    | RevealSeeds
    | SetBidLimit
    | EndBidLimit
    | DeclarePrices
    | ApproveSurrogate
    | EndSurrogate
    | PlaceSurrogateBid
)

# A command that draws a line under what came before: whatever was received up to its moment, in
# any process, is decided first (AUCTIONS, "Boundaries").
BOUNDARY_COMMANDS = (Pause, ReportLoss, Withdraw, ChangeTerms, Cancel, Annul)

# Where being first decides: such a command is decided only after whatever was received before it,
# in any process, so that the order of decision is that of receipt.
IN_ORDER_OF_RECEIPT = (AcceptLevel,)
