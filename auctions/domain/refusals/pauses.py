"""Why a pause or a resumption is refused, or a command because of a pause."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal


class LotIsPaused(Refusal):
    """Received while the lot stands still, or at the very moment at which it goes on."""

    code = "auction.paused"
    text = "Lot {lot} is paused."


class NotPaused(Refusal):
    """No lot is paused by an officer or by lost connections."""

    code = "auction.not_paused"
    text = "The auction is not paused."


class AlreadyPaused(Refusal):
    """Every lot that could stand still is paused by an officer already."""

    code = "auction.already_paused"
    text = "The auction is paused already."


class NotEnoughLost(Refusal):
    """The terms know no automatic pause, or what was seen does not call for one."""

    code = "auction.not_enough_lost"
    text = "The terms do not pause the auction for this."


class NotEnoughBack(Refusal):
    """So many are still missing that the automatic pause would be called for again."""

    code = "auction.not_enough_back"
    text = "Too few bidders are connected again."
