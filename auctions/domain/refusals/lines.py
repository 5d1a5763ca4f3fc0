"""Why the unit prices of a bid on a lot with positions are refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class LinesMissing(Refusal):
    """The lot has positions, and not each has its price. ``lines``: how many there are."""

    code = "auction.lines_missing"
    kind = Kind.INVALID
    text = "Give the unit price of each of the {lines} positions."


class LinesNotHere(Refusal):
    """Unit prices were given for a lot that has no positions."""

    code = "auction.lines_not_here"
    kind = Kind.INVALID
    text = "Lot {lot} has no positions: bid one unit price."


class LineNotPositive(Refusal):
    """Nought counts as not positive unless the terms allow it."""

    code = "auction.line_not_positive"
    kind = Kind.INVALID
    text = "The price of position {line} must be greater than zero."


class LineScaleWrong(Refusal):
    """More decimal places than the position has; nothing is rounded."""

    code = "auction.line_scale"
    kind = Kind.INVALID
    text = "Use at most {scale} decimal places for position {line}."


class LineAboveCeiling(Refusal):
    """The unit price lies above its position's ceiling; the ceiling itself is taken."""

    code = "auction.line_above_ceiling"
    text = "The price of position {line} may be {most} at most."


class LineRises(Refusal):
    """The terms do not let a position's price rise above that of the own best bid."""

    code = "auction.line_rises"
    text = "The price of position {line} may not rise: {most} at most."


class TotalDiffers(Refusal):
    """The total sent with the prices is not theirs. ``total``: what they come to."""

    code = "auction.total_differs"
    kind = Kind.INVALID
    text = "The prices come to {total}, not to the total sent with them."
