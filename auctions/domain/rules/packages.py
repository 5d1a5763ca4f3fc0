"""Packages and discounts on a condition: sealed beside the offers for one lot, opened with them.

A package is a unit price for each of some lots, all or nothing. Before the opening nobody knows
which lots it holds. A discount is so many percent off everything its supplier wins, if it wins
enough. Who wins which lots is then found over all offers at once (winner_determination).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from auctions.domain import outcome
from auctions.domain.commands import PlaceSealedPackage, WithdrawPackage
from auctions.domain.draft import Draft
from auctions.domain.events import (
    AllocatedLot,
    DiscountOpened,
    LotPrice,
    LotsAllocated,
    PackageOpened,
    PackageRejected,
    SealedPackagePlaced,
    SealedPackageWithdrawn,
)
from auctions.domain.refusals import (
    AboveCeiling,
    EnvelopeMalformed,
    LotClosedAlready,
    NoPackage,
    NotInFormat,
    PackageNumber,
    Refusal,
    SealingNotReady,
    TooLate,
    WithdrawalNotAllowed,
)
from auctions.domain.rules import admission, lots, next_bid
from auctions.domain.rules.closing import Winner
from auctions.domain.state import (
    AuctionState,
    LotPhase,
    LotState,
    Offer,
    Packages,
    SealedOffer,
    Sealing,
    SeatPackages,
)
from auctions.domain.state_packages import SeatDiscount
from auctions.domain.terms import LotTerms, PackageTerms, Terms
from auctions.domain.winner_determination import Allocation, Bid, Discount, determine, sum_of
from kernel import sealing
from kernel.decimals import MAX_SCALE, line_total, parse_amount, to_wire
from kernel.errors import FairfallError

DISCOUNT = 0  # the number under which a discount is sealed
CANNOT_DECRYPT = "cannot_decrypt"
MALFORMED = "malformed"
LOTS = "package_lots"  # unknown lots, too few or too many
Prices = Mapping[int, Decimal]
# What an envelope holds, or the code of why it counts for nothing.
Found = Prices | SeatDiscount | str
Judge = Callable[[AuctionState, str, int, Found], Found]


class Pay(Protocol):
    """What the winners of the best choice, ``found``, are paid where that is not what they ask."""

    def __call__(
        self,
        allocated: LotsAllocated,
        found: Allocation,
        *,
        lots: Sequence[LotTerms],
        bids: Sequence[Bid],
        discounts: Mapping[str, Discount],
        reserves: Mapping[int, Decimal],
    ) -> LotsAllocated: ...


# Offering ------------------------------------------------------------------------------------


def place(draft: Draft, command: PlaceSealedPackage) -> None:
    """Keep an envelope; it takes the place of the seat's last one of that number."""
    state = draft.state
    admission.check_bidder(state, command.seat)
    rule = _rule(state)
    least = DISCOUNT if rule.discounts else DISCOUNT + 1
    if not least <= command.package <= rule.per_supplier:
        raise PackageNumber(field="package", least=least, most=rule.per_supplier)
    for lot in state.lots.values():
        lots.check_takes_bids(state, lot, draft.at)
        lots.check_round(lot, command.round)
    if not (state.sealing or Sealing()).ready:
        raise SealingNotReady()
    if not sealing.is_envelope(command.envelope, sealing.LONG_ENVELOPE_BYTES):
        raise EnvelopeMalformed(field="envelope")
    draft.emit(
        SealedPackagePlaced(command.seat, command.package, command.envelope, draft.at, command.ref)
    )


def withdraw(draft: Draft, command: WithdrawPackage) -> None:
    """Take a package or the discount back before the deadline."""
    state = draft.state
    seat = admission.seat_of(state, command.seat)
    admission.check_open(state)
    _rule(state)
    if not state.rules.withdrawal.allowed:
        raise WithdrawalNotAllowed()
    for lot in state.lots.values():
        if lot.phase in (LotPhase.CLOSED, LotPhase.SEALED):
            raise LotClosedAlready(lot=lot.number)
        if lot.phase is LotPhase.RUNNING and lot.deadline is not None and draft.at > lot.deadline:
            raise TooLate(lot=lot.number)
    offer = of_seat(state, seat.id).offers.get(command.package)
    if offer is None or offer.received_at > draft.at:
        raise NoPackage()
    for lot in state.lots.values():
        lots.check_round(lot, command.round)
    draft.emit(SealedPackageWithdrawn(seat.id, command.package, offer.seq, draft.at, command.ref))


def _rule(state: AuctionState) -> PackageTerms:
    rule = state.rules.packages
    if rule is None:
        raise NotInFormat()
    return rule


def of_seat(state: AuctionState, seat: str) -> SeatPackages:
    """A seat's packages; of none where it has none."""
    return (state.packages or Packages()).seats.get(seat, SeatPackages())


