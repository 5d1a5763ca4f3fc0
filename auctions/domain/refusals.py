"""Why a command is refused: a code and data, the same everywhere.

While a bidder does not see the lead, a refusal's data depend only on its own bids, the clock and
the public terms (noninterference).
"""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class Refusal(FairfallError):
    """Base of what the rules of an auction refuse."""

    kind = Kind.CONFLICT


class AuctionEnded(Refusal):
    """The auction is closed, failed, cancelled or annulled."""

    code = "auction.ended"
    text = "This auction has ended."


class LeadBuffered(Refusal):
    """It would take the lead by less than the front buffer of the terms."""

    code = "auction.lead_buffered"
    kind = Kind.INVALID
    text = "To take the lead the bid must be {most} at most."


class LotUnknown(Refusal):
    code = "auction.lot_unknown"
    kind = Kind.INVALID
    text = "There is no lot {lot} in this auction."


class NotOpenYet(Refusal):
    """Neither pre-bids nor bids are taken on this lot now."""

    code = "auction.not_open"
    text = "Lot {lot} is not open for bids yet."


class LotClosedAlready(Refusal):
    code = "auction.lot_closed"
    text = "Lot {lot} is closed."


class TooLate(Refusal):
    """Received after the lot's deadline."""

    code = "auction.too_late"
    text = "The bid arrived after the deadline of lot {lot}."


class LotIsPaused(Refusal):
    code = "auction.paused"
    text = "Lot {lot} is paused."


class SeatUnknown(Refusal):
    code = "auction.seat_unknown"
    kind = Kind.NOT_FOUND
    text = "There is no such seat in this auction."


class NotAdmitted(Refusal):
    """The invitation was taken back or declined."""

    code = "auction.not_admitted"
    kind = Kind.FORBIDDEN
    text = "This supplier does not take part in the auction."


class NotYourTurn(Refusal):
    """Offers are made in turns, and it is somebody else's, or nobody's."""

    code = "auction.not_your_turn"
    text = "It is not your turn on lot {lot}."


class NothingToTakeBack(Refusal):
    code = "auction.nothing_to_take_back"
    text = "You have no offer on lot {lot} to take back."


class TermsNotAccepted(Refusal):
    code = "auction.terms_not_accepted"
    text = "Accept version {version} of the terms first."


class TermsHashDiffers(Refusal):
    code = "auction.terms_hash_differs"
    text = "The terms changed meanwhile: read and accept version {version}."


class NotPositive(Refusal):
    code = "auction.not_positive"
    kind = Kind.INVALID
    text = "The amount must be greater than zero."


class ScaleWrong(Refusal):
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
    code = "auction.unlock_not_needed"
    text = "This amount needs no unlocking."


class UnlockNotPending(Refusal):
    code = "auction.unlock_not_pending"
    text = "No unlocking is asked for by this supplier on lot {lot}."


class WithdrawalNotAllowed(Refusal):
    code = "auction.withdrawal_not_allowed"
    text = "The terms do not allow bids to be withdrawn."


class NothingToWithdraw(Refusal):
    """No bid on the lot, or its latest came back by an earlier withdrawal."""

    code = "auction.nothing_to_withdraw"
    text = "There is no bid of yours to withdraw on lot {lot}."


class WithdrawalTooLate(Refusal):
    code = "auction.withdrawal_too_late"
    text = "A bid may be withdrawn within {seconds} seconds only."


class WithdrawalPending(Refusal):
    code = "auction.withdrawal_pending"
    text = "A withdrawal on lot {lot} waits for its decision."


class WithdrawalNotPending(Refusal):
    code = "auction.withdrawal_not_pending"
    text = "No withdrawal waits for a decision on lot {lot}."


class NotForBuyer(Refusal):
    """A neutral person must decide this, not the buyer."""

    code = "auction.not_for_buyer"
    kind = Kind.FORBIDDEN
    text = "A neutral person must decide this."


