"""What happened: the entries of the ledger. An event's fields are its body, for ever.

Bodies carry seat ids, never names or addresses. ``received_at`` is the moment a web process
received the command; the ledger adds its own ``recorded_at`` and ``seq``. A kind is never renamed
and never gains or loses a field: a new need is a new kind.
"""

from __future__ import annotations

from typing import Any

from auctions.domain.codec import BodyMalformed, from_body, to_body
from auctions.domain.events.auction import (
    Annulled,
    AuctionOutcome,
    AwardRecorded,
    BuyerExtended,
    Cancelled,
    Closed,
    DeadlineCause,
    DeadlineMoved,
    HardStopAnnounced,
    LotClosed,
    LotOutcome,
    LotScheduled,
    LotStarted,
    MessagePosted,
    Opened,
    PrebidOpened,
    RanksHidden,
    ReserveOpened,
    TermsChanged,
)
from auctions.domain.events.bids import (
    BidLines,
    BidPlaced,
    UnlockDecided,
    UnlockRequested,
    WithdrawalDecided,
    WithdrawalRequested,
)
from auctions.domain.events.levels import (
    DroppedOut,
    LevelAccepted,
    LevelOpened,
)
from auctions.domain.events.limits import (
    AutomaticBidPlaced,
    BidLimitEnded,
    BidLimitOpened,
    BidLimitSet,
)
from auctions.domain.events.packages import (
    AllocatedLot,
    ChoiceFound,
    DiscountOpened,
    LotPrice,
    LotsAllocated,
    LotsPaid,
    PackageOpened,
    PackageRejected,
    SealedPackagePlaced,
    SealedPackageWithdrawn,
)
from auctions.domain.events.participation import (
    PricesDeclared,
    ScoringSet,
    SeatAdmitted,
    SeatDisqualified,
    SeatRemoved,
    SeatRequalified,
    TermsAccepted,
    WinnerChanged,
)
from auctions.domain.events.pauses import (
    ConnectionsBack,
    ConnectionsLost,
    LotPaused,
    LotResumed,
    PauseCause,
    PauseLifted,
    ResumeAnnounced,
)
from auctions.domain.events.random_end import (
    BidsVoided,
    EndDrawn,
    FinalistNamed,
    FinalStageStarted,
    SeedCommitted,
    SeedMissing,
    SeedsAwaited,
    SeedsRevealed,
)
from auctions.domain.events.rounds import (
    RoundKeysSet,
    RoundsStopped,
    SealedRoundEnded,
    SealedRoundScheduled,
    SealedRoundStarted,
)
from auctions.domain.events.sealed import (
    KeyHandedOver,
    LotSealed,
    OfferOpened,
    OfferRejected,
    OffersOpened,
    SealedOfferPlaced,
    SealedOfferWithdrawn,
    SealingKeySet,
)
from auctions.domain.events.surrogate import (
    SurrogateApproved,
    SurrogateBidPlaced,
    SurrogateEnded,
)
from auctions.domain.events.turns import (
    OfferTakenBack,
    RoundOrdered,
    StageStarted,
    TurnEnded,
)

