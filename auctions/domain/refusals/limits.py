"""Why a limit for automatic bids is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal


class NotAutomatic(Refusal):
    """The terms know no automatic bids."""

    code = "auction.not_automatic"
    text = "These terms have no automatic bids."


class LimitNeedsBid(Refusal):
    """A limit for automatic bids goes on from a bid that the supplier placed itself."""

    code = "auction.limit_needs_bid"
    text = "Place a bid on lot {lot} first: automatic bids go on from it."


class LimitsUsedUp(Refusal):
    """The supplier has set so many limits on the lot as the terms allow."""

    code = "auction.limits_used_up"
    text = "A limit may be set {most} times on a lot."


class LimitTooHigh(Refusal):
    """Not one step below the own best. ``most``: the highest limit that would do."""

    code = "auction.limit_too_high"
    text = "The limit may be {most} at most: one step below your best bid."


class LimitTooFar(Refusal):
    """More than ``steps`` of the own steps lie between the own best and the limit."""

    code = "auction.limit_too_far"
    text = "The limit lies more than {steps} steps below your best bid."


class LimitPastBlock(Refusal):
    """The way to the limit passes the guard's block; a limit is secret, so nobody unlocks it."""

    code = "auction.limit_past_block"
    text = "A limit may lie {threshold} % below your best bid at most."


class NoLimit(Refusal):
    """There is no limit for automatic bids to end."""

    code = "auction.no_limit"
    text = "No automatic bids are placed for you on lot {lot}."
