"""Why a seed of the random end is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class SeedExists(Refusal):
    """The hash of a seed stands in the ledger once and is never exchanged."""

    code = "auction.seed_exists"
    text = "This seed is fixed already."


class SeedMalformed(Refusal):
    """No SHA-256 in hexadecimal, or the hash that the other seed has."""

    code = "auction.seed_malformed"
    kind = Kind.INVALID
    text = "This is no hash of a seed of its own."


class SeedTooLate(Refusal):
    """Seeds are fixed before the start, and opened within the time of the terms."""

    code = "auction.seed_too_late"
    text = "It is too late for this seed."


class SeedsNotDue(Refusal):
    """A window still runs, or nothing waits for the seeds."""

    code = "auction.seeds_not_due"
    text = "The seeds are opened when every window is over."


class SeedsStillAwaited(Refusal):
    """A pause would give whoever opens the seeds more time than the terms do."""

    code = "auction.seeds_still_awaited"
    text = "Bidding is over and the seeds are awaited: nothing can be paused now."


class FinalStageNotOpen(Refusal):
    """Final offers are taken in the final stage alone."""

    code = "auction.final_stage_not_open"
    text = "Final offers are not taken now."


class NotAFinalist(Refusal):
    """The best bidders alone make a final offer; the terms say how many."""

    code = "auction.not_a_finalist"
    kind = Kind.FORBIDDEN
    text = "Your bid is not among those that may be followed by a final offer."


class SeedDiffers(Refusal):
    """Not the seed that was fixed before the start."""

    code = "auction.seed_differs"
    kind = Kind.INVALID
    text = "This is not the seed whose hash was fixed before the start."
