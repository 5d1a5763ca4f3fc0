"""Who stands where, and who wins: an order of its own, independent of what bids were let in.

The lowest score stands first; where the terms score nothing, the price is the score, on the common
basis (auctions.domain.money). Where bids are quantities for a budget, the highest stands first: it
has the lowest unit price. Among equals the first decided stands first.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auctions.domain import money
from auctions.domain.affine import PRICE
from auctions.domain.direction import better
from auctions.domain.rules.ties import RANKS
from auctions.domain.state import AuctionState, LotState, Offer
from auctions.domain.terms import TiePolicy
from auctions.domain.worth import unit_price
from kernel.decimals import floor_fraction
from kernel.remembered import by_identity


@dataclass(frozen=True, slots=True)
class Ranked:
    """One seat's standing offer and its rank; ranks start at 1."""

    seat: str
    offer: Offer
    rank: int


def score(state: AuctionState, seat: str, lot: int, amount: Decimal) -> Fraction:
    """The unrounded score of a seat's price on a lot; the price itself where nothing is scored.

    Of a quantity for a budget the unit price.
    """
    if state.lots[lot].rises:
        return unit_price(state.rules.lots[lot - 1], amount)
    return state.lots[lot].scoring.get(seat, PRICE).score(amount)


def _key(lot: LotState, seat: str, amount: Decimal) -> Decimal | Fraction:
    """What ranks. Decimals where nothing is scored: they compare faster and just as exactly."""
    if lot.scoring:
        return lot.scoring.get(seat, PRICE).score(amount)
    return amount.copy_negate() if lot.rises else amount


@by_identity
def ordered(lot: LotState) -> tuple[tuple[str, Offer], ...]:
    """Standing offers, the lowest score first; among equals the first decided."""
    standing = [
        (_key(lot, seat, mine.best.amount), mine.best.seq, seat, mine.best)
        for seat, mine in lot.seats.items()
        if mine.best is not None and seat not in lot.barred
    ]
    standing.sort()
    return tuple((seat, offer) for _, _, seat, offer in standing)


def ranking(state: AuctionState, lot: LotState | int) -> tuple[Ranked, ...]:
    """Every standing offer of a lot in order, with the rank the tie policy gives it."""
    return _ranked(lot if isinstance(lot, LotState) else state.lots[lot], state.rules.ties)


@by_identity
def _ranked(lot: LotState, ties: TiePolicy) -> tuple[Ranked, ...]:
    standing = ordered(lot)
    ranks = RANKS[ties]([_key(lot, seat, offer.amount) for seat, offer in standing])
    return tuple(
        Ranked(seat, offer, rank) for (seat, offer), rank in zip(standing, ranks, strict=True)
    )


@by_identity
def leader(lot: LotState) -> tuple[str, Offer] | None:
    """The seat that would win were there no reserve, and its offer."""
    best: tuple[str, Offer] | None = None
    least: tuple[Decimal | Fraction, int] | None = None
    for seat, mine in lot.seats.items():
        offer = mine.best
        if offer is None or seat in lot.barred:
            continue
        stands = (_key(lot, seat, offer.amount), offer.seq)
        if least is None or stands < least:
            best, least = (seat, offer), stands
    return best


def lead(lot: LotState) -> Decimal | None:
    """The amount of the offer that leads: the lowest price where nothing is scored."""
    found = leader(lot)
    return None if found is None else found[1].amount


def lead_score(lot: LotState) -> Decimal | Fraction | None:
    """What the offer that leads ranks by: where nothing is scored, its amount."""
    found = leader(lot)
    return None if found is None else _key(lot, found[0], found[1].amount)


def lead_to(state: AuctionState, seat: str | None, lot: LotState) -> Decimal | None:
    """The lead as a seat is told it: the highest own price at which it would equal the lead.

    In its own money, rounded down to its scale. Where nothing is scored, the leading price: on the
    common basis for whoever has no seat, and None for it on a lot that is scored by criteria.
    """
    found = leader(lot)
    return None if found is None else as_told(state, seat, lot, *found)


def as_told(
    state: AuctionState, seat: str | None, lot: LotState, whose: str, offer: Offer
) -> Decimal | None:
    """Another's offer in a seat's own terms: the own price that has the same score."""
    if not lot.scoring or seat == whose:
        return offer.amount
    if seat is None:
        scored = state.rules.scoring is not None
        return None if scored else money.told_value(state, lot, whose, offer.amount)
    same = lot.scoring.get(whose, PRICE).score(offer.amount)
    scale = money.scale_of(state, seat, lot.number)
    return floor_fraction(lot.scoring.get(seat, PRICE).price(same), scale)


def equals_lead(lot: LotState, seat: str, amount: Decimal) -> bool:
    """Whether this price would have the very score that leads."""
    found = leader(lot)
    return found is not None and _key(lot, seat, amount) == _key(lot, found[0], found[1].amount)


def beats_lead(lot: LotState, seat: str, amount: Decimal) -> bool:
    """Whether this price would have a better score than the one that leads."""
    found = leader(lot)
    return found is not None and _key(lot, seat, amount) < _key(lot, found[0], found[1].amount)


@by_identity
def bidders(lot: LotState) -> int:
    """How many seats have a standing offer."""
    return sum(
        1 for seat, mine in lot.seats.items() if mine.best is not None and seat not in lot.barred
    )


def winner(lot: LotState, reserve: Decimal | None) -> tuple[str, Offer] | None:
    """The first in order whose amount meets the reserve; one single bidder that does wins."""
    if reserve is None:
        return leader(lot)
    return next(
        ((seat, offer) for seat, offer in ordered(lot) if within(lot, seat, offer.amount, reserve)),
        None,
    )


def within(lot: LotState, seat: str, amount: Decimal, most: Decimal) -> bool:
    """Whether a seat's amount is no worse than an amount of the common basis."""
    if seat not in lot.money:
        return not better(lot.rises, most, amount)
    return money.value_of(lot, seat, amount) <= Fraction(most)
