"""Sealed rounds as the protocol carries them."""

from __future__ import annotations

from auctions.domain.codec import to_body
from auctions.domain.visibility.rounds import RoundsStanding
from auctions.realtime.part import Part


class OwnRound(Part):
    """A supplier's own offer in a round that was opened."""

    round: int
    sealed_at: str
    amount: str | None  # null: rejected
    rejected: str  # the code of the reason; empty: valid


class EndedRound(Part):
    """A round that was opened, in sums: buyer only."""

    round: int
    valid: int
    rejected: int
    improved: bool  # the lowest offer was lower than before it


class RoundsView(Part):
    """Where sealed rounds stand; ``round`` is under way, waits for its opening, or comes next."""

    round: int
    rounds: int  # at most
    own: list[OwnRound] | None = None
    ended: list[EndedRound] | None = None
    stop: str | None = None  # last_round | unimproved | too_few | reserve_met


def rounds_view(standing: RoundsStanding | None) -> RoundsView | None:
    """The part of a lot's view; None where the format is another."""
    if standing is None:
        return None
    own, ended = standing.own, standing.ended
    return RoundsView(
        round=standing.round,
        rounds=standing.rounds,
        own=None if own is None else [OwnRound(**to_body(each)) for each in own],
        ended=None if ended is None else [EndedRound(**to_body(each)) for each in ended],
        stop=standing.stop,
    )
