"""Who stands where, and who wins: an order of its own, independent of what bids were let in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from auctions.domain.rules.ties import RANKS
from auctions.domain.state import AuctionState, LotState, Offer
from auctions.domain.terms import TiePolicy
from kernel.remembered import by_identity


@dataclass(frozen=True, slots=True)
class Ranked:
    """One seat's standing offer and its rank; ranks start at 1."""

    seat: str
    offer: Offer
    rank: int


@by_identity
def ordered(lot: LotState) -> tuple[tuple[str, Offer], ...]:
    """Standing offers, the lowest first; among equals the first decided."""
    standing = [
        (mine.best.amount, mine.best.seq, seat, mine.best)
        for seat, mine in lot.seats.items()
        if mine.best is not None
    ]
    standing.sort()
    return tuple((seat, offer) for _, _, seat, offer in standing)


def ranking(state: AuctionState, lot: LotState | int) -> tuple[Ranked, ...]:
    """Every standing offer of a lot in order, with the rank the tie policy gives it."""
    return _ranked(lot if isinstance(lot, LotState) else state.lots[lot], state.rules.ties)


@by_identity
def _ranked(lot: LotState, ties: TiePolicy) -> tuple[Ranked, ...]:
    standing = ordered(lot)
    ranks = RANKS[ties]([offer.amount for _, offer in standing])
    return tuple(
        Ranked(seat, offer, rank) for (seat, offer), rank in zip(standing, ranks, strict=True)
    )


@by_identity
def leader(lot: LotState) -> tuple[str, Offer] | None:
    """The seat that would win were there no reserve, and its offer."""
    best: tuple[str, Offer] | None = None
    for seat, mine in lot.seats.items():
        offer = mine.best
        if offer is not None and (
            best is None or (offer.amount, offer.seq) < (best[1].amount, best[1].seq)
        ):
            best = (seat, offer)
    return best


def lead(lot: LotState) -> Decimal | None:
    """The lowest standing amount."""
    found = leader(lot)
    return None if found is None else found[1].amount


@by_identity
def bidders(lot: LotState) -> int:
    """How many seats have a standing offer."""
    return sum(1 for mine in lot.seats.values() if mine.best is not None)


def winner(lot: LotState, reserve: Decimal | None) -> tuple[str, Offer] | None:
    """The leader, if it meets the reserve; one single bidder that does wins."""
    found = leader(lot)
    if found is None or (reserve is not None and found[1].amount > reserve):
        return None
    return found
