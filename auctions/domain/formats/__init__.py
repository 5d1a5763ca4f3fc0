"""The formats: how a price is found. One file each; this table is how they are chosen."""

from __future__ import annotations

from decimal import Decimal

from auctions.domain.formats import (
    budget,
    dutch,
    english,
    japanese,
    open_closed,
    sealed,
    sealed_rounds,
    turns,
    vickrey,
)
from auctions.domain.formats.base import FormatRules
from auctions.domain.state import AuctionState
from auctions.domain.terms import Format

RULES: dict[Format, FormatRules] = {
    Format.ENGLISH: english.RULES,
    Format.SEALED: sealed.RULES,
    Format.VICKREY: vickrey.RULES,
    Format.DUTCH: dutch.RULES,
    Format.JAPANESE: japanese.RULES,
    Format.TURNS: turns.RULES,
    Format.SEALED_ROUNDS: sealed_rounds.RULES,
    Format.OPEN_CLOSED: open_closed.RULES,
    Format.BUDGET: budget.RULES,
}


def rules_of(state: AuctionState) -> FormatRules:
    """The rules of the auction's format; only after genesis."""
    return RULES[state.rules.format]


def next_valid_bid(state: AuctionState, seat: str, lot: int) -> Decimal | None:
    """The highest amount this seat may offer on the lot; None where nothing limits it.

    Zero (or less) means that no amount above zero would do. Where quantities are bid it is the
    lowest one, beyond what can be written where none would do. Whether the lot is open now is not
    looked at.
    """
    return rules_of(state).most(state, seat, lot)