class ReasonMissing(Refusal):
    code = "auction.reason_missing"
    kind = Kind.INVALID
    text = "Give a reason."


class NotPaused(Refusal):
    code = "auction.not_paused"
    text = "The auction is not paused."


class AlreadyPaused(Refusal):
    code = "auction.already_paused"
    text = "The auction is paused already."


class NotEnoughLost(Refusal):
    """The terms know no automatic pause, or what was seen does not call for one."""

    code = "auction.not_enough_lost"
    text = "The terms do not pause the auction for this."


class NotEnoughBack(Refusal):
    code = "auction.not_enough_back"
    text = "Too few bidders are connected again."


class ExtensionNotGranted(Refusal):
    """The terms grant the buyer none, or none any more, or not so long a one."""

    code = "auction.extension_not_granted"
    text = "The terms grant {times} extensions of at most {minutes} minutes."


class ExtensionTooLate(Refusal):
    """Within the soft-close window the buyer may not extend."""

    code = "auction.extension_too_late"
    text = "The buyer may extend only before the last {minutes} minutes."


class EditNotAllowed(Refusal):
    """Once a bid exists only times may change. ``name``: the first other field that differs."""

    code = "auction.edit_not_allowed"
    text = "After the first bid only times may change: {name} may not."


class EditNeedsPause(Refusal):
    code = "auction.edit_needs_pause"
    text = "Pause the auction to edit its terms."


class TermsUnfit(Refusal):
    """The edited terms do not pass the terms validator. ``name``: the first field at fault."""

    code = "auction.terms_unfit"
    kind = Kind.INVALID
    text = "These terms cannot be used: look at {name}."


class TextMalformed(Refusal):
    """A text holds a NUL or half a surrogate pair, which no ledger body can carry."""

    code = "auction.text_malformed"
    kind = Kind.INVALID
    text = "The text holds characters that cannot be stored."


class SeatHasBid(Refusal):
    code = "auction.seat_has_bid"
    text = "A supplier that has bid cannot leave the auction."


class RemovalWouldTell(Refusal):
    """While bids are hidden from the buyer, taking an invitation back would show who has bid."""

    code = "auction.removal_would_tell"
    text = "While bids are hidden from you, no invitation can be taken back."


class SeatTaken(Refusal):
    code = "auction.seat_taken"
    text = "This seat exists already."


class MessageEmpty(Refusal):
    code = "auction.message_empty"
    kind = Kind.INVALID
    text = "Write a message first."


class MessageTooLong(Refusal):
    code = "auction.message_too_long"
    kind = Kind.INVALID
    text = "A message may have {limit} characters at most."


class MessageRecipient(Refusal):
    """Suppliers write to the buyer only; the buyer to all or to one supplier."""

    code = "auction.message_recipient"
    kind = Kind.INVALID
    text = "This message cannot be sent to that recipient."


class NotDue(Refusal):
    code = "auction.not_due"
    text = "Nothing is due at that moment."


class ReserveMissing(Refusal):
    """A lot with a committed reserve cannot be closed without opening it."""

    code = "auction.reserve_missing"
    text = "The reserve of lot {lot} was not handed over."


class ReserveDiffers(Refusal):
    """The opened reserve does not fit its commitment."""

    code = "auction.reserve_differs"
    text = "The opened reserve of lot {lot} does not fit its commitment."


class NotClosedYet(Refusal):
    code = "auction.not_closed"
    text = "The lot is not closed yet."


class AwardExists(Refusal):
    code = "auction.award_exists"
    text = "The award of lot {lot} is recorded already."


class Disqualified(Refusal):
    """The buyer disqualified this supplier."""

    code = "auction.disqualified"
    text = "The buyer disqualified this supplier: its bids do not count."


class AlreadyDisqualified(Refusal):
    code = "auction.already_disqualified"
    text = "This supplier is disqualified already."


class NotDisqualified(Refusal):
    code = "auction.not_disqualified"
    text = "This supplier is not disqualified."


