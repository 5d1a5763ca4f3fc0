"""Why a surrogate bid, or the approval of one, is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class NoSurrogates(Refusal):
    """The terms know no surrogate bids."""

    code = "auction.no_surrogates"
    text = "These terms have no surrogate bids."


class NotApproved(Refusal):
    """Only by the supplier's own approval, once."""

    code = "auction.surrogate_not_approved"
    text = "This supplier has approved no bid in its place on lot {lot}."


class BelowApproval(Refusal):
    """``least``: what the supplier approved."""

    code = "auction.below_approval"
    text = "The supplier approved a bid not below {least}."


class AboveApproval(Refusal):
    """``most``: the highest the supplier could bid when it approved."""

    code = "auction.above_approval"
    text = "The supplier approved a bid not above {most}."


class OnlyNeutral(Refusal):
    """Neither the buyer nor a program of the platform."""

    code = "auction.only_neutral"
    kind = Kind.FORBIDDEN
    text = "Only a neutral person may bid in the place of a supplier."