def sealed_count(state: AuctionState) -> int:
    """How many packages and discounts are sealed and not withdrawn."""
    return sum(len(mine.offers) for mine in (state.packages or Packages()).seats.values())


# Opening -------------------------------------------------------------------------------------


def purpose(seat: str, number: int) -> bytes:
    """What an envelope is good for: no other seat, no other number."""
    return f"{seat}\npackage {number}".encode("ascii")


def open_all(draft: Draft, opener: sealing.Opener, judge: Judge | None = None) -> None:
    """Open each package and discount in the order in which they were sealed; ``judge`` measures
    each by what was opened before, where anything was."""
    state = draft.state
    waiting: list[tuple[int, str, int, SealedOffer]] = [
        (offer.seq, seat, number, offer)
        for seat, mine in (state.packages or Packages()).seats.items()
        for number, offer in mine.offers.items()
    ]
    for seq, seat, number, offer in sorted(waiting, key=lambda item: item[0]):
        found = read(state.rules, seat, number, offer.envelope, opener)
        if judge is not None:
            found = judge(state, seat, number, found)
        draft.emit(opened(state.rules, seat, number, seq, found))


def opened(
    terms: Terms, seat: str, number: int, seq: int, found: Found
) -> PackageOpened | DiscountOpened | PackageRejected:
    """The entry that says what an envelope held."""
    if isinstance(found, str):
        return PackageRejected(seat, number, seq, found)
    if isinstance(found, SeatDiscount):
        return DiscountOpened(seat, seq, found.percent, found.lots, found.count, found.least)
    prices = tuple(LotPrice(lot, amount) for lot, amount in sorted(found.items()))
    asked_for = [(terms.lots[lot - 1], amount) for lot, amount in found.items()]
    totals = [line_total(lot.quantity, amount, lot.scale) for lot, amount in asked_for]
    return PackageOpened(seat, number, seq, prices, sum_of(totals))


def read(terms: Terms, seat: str, number: int, envelope: str, opener: sealing.Opener) -> Found:
    """What an envelope holds, or the code of why it counts for nothing."""
    try:
        raw = bytes.fromhex(envelope)
        text = opener.open(purpose(seat, number), raw, sealing.LONG_ENVELOPE_BYTES)
    except sealing.NotOpened:
        return CANNOT_DECRYPT
    try:
        content = json.loads(text.decode("ascii"))
        if not isinstance(content, dict):
            return MALFORMED
        return _discount(terms, content) if number == DISCOUNT else _prices(terms, content)
    except Refusal as refusal:
        return refusal.code
    except (ValueError, TypeError, AttributeError, RecursionError, FairfallError):
        return MALFORMED


def _prices(terms: Terms, content: Mapping[str, Any]) -> Prices | str:
    rule = terms.packages or PackageTerms()
    if content.keys() != {"prices"} or not isinstance(content["prices"], dict):
        return MALFORMED
    known = {str(lot.number): lot for lot in terms.lots}
    given = content["prices"]
    if not given.keys() <= known.keys() or not 2 <= len(given) <= rule.most_lots:
        return LOTS
    return {known[name].number: _price(known[name], given[name]) for name in sorted(given)}


def _price(lot: LotTerms, text: Any) -> Decimal:
    amount = next_bid.check_form(lot, parse_amount(text, MAX_SCALE))
    if lot.ceiling is not None and amount > lot.ceiling:
        raise AboveCeiling(most=to_wire(lot.ceiling))
    return amount


def _discount(terms: Terms, content: Mapping[str, Any]) -> SeatDiscount | str:
    conditions = content.keys() - {"percent"}
    if "percent" not in content or not conditions or not conditions <= {"lots", "count", "sum"}:
        return MALFORMED
    percent = _short(content["percent"])
    least = _short(content["sum"]) if "sum" in content else Decimal(0)
    count = content.get("count", 0)
    named = content.get("lots", [])
    numbers = {lot.number for lot in terms.lots}
    if type(count) is not int or type(named) is not list:
        return MALFORMED
    if not 0 < percent < 100 or any(type(lot) is not int for lot in named):
        return MALFORMED
    if not set(named) <= numbers or len(set(named)) != len(named) or count > len(numbers):
        return LOTS
    if count < 0 or not (named or count or least):
        return MALFORMED
    return SeatDiscount(percent, tuple(sorted(named)), count, least)


def _short(text: Any) -> Decimal:
    """Without zeros at the end: one form for one value."""
    return Decimal(format(parse_amount(text, MAX_SCALE).normalize(), "f"))


# Who wins ------------------------------------------------------------------------------------


