"""Why an acceptance of a level is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal


class LevelNotReached(Refusal):
    """The level named was not open when the command was received."""

    code = "auction.level_not_reached"
    text = "Level {level} was not open yet."


class OutOfLot(Refusal):
    """The seat did not accept an earlier level within its full time."""

    code = "auction.out_of_lot"
    text = "You are out of lot {lot}: you did not accept level {level} within its time."


class LevelAcceptedAlready(Refusal):
    """A level is accepted once by each supplier; the first acceptance stands."""

    code = "auction.level_accepted"
    text = "You have accepted level {level} already."
