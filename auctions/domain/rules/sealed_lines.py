"""Sealed offers on a lot with positions: the envelope holds the unit price of each.

Its size follows from how many positions the lot has, and from nothing else: room for the longest
price there can be in each of them. So every envelope of a lot is of one size.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from auctions.domain.rules import lines, next_bid
from auctions.domain.rules.lines import Prices
from auctions.domain.state import AuctionState, Offer
from auctions.domain.terms import LotTerms
from kernel import sealing
from kernel.decimals import MAX_INTEGER_DIGITS, MAX_SCALE, parse_amount

_AROUND = len('{"lines":[]}')
_A_PRICE = len('"",') + MAX_INTEGER_DIGITS + len(".") + MAX_SCALE


class Content(NamedTuple):
    """What an envelope held: the amount, and on a lot with positions the prices behind it."""

    amount: Decimal
    prices: Prices | None = None


def text_bytes(lot: LotTerms) -> int:
    """To how many bytes the text of an offer for this lot is padded: whole parts of 128."""
    if lot.lines is None:
        return sealing.TEXT_BYTES
    most = _AROUND + _A_PRICE * len(lot.lines) - 1  # the last price has no comma
    return -(-most // sealing.TEXT_BYTES) * sealing.TEXT_BYTES


def envelope_bytes(lot: LotTerms) -> int:
    """The one size that an envelope for this lot has."""
    return sealing.ENVELOPE_BYTES - sealing.TEXT_BYTES + text_bytes(lot)


def read(state: AuctionState, lot: LotTerms, content: Any, basis: Offer | None) -> Content | None:
    """The prices at their scales and their total; None where the content has another form.

    ``lot`` are the terms as they hold for the seat, ``basis`` is its own best offer so far. Raises
    what is wrong with the prices as it is with those of an open bid, then with the total.
    """
    if not isinstance(content, dict) or content.keys() != {"lines"}:
        return None
    given = content["lines"]
    if not isinstance(given, list):
        return None
    prices = lines.check_prices(
        state, lot, tuple(parse_amount(text, MAX_SCALE) for text in given), basis
    )
    return Content(next_bid.check_form(lot, lines.total(lot, prices)), prices)
