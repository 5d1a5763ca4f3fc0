"""Abnormally low offers: which offers of a closed lot somebody should look at again.

With at least two offers, prices as they rank (scores where the terms score): an offer is flagged
when it lies at least 40 % below the mean of the others' initial offers, or at least 30 % below the
next final one. A flag decides nothing: the buyer asks the supplier, and may disqualify it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from auctions.domain import outcome
from auctions.domain.state import AuctionState, LotPhase

BELOW_MEAN = Fraction(40, 100)
BELOW_NEXT = Fraction(30, 100)


@dataclass(frozen=True, slots=True)
class Flag:
    """One flagged offer with the figures, exact. ``next_offer`` None: nobody stands behind it."""

    seat: str
    offer: Fraction
    mean: Fraction  # of the others' initial offers
    below_mean: Fraction  # as a share of it
    next_offer: Fraction | None
    below_next: Fraction | None


def flags(state: AuctionState, number: int) -> list[Flag]:
    """The abnormally low offers of a closed lot, in order of rank."""
    lot = state.lots[number]
    standing = outcome.ordered(lot)
    if lot.phase is not LotPhase.CLOSED or len(standing) < 2:
        return []
    initial = {
        seat: outcome.score(state, seat, number, first)
        for seat, _ in standing
        if (first := lot.seats[seat].first) is not None
    }
    found = []
    for place, (seat, offer) in enumerate(standing):
        others = [score for other, score in initial.items() if other != seat]
        mean = sum(others, Fraction(0)) / len(others) if others else Fraction(0)
        mine = outcome.score(state, seat, number, offer.amount)
        behind = standing[place + 1] if place + 1 < len(standing) else None
        following = None
        if behind is not None:
            following = outcome.score(state, behind[0], number, behind[1].amount)
        by_mean, by_next = _below(mine, mean), _below(mine, following)
        if (by_mean or 0) >= BELOW_MEAN or (by_next or 0) >= BELOW_NEXT:
            found.append(Flag(seat, mine, mean, by_mean or Fraction(0), following, by_next))
    return found


def _below(offer: Fraction, measure: Fraction | None) -> Fraction | None:
    return None if measure is None or measure <= 0 else (measure - offer) / measure
