"""Why a command is refused in every format: the auction, its lots, its terms and its award."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class AuctionEnded(Refusal):
    """The auction is closed, failed, cancelled or annulled."""

    code = "auction.ended"
    text = "This auction has ended."


class NotOpened(Refusal):
    """There is no genesis entry yet."""

    code = "auction.not_opened"
    text = "The auction is not open yet."


class LotUnknown(Refusal):
    """The terms have no lot of this number."""

    code = "auction.lot_unknown"
    kind = Kind.INVALID
    text = "There is no lot {lot} in this auction."


class NotOpenYet(Refusal):
    """Neither pre-bids nor bids are taken on this lot now."""

    code = "auction.not_open"
    text = "Lot {lot} is not open for bids yet."


class LotClosedAlready(Refusal):
    """The lot has closed, or waits for its opening: nothing is taken any more."""

    code = "auction.lot_closed"
    text = "Lot {lot} is closed."


class TooLate(Refusal):
    """Received after the lot's deadline."""

    code = "auction.too_late"
    text = "The bid arrived after the deadline of lot {lot}."


class NotInFormat(Refusal):
    """The format of this auction has no such command."""

    code = "auction.not_in_format"
    text = "This kind of auction does not have that."


class TextMalformed(Refusal):
    """A text holds a NUL or half a surrogate pair, which no ledger body can carry."""

    code = "auction.text_malformed"
    kind = Kind.INVALID
    text = "The text holds characters that cannot be stored."


class ReasonMissing(Refusal):
    """The act asks for a reason, and nothing but blanks was given."""

    code = "auction.reason_missing"
    kind = Kind.INVALID
    text = "Give a reason."


class NotForBuyer(Refusal):
    """A neutral person must decide this, not the buyer."""

    code = "auction.not_for_buyer"
    kind = Kind.FORBIDDEN
    text = "A neutral person must decide this."


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
    """Some lot that is not over is not paused by the buyer's officer."""

    code = "auction.edit_needs_pause"
    text = "Pause the auction to edit its terms."


class TermsUnfit(Refusal):
    """The edited terms do not pass the terms validator. ``name``: the first field at fault."""

    code = "auction.terms_unfit"
    kind = Kind.INVALID
    text = "These terms cannot be used: look at {name}."


class NotDue(Refusal):
    """The clock asked for what is not due at or before this moment; no person gets this."""

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
    """An award needs a lot that has closed."""

    code = "auction.not_closed"
    text = "The lot is not closed yet."


class AwardExists(Refusal):
    """A lot is awarded once; what was recorded is not recorded anew."""

    code = "auction.award_exists"
    text = "The award of lot {lot} is recorded already."
