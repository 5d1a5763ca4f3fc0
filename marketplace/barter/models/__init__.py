"""Tables of barter."""

from marketplace.barter.models.listing import BarterListing, BarterState, BarterWant
from marketplace.barter.models.proposal import (
    BarterAnswer,
    BarterCash,
    BarterEnd,
    BarterParty,
    BarterProposal,
    BarterProposalState,
)

__all__ = [
    "BarterAnswer",
    "BarterCash",
    "BarterEnd",
    "BarterListing",
    "BarterParty",
    "BarterProposal",
    "BarterProposalState",
    "BarterState",
    "BarterWant",
]