__all__ = [
    "AllocatedLot",
    "Annulled",
    "AuctionOutcome",
    "AutomaticBidPlaced",
    "AwardRecorded",
    "BidLimitEnded",
    "BidLimitOpened",
    "BidLimitSet",
    "BidLines",
    "BidPlaced",
    "BidsVoided",
    "BuyerExtended",
    "Cancelled",
    "ChoiceFound",
    "Closed",
    "ConnectionsBack",
    "ConnectionsLost",
    "DeadlineCause",
    "DeadlineMoved",
    "DiscountOpened",
    "DroppedOut",
    "EndDrawn",
    "Event",
    "FinalStageStarted",
    "FinalistNamed",
    "HardStopAnnounced",
    "KINDS",
    "KeyHandedOver",
    "LevelAccepted",
    "LevelOpened",
    "LotClosed",
    "LotOutcome",
    "LotPaused",
    "LotPrice",
    "LotResumed",
    "LotScheduled",
    "LotSealed",
    "LotStarted",
    "LotsAllocated",
    "LotsPaid",
    "MessagePosted",
    "OfferOpened",
    "OfferRejected",
    "OfferTakenBack",
    "OffersOpened",
    "Opened",
    "PackageOpened",
    "PackageRejected",
    "PauseCause",
    "PauseLifted",
    "PrebidOpened",
    "PricesDeclared",
    "RanksHidden",
    "ReserveOpened",
    "ResumeAnnounced",
    "RoundKeysSet",
    "RoundOrdered",
    "RoundsStopped",
    "ScoringSet",
    "SealedOfferPlaced",
    "SealedOfferWithdrawn",
    "SealedPackagePlaced",
    "SealedPackageWithdrawn",
    "SealedRoundEnded",
    "SealedRoundScheduled",
    "SealedRoundStarted",
    "SealingKeySet",
    "SeatAdmitted",
    "SeatDisqualified",
    "SeatRemoved",
    "SeatRequalified",
    "SeedCommitted",
    "SeedMissing",
    "SeedsAwaited",
    "SeedsRevealed",
    "StageStarted",
    "SurrogateApproved",
    "SurrogateBidPlaced",
    "SurrogateEnded",
    "TermsAccepted",
    "TermsChanged",
    "TurnEnded",
    "UnlockDecided",
    "UnlockRequested",
    "WinnerChanged",
    "WithdrawalDecided",
    "WithdrawalRequested",
    "event_body",
    "event_from",
]

Event = (
    Opened
    | SeatAdmitted
    | SeatRemoved
    | TermsAccepted
    | PrebidOpened
    | LotScheduled
    | LotStarted
    | BidPlaced
    | DeadlineMoved
    | HardStopAnnounced
    | RanksHidden
    | LotPaused
    | ResumeAnnounced
    | PauseLifted
    | LotResumed
    | ConnectionsLost
    | ConnectionsBack
    | WithdrawalRequested
    | WithdrawalDecided
    | UnlockRequested
    | UnlockDecided
    | TermsChanged
    | MessagePosted
    | ReserveOpened
    | LotClosed
    | Closed
    | Cancelled
    | Annulled
    | BuyerExtended
    | AwardRecorded
    | ScoringSet
    | SeatDisqualified
    | SeatRequalified
    | WinnerChanged
    | SealingKeySet
    | SealedOfferPlaced
    | SealedOfferWithdrawn
    | LotSealed
    | KeyHandedOver
    | OffersOpened
    | OfferOpened
    | OfferRejected
    | LevelOpened
    | LevelAccepted
    | DroppedOut
    | RoundOrdered
    | StageStarted
    | TurnEnded
    | OfferTakenBack
    | BidLimitSet
    | BidLimitEnded
    | AutomaticBidPlaced
    | BidLimitOpened
    | SealedPackagePlaced
    | SealedPackageWithdrawn
    | PackageOpened
    | DiscountOpened
    | PackageRejected
    | LotsAllocated
    | ChoiceFound
    | BidLines
    | RoundKeysSet
    | SealedRoundStarted
    | SealedRoundEnded
    | SealedRoundScheduled
    | RoundsStopped
    | PricesDeclared
    | SeedCommitted
    | SeedsAwaited
    | SeedMissing
    | SeedsRevealed
    | EndDrawn
    | BidsVoided
    | FinalistNamed
    | FinalStageStarted
    | SurrogateApproved
    | SurrogateEnded
    | SurrogateBidPlaced
)


KINDS: dict[str, type[Any]] = {cls.kind: cls for cls in Event.__args__}


def event_body(event: Event) -> dict[str, Any]:
    """The canonical body of an event; its kind stands beside it in the entry."""
    body: dict[str, Any] = to_body(event)
    return body


def event_from(kind: str, body: Any) -> Event:
    """The event of a ledger entry; raises BodyMalformed for an unknown kind or form."""
    cls = KINDS.get(kind)
    if cls is None:
        raise BodyMalformed(f"unknown kind of entry: {kind!r}")
    event: Event = from_body(cls, body)
    return event
