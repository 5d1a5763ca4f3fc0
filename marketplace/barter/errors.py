"""What barter refuses."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ListingNotFound(FairfallError):
    """The company has no such listing."""

    code = "barter.listing_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such listing."


class ProposalNotFound(FairfallError):
    """There is no such proposal, or the company is no party of it."""

    code = "barter.proposal_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such proposal."


class TradersOnly(FairfallError):
    """Only a company that buys or sells takes part in barter."""

    code = "barter.traders_only"
    kind = Kind.FORBIDDEN
    text = "Your company neither buys nor sells on this platform, so barter is closed to it."


class ListingStateMoved(FairfallError):
    """The listing is not in the state that this starts from."""

    code = "barter.listing_state_moved"
    kind = Kind.CONFLICT
    text = "The listing is in another state by now. Look at it again."


class ListingOver(FairfallError):
    """The listing's validity has ended."""

    code = "barter.listing_over"
    kind = Kind.CONFLICT
    text = "The listing's validity has ended. Set a later end before you publish it."


class NothingLeft(FairfallError):
    """All that the listing gives is promised in swaps that were agreed."""

    code = "barter.nothing_left"
    kind = Kind.CONFLICT
    text = "All of it is given in agreed swaps. Write a greater quantity."


class ProposalClosed(FairfallError):
    """The proposal is agreed, has ended, or its deadline has passed."""

    code = "barter.proposal_closed"
    kind = Kind.CONFLICT
    text = "This proposal is not open any more."


class AlreadyAnswered(FairfallError):
    """The company has answered the proposal."""

    code = "barter.already_answered"
    kind = Kind.CONFLICT
    text = "Your company has answered this proposal already."


class ProtocolNotReady(FairfallError):
    """Only an agreed proposal has a protocol."""

    code = "barter.protocol_not_ready"
    kind = Kind.CONFLICT
    text = "There is a protocol once everybody has accepted."
