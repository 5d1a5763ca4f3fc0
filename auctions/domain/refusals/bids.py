"""Why an amount, its withdrawal or its unlocking is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class LeadBuffered(Refusal):
    """It would take the lead by less than the front buffer of the terms."""

    code = "auction.lead_buffered"
    kind = Kind.INVALID
    text = "To take the lead the bid must be {most} at most."


class NotPositive(Refusal):
    """Zero or less."""

    code = "auction.not_positive"
    kind = Kind.INVALID
    text = "The amount must be greater than zero."


class ScaleWrong(Refusal):
    """More decimal places than the lot has, other than zeros; nothing is rounded."""

    code = "auction.scale"
    kind = Kind.INVALID
    text = "Use at most {scale} decimal places."


class AboveCeiling(Refusal):
    """A first bid above the lot's ceiling. ``most``: the highest amount accepted."""

    code = "auction.above_ceiling"
    text = "The first bid may be {most} at most."


class BidTooHigh(Refusal):
    """The offer does not undercut by the agreed decrement. ``most``: what would have been."""

    code = "auction.bid_too_high"
    text = "Bid {most} or lower."


class NoRoom(Refusal):
    """No amount above zero undercuts what the bid must undercut."""

    code = "auction.no_room"
    text = "No lower bid is possible on lot {lot}."


class OffGrid(Refusal):
    """Not a whole multiple of what the lot names; nothing is rounded."""

    code = "auction.off_grid"
    kind = Kind.INVALID
    text = "The amount must be a multiple of {grid}."


class LeadEqualled(Refusal):
    """The terms forbid equalling the lead, which this bidder sees."""

    code = "auction.lead_equalled"
    text = "Another supplier already offers this amount."


class GuardRetype(Refusal):
    """The drop passes the guard: the amount must be typed again. ``threshold`` in percent."""

    code = "auction.guard_retype"
    text = "Type the amount again to confirm so large a step."


class GuardBlocked(Refusal):
    """The drop passes the block: a neutral person must unlock it. ``threshold`` in percent."""

    code = "auction.guard_blocked"
    text = "So large a step needs to be unlocked by a neutral person."


class UnlockNotNeeded(Refusal):
    """The amount does not pass the guard's block, or was unlocked before."""

    code = "auction.unlock_not_needed"
    text = "This amount needs no unlocking."


class UnlockNotPending(Refusal):
    """The supplier asked for no unlocking that waits, or it was decided."""

    code = "auction.unlock_not_pending"
    text = "No unlocking is asked for by this supplier on lot {lot}."


class WithdrawalNotAllowed(Refusal):
    """Under these terms no bid is taken back."""

    code = "auction.withdrawal_not_allowed"
    text = "The terms do not allow bids to be withdrawn."


class NothingToWithdraw(Refusal):
    """No bid on the lot, or its latest came back by an earlier withdrawal."""

    code = "auction.nothing_to_withdraw"
    text = "There is no bid of yours to withdraw on lot {lot}."


class WithdrawalTooLate(Refusal):
    """Received more than ``seconds`` after the bid was received."""

    code = "auction.withdrawal_too_late"
    text = "A bid may be withdrawn within {seconds} seconds only."


class WithdrawalPending(Refusal):
    """One request at a time waits on a lot, whoever made it."""

    code = "auction.withdrawal_pending"
    text = "A withdrawal on lot {lot} waits for its decision."


class WithdrawalNotPending(Refusal):
    """No request to take a bid back waits on the lot, or it was decided."""

    code = "auction.withdrawal_not_pending"
    text = "No withdrawal waits for a decision on lot {lot}."
