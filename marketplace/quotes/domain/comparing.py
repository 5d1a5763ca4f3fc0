"""Which of several prices of a line is the lowest, and which choices need a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """A price of one unit for a line in a quote; ``key`` names it."""

    key: str
    line: str
    price: Decimal
    currency: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """So much of a line from the bid; ``reason`` may be empty."""

    bid: str
    quantity: Decimal
    reason: str = ""


class Fault(StrEnum):
    """What is wrong with a choice."""

    UNKNOWN = "unknown"
    TWICE = "twice"
    NOTHING = "nothing"
    ABOVE_OFFERED = "above_offered"
    NOT_LOWEST = "not_lowest"
    ABOVE_ASKED = "above_asked"


def lowest(bids: Iterable[Bid], currency: str) -> dict[str, Decimal]:
    """The lowest price of each line. Amounts are never converted: a bid in another currency than
    the asked one is left out."""
    found: dict[str, Decimal] = {}
    for bid in bids:
        if bid.currency == currency:
            found[bid.line] = min(bid.price, found.get(bid.line, bid.price))
    return found


def is_lowest(bid: Bid, least: Mapping[str, Decimal], currency: str) -> bool:
    """Whether nobody asks less for the line in the asked currency."""
    return bid.currency == currency and least.get(bid.line) == bid.price


def faults(
    choices: Iterable[Choice],
    bids: Iterable[Bid],
    asked: Mapping[str, Decimal],
    currency: str,
) -> list[tuple[str, Fault]]:
    """What is wrong with the choices: the bid's key and why, in their order. ``asked`` is the
    quantity of each line. A bid that is not the lowest, and a line taken above the asked quantity,
    need a reason on the choice concerned; for the latter on one of the line's."""
    known = {each.key: each for each in bids}
    least = lowest(known.values(), currency)
    found: list[tuple[str, Fault]] = []
    taken: dict[str, Decimal] = {}
    explained: set[str] = set()
    last: dict[str, str] = {}
    seen: set[str] = set()
    for choice in choices:
        bid = known.get(choice.bid)
        if bid is None:
            found.append((choice.bid, Fault.UNKNOWN))
            continue
        if choice.bid in seen:
            found.append((choice.bid, Fault.TWICE))
            continue
        seen.add(choice.bid)
        if choice.quantity <= 0:
            found.append((choice.bid, Fault.NOTHING))
            continue
        if choice.quantity > bid.quantity:
            found.append((choice.bid, Fault.ABOVE_OFFERED))
        if not choice.reason and not is_lowest(bid, least, currency):
            found.append((choice.bid, Fault.NOT_LOWEST))
        taken[bid.line] = taken.get(bid.line, Decimal(0)) + choice.quantity
        last[bid.line] = choice.bid
        if choice.reason:
            explained.add(bid.line)
    for line, quantity in taken.items():
        if quantity > asked[line] and line not in explained:
            found.append((last[line], Fault.ABOVE_ASKED))
    return found
