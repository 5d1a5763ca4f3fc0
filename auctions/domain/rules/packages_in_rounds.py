"""Packages and discounts in sealed rounds: what may be sealed again, and when there is no further
round.

What was opened in a round stands. It is replaced by what costs less whatever else is chosen: the
same lots at no higher unit price, the same discount or a higher one on no harder a condition. So
no round can make the best choice dearer. All lots are decided together, so all end together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from auctions.domain.draft import Draft
from auctions.domain.events import ChoiceFound
from auctions.domain.rules import closing, next_bid, packages
from auctions.domain.rules.closing import Reserves
from auctions.domain.rules.packages import Found, Prices
from auctions.domain.state import AuctionState, Packages, Sealing, SeatPackages
from auctions.domain.state_packages import SeatDiscount, SeatPackage
from auctions.domain.terms import Terms
from auctions.domain.winner_determination import Allocation, cost_of

NOT_LOWER = "package_not_lower"
PRICE_RISES = "package_price_rises"
OTHER_LOTS = "package_other_lots"  # than the package of that number that stands
DISCOUNT_NOT_BETTER = "discount_not_better"
DISCOUNT_SUM = "discount_sum"


# What may be sealed again --------------------------------------------------------------------


def judged(state: AuctionState, seat: str, number: int, found: Found) -> Found:
    """What an envelope held, measured by what stands of the earlier rounds; else the code of why
    the former one stands."""
    if isinstance(found, str):
        return found
    mine = packages.of_seat(state, seat)
    if isinstance(found, SeatDiscount):
        return _discount(mine.discount, found)
    return _package(state, seat, mine.opened.get(number), found)


def _package(
    state: AuctionState, seat: str, former: SeatPackage | None, found: Prices
) -> Prices | str:
    if former is not None:
        if former.prices.keys() != found.keys():
            return OTHER_LOTS
        # In all it may cost less and yet lose: a reserve is of one lot, a discount rounds each.
        if any(price > former.prices[lot] for lot, price in found.items()):
            return PRICE_RISES
    most = most_in_all(state, seat, found.keys())
    if most is not None and cost_of(state.rules.lots, found.items()) > most:
        return NOT_LOWER
    return found


def _discount(former: SeatDiscount | None, found: SeatDiscount) -> SeatDiscount | str:
    # Lower offers could miss a sum that the former ones reached.
    if found.least:
        return DISCOUNT_SUM
    if former is None:
        return found
    no_worse = (
        found.percent >= former.percent
        and set(found.lots) <= set(former.lots)
        and found.count <= former.count
    )
    return found if no_worse and found != former else DISCOUNT_NOT_BETTER


def most_in_all(state: AuctionState, seat: str, lots: Iterable[int]) -> Fraction | None:
    """The most that a package of these lots may cost; None where the seat has none that stands.

    It is what the cheapest of them would cost, were each unit price lower by its lot's step.
    """
    asked = frozenset(lots)
    mine = packages.of_seat(state, seat)
    same = [each for each in mine.opened.values() if each.prices.keys() == asked]
    if not same:
        return None
    terms = state.rules.lots
    best = min(same, key=lambda each: (cost_of(terms, each.prices.items()), each.seq))
    lowered = {
        lot: next_bid.undercut(state, seat, state.lots[lot], price)
        for lot, price in best.prices.items()
    }
    return cost_of(terms, lowered.items())


# After a round -------------------------------------------------------------------------------


def choice(state: AuctionState) -> Allocation:
    """The best choice of all that stands, whatever the reserves."""
    return packages.best(state, sorted(state.lots), {})


def tell_choice(draft: Draft, before: Allocation) -> bool:
    """The entry that names the best choice after the round; whether it is better than ``before``:
    it serves more lots, or as many for less."""
    state = draft.state
    found = choice(state)
    better = _worth(state.rules, found) > _worth(state.rules, before)
    draft.emit(
        ChoiceFound(
            round=(state.sealing or Sealing()).round,
            lots=packages.lots_of(found),
            total=found.total,
            discounts=found.discounts,
            better=better,
            at=draft.at,
        )
    )
    return better


def _worth(terms: Terms, found: Allocation) -> tuple[int, Fraction]:
    return len(found.won), -cost_of(terms.lots, ((won.lot, won.amount) for won in found.won))


def active(state: AuctionState, number: int) -> int:
    """How many suppliers made a valid offer, package or discount in an ended round."""
    seats = {
        seat
        for lot in state.lots.values()
        if lot.rounds is not None
        for seat, offer in lot.rounds.ended[number - 1].items()
        if offer.amount is not None
    }
    for seat, mine in _seats(state).items():
        if any(read.round == number and not read.rejected for read in mine.read):
            seats.add(seat)
    return len(seats)


def _seats(state: AuctionState) -> Mapping[str, SeatPackages]:
    return (state.packages or Packages()).seats


def reserves_met(state: AuctionState, reserves: Reserves, never_opened: Sequence[int]) -> bool:
    """Whether every lot has a hidden reserve, and the best choice within them serves every lot."""
    if never_opened or any(lot.reserve_commitment is None for lot in state.rules.lots):
        return False
    numbers = sorted(state.lots)
    told = closing.opened_reserves(state.rules, numbers, reserves)
    return len(packages.best(state, numbers, told).won) == len(numbers)