class AlreadyAwarded(Refusal):
    code = "auction.already_awarded"
    text = "A lot was awarded to this supplier: that decision stays."


class NotScored(Refusal):
    """The terms rank by the price alone."""

    code = "auction.not_scored"
    text = "These terms rank by the price alone."


class ScoringFixed(Refusal):
    """The lot started, or the seat has bid on it: no bid is ever scored anew."""

    code = "auction.scoring_fixed"
    text = "The values on lot {lot} are fixed: it has started, or this supplier has bid."


class ScoringValueUnfit(Refusal):
    """A value of a criterion lies outside what the terms allow, or one is missing."""

    code = "auction.scoring_value"
    kind = Kind.INVALID
    text = "Between {least} and {most}."


class NotOpened(Refusal):
    """There is no genesis entry yet."""

    code = "auction.not_opened"
    text = "The auction is not open yet."


class SealingNotReady(Refusal):
    """One of the two keys is not there yet."""

    code = "auction.sealing_not_ready"
    text = "Offers cannot be sealed yet: the auditor's key is not there."


class SealingKeyExists(Refusal):
    code = "auction.sealing_key_exists"
    text = "This key is set already."


class SealingKeyMalformed(Refusal):
    code = "auction.sealing_key_malformed"
    kind = Kind.INVALID
    text = "This is not a key for sealed offers."


class EnvelopeMalformed(Refusal):
    """Not a sealed envelope by its form; what is inside is not looked at."""

    code = "auction.envelope_malformed"
    kind = Kind.INVALID
    text = "The sealed offer does not have the form of one."


class NotAwaitingOpening(Refusal):
    """Some lot still takes offers, or there is nothing to open."""

    code = "auction.not_awaiting_opening"
    text = "The offers cannot be opened now."


class KeyHandedOverAlready(Refusal):
    code = "auction.key_handed_over"
    text = "The auditor's key was handed over already."


class AuditorKeyMissing(Refusal):
    code = "auction.auditor_key_missing"
    text = "The auditor's key must be handed over first."


class KeyDiffers(Refusal):
    """The private key does not belong to the public one of this auction."""

    code = "auction.key_differs"
    kind = Kind.INVALID
    text = "This is not the key of this auction."


class NotInFormat(Refusal):
    """The format of this auction has no such command."""

    code = "auction.not_in_format"
    text = "This kind of auction does not have that."


class LevelNotReached(Refusal):
    """The level named was not open when the command was received."""

    code = "auction.level_not_reached"
    text = "Level {level} was not open yet."


class OutOfLot(Refusal):
    """The seat did not accept an earlier level within its full time."""

    code = "auction.out_of_lot"
    text = "You are out of lot {lot}: you did not accept level {level} within its time."


class LevelAcceptedAlready(Refusal):
    code = "auction.level_accepted"
    text = "You have accepted level {level} already."


class NotAutomatic(Refusal):
    """The terms know no automatic bids."""

    code = "auction.not_automatic"
    text = "These terms have no automatic bids."


class LimitNeedsBid(Refusal):
    code = "auction.limit_needs_bid"
    text = "Place a bid on lot {lot} first: automatic bids go on from it."


class LimitsUsedUp(Refusal):
    code = "auction.limits_used_up"
    text = "A limit may be set {most} times on a lot."


class LimitTooHigh(Refusal):
    """Not one step below the own best. ``most``: the highest limit that would do."""

    code = "auction.limit_too_high"
    text = "The limit may be {most} at most: one step below your best bid."


class LimitTooFar(Refusal):
    code = "auction.limit_too_far"
    text = "The limit lies more than {steps} steps below your best bid."


class LimitPastBlock(Refusal):
    """The way to the limit passes the guard's block; a limit is secret, so nobody unlocks it."""

    code = "auction.limit_past_block"
    text = "A limit may lie {threshold} % below your best bid at most."


class NoLimit(Refusal):
    code = "auction.no_limit"
    text = "No automatic bids are placed for you on lot {lot}."