def allocate(
    draft: Draft,
    waiting: Sequence[int],
    reserves: Mapping[int, Decimal],
    pay: Pay | None = None,
) -> Winner:
    """Find who wins the lots that were just opened; what is returned names a lot's winner.

    Each winner is paid what it asks, or what ``pay`` says.
    """
    state = draft.state
    terms = _terms(state, waiting)
    bids, discounts = bids_of(state, waiting, reserves), _discounts(state)
    alone = determine(terms, [bid for bid in bids if bid.package is None])
    found = determine(terms, bids, discounts)
    allocated = LotsAllocated(
        lots=lots_of(found),
        total=found.total,
        discounts=found.discounts,
        single_lots=len(alone.won),
        single_total=alone.total,
        at=draft.at,
    )
    if pay is not None:
        allocated = pay(
            allocated, found, lots=terms, bids=bids, discounts=discounts, reserves=reserves
        )
    draft.emit(allocated)
    return _winner(allocated)


def best(
    state: AuctionState, numbers: Sequence[int], reserves: Mapping[int, Decimal]
) -> Allocation:
    """The best choice as things stand, among what is within these reserves."""
    bids = bids_of(state, numbers, reserves)
    return determine(_terms(state, numbers), bids, _discounts(state))


def lots_of(found: Allocation) -> tuple[AllocatedLot, ...]:
    """A choice lot by lot, as the ledger keeps it."""
    return tuple(
        AllocatedLot(each.lot, each.bid.seat, each.amount, each.bid.seq, each.bid.package)
        for each in found.won
    )


def bids_of(
    state: AuctionState, numbers: Sequence[int], reserves: Mapping[int, Decimal]
) -> list[Bid]:
    """The offers for these lots within the reserves: those for one lot, then the packages."""
    return [*_singles(state, numbers, reserves), *_packages(state, numbers, reserves)]


def _terms(state: AuctionState, numbers: Sequence[int]) -> list[LotTerms]:
    return [state.rules.lots[number - 1] for number in sorted(numbers)]


def _winner(found: LotsAllocated) -> Winner:
    by_lot = {each.lot: each for each in found.lots}

    def winner(lot: LotState, reserve: Decimal | None) -> tuple[str, Offer] | None:
        each = by_lot.get(lot.number)
        if each is None:
            return None
        amount = each.amount if each.paid is None else each.paid
        return each.seat, Offer(amount, each.offer, found.at, prebid=False)

    return winner


def _singles(
    state: AuctionState, waiting: Sequence[int], reserves: Mapping[int, Decimal]
) -> list[Bid]:
    return [
        Bid(seat, offer.seq, {number: offer.amount})
        for number in waiting
        for seat, offer in outcome.ordered(state.lots[number])
        if number not in reserves or offer.amount <= reserves[number]
    ]


def _packages(
    state: AuctionState, waiting: Sequence[int], reserves: Mapping[int, Decimal]
) -> list[Bid]:
    return [
        Bid(seat, package.seq, package.prices, number)
        for seat, mine in (state.packages or Packages()).seats.items()
        for number, package in mine.opened.items()
        if all(
            lot in waiting and (lot not in reserves or amount <= reserves[lot])
            for lot, amount in package.prices.items()
        )
    ]


def _discounts(state: AuctionState) -> dict[str, Discount]:
    return {
        seat: Discount(found.percent, found.lots, found.count, found.least)
        for seat, mine in (state.packages or Packages()).seats.items()
        if (found := mine.discount) is not None
    }


def won(state: AuctionState, seat: str, number: int) -> bool:
    """Whether lots went by the seat's package of this number; of the discount, whether it holds."""
    found = None if state.packages is None else state.packages.allocated
    if found is None:
        return False
    if number == DISCOUNT:
        return seat in found.discounts
    return any(
        package == number and state.lots[lot].winner == seat
        for lot, package in found.by_package.items()
    )


def asked(state: AuctionState, number: int) -> Decimal | None:
    """What a lot's winner asked a unit, after a discount; None where that is what it is paid."""
    found = None if state.packages is None else state.packages.allocated
    return None if found is None or found.payments is None else found.asked.get(number)


# The award -----------------------------------------------------------------------------------


def bound(state: AuctionState, number: int) -> frozenset[int]:
    """The other lots on which a lot's winner and price depend: of its package, of its discount."""
    found = None if state.packages is None else state.packages.allocated
    winner = state.lots[number].winner
    if found is None or winner is None:
        return frozenset()
    if found.payments is not None:  # each price is a share of what is paid for all of them
        together = (each.lots for each in found.payments if number in each.lots)
        return frozenset().union(*together) - {number}
    package = found.by_package.get(number)
    return frozenset(
        other
        for other, lot in state.lots.items()
        if other != number
        and lot.winner == winner
        and (
            winner in found.discounts
            or (package is not None and found.by_package.get(other) == package)
        )
    )


def is_broken(state: AuctionState, number: int, awards: Mapping[int, str | None]) -> bool:
    """Whether a lot on which this one depends was awarded otherwise: its offer holds no more."""
    winner = state.lots[number].winner
    return any(awards[other] != winner for other in bound(state, number) if other in awards)
