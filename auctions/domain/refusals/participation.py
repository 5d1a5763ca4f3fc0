"""Why a seat, its consent or its values are refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class SeatUnknown(Refusal):
    """No seat of this auction has this code."""

    code = "auction.seat_unknown"
    kind = Kind.NOT_FOUND
    text = "There is no such seat in this auction."


class NotAdmitted(Refusal):
    """The invitation was taken back or declined."""

    code = "auction.not_admitted"
    kind = Kind.FORBIDDEN
    text = "This supplier does not take part in the auction."


class TermsNotAccepted(Refusal):
    """Nobody bids before it accepted the version of the terms in force."""

    code = "auction.terms_not_accepted"
    text = "Accept version {version} of the terms first."


class TermsHashDiffers(Refusal):
    """The version or hash is not that of the terms in force."""

    code = "auction.terms_hash_differs"
    text = "The terms changed meanwhile: read and accept version {version}."


class PricesNotDeclared(Refusal):
    """The terms list currencies or VAT rates, and this seat has not said which are its own."""

    code = "auction.prices_not_declared"
    text = "First say in which currency and with which VAT you bid."


class PricesNotAsked(Refusal):
    """A currency or VAT rate was named where all bid in one money."""

    code = "auction.prices_not_asked"
    text = "These terms list neither further currencies nor VAT rates."


class PricesFixed(Refusal):
    """The seat has bid: what its prices mean does not change any more."""

    code = "auction.prices_fixed"
    text = "You have bid: your currency and VAT rate are fixed."


class CurrencyNotListed(Refusal):
    """Neither the auction's own currency nor one that the terms list."""

    code = "auction.currency_not_listed"
    kind = Kind.INVALID
    text = "Choose one of the currencies that the terms list."


class VatRateNotListed(Refusal):
    """The terms list other VAT rates, or ask for one and none was named."""

    code = "auction.vat_rate_not_listed"
    kind = Kind.INVALID
    text = "Choose one of the VAT rates that the terms list."


class SeatHasBid(Refusal):
    """A bid binds its supplier to its seat, a bid that was taken back too."""

    code = "auction.seat_has_bid"
    text = "A supplier that has bid cannot leave the auction."


class RemovalWouldTell(Refusal):
    """While bids are hidden from the buyer, taking an invitation back would show who has bid."""

    code = "auction.removal_would_tell"
    text = "While bids are hidden from you, no invitation can be taken back."


class SeatTaken(Refusal):
    """A seat's code is never used again, also after a removal."""

    code = "auction.seat_taken"
    text = "This seat exists already."


class Disqualified(Refusal):
    """The buyer disqualified this supplier."""

    code = "auction.disqualified"
    text = "The buyer disqualified this supplier: its bids do not count."


class AlreadyDisqualified(Refusal):
    """Disqualifying again changes nothing: the first reason stands."""

    code = "auction.already_disqualified"
    text = "This supplier is disqualified already."


class NotDisqualified(Refusal):
    """To requalify a supplier that counts anyway."""

    code = "auction.not_disqualified"
    text = "This supplier is not disqualified."


class AlreadyAwarded(Refusal):
    """To disqualify or requalify a supplier to which some lot was awarded."""

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


class LateNotScored(Refusal):
    """Where sealed offers are scored values are set before the start, so nobody comes after it."""

    code = "auction.late_not_scored"
    text = (
        "Sealed offers are scored here: values are set before the start, so nobody is invited"
        " after it."
    )


class ScoringValueUnfit(Refusal):
    """A value of a criterion lies outside what the terms allow, or one is missing."""

    code = "auction.scoring_value"
    kind = Kind.INVALID
    text = "Between {least} and {most}."
