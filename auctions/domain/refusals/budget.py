"""Why a quantity offered for a budget is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class BelowFloor(Refusal):
    """A first quantity below the lot's floor. ``least``: the lowest quantity accepted."""

    code = "auction.below_floor"
    text = "The first quantity must be {least} at least."


class QuantityTooLow(Refusal):
    """It does not exceed by the agreed step. ``least``: the lowest quantity that would have."""

    code = "auction.quantity_too_low"
    text = "Offer a quantity of {least} or more."


class QuantityBuffered(Refusal):
    """It would take the lead by less than the front buffer of the terms."""

    code = "auction.quantity_buffered"
    kind = Kind.INVALID
    text = "To take the lead the quantity must be {least} at least."


class QuantityTooHigh(Refusal):
    """More than can be written down."""

    code = "auction.quantity_too_high"
    text = "A quantity may be {most} at most."


class NoRoomAbove(Refusal):
    """No quantity that can be written down exceeds what the bid must exceed."""

    code = "auction.no_room_above"
    text = "No higher quantity is possible on lot {lot}."
