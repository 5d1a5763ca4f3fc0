"""Why an offer in turns is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal


class NotYourTurn(Refusal):
    """Offers are made in turns, and it is somebody else's, or nobody's."""

    code = "auction.not_your_turn"
    text = "It is not your turn on lot {lot}."


class NothingToTakeBack(Refusal):
    """No own offer stands that was received before this was."""

    code = "auction.nothing_to_take_back"
    text = "You have no offer on lot {lot} to take back."
