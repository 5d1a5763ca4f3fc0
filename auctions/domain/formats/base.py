"""What a format does its own way, over what all formats have in common.

The machine, the boundaries and the standing ask the format of the terms; nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

from auctions.domain.draft import Draft
from auctions.domain.refusals import NotInFormat
from auctions.domain.rules import admission, closing, holds, lots, next_bid
from auctions.domain.rules.closing import Reserves
from auctions.domain.state import ZERO, AuctionState, LotState
from auctions.domain.terms import Terms
from auctions.domain.terms_problems import Problem

Handler = Callable[[Draft, Any], None]


class What(IntEnum):
    """What is due, in the order of one moment."""

    PREBID = 0
    RESUME = 1
    START = 2
    CONSENT_END = 3
    AUTOMATIC_PAUSE_END = 4
    HIDE_RANKS = 5
    ANNOUNCE_HARD_STOP = 6
    STEP = 7  # of the format: a tick, a level, a turn
    CLOSE = 8


Item = tuple[datetime, What, int]  # moment, what, lot (0: the auction)


def until_the_deadline(state: AuctionState, lot: LotState) -> Iterator[Item]:
    """What is due on a running lot that ends by its deadline: the close, and what precedes it."""
    if lot.deadline is None or lot.hard_stop is None or lot.running_since is None:
        return
    yield lot.deadline, What.CLOSE, lot.number
    # Neither is due before the lot runs: after a pause less may remain than it is ahead.
    hide = state.rules.feedback.hide_ranks_last
    if hide > ZERO and not lot.ranks_hidden:
        yield max(lot.running_since, lot.deadline - hide), What.HIDE_RANKS, lot.number
    ahead = lot.hard_stop - state.rules.soft_close.window
    if not lot.hard_stop_announced and ahead < lot.deadline:
        yield max(lot.running_since, ahead), What.ANNOUNCE_HARD_STOP, lot.number


def not_in_format(draft: Draft, command: Any) -> None:
    """For a command that the format does not have."""
    admission.check_open(draft.state)
    raise NotInFormat()


def no_step(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """For a format whose agenda has no steps of its own."""
    raise ValueError("this format has no steps")


def no_problems(terms: Terms) -> Iterator[Problem]:
    """For a format that asks no more of its terms than all do."""
    return iter(())


@dataclass(frozen=True, slots=True)
class FormatRules:
    """One format. What is not given is as in an open auction that ends by its deadline."""

    handlers: Mapping[type[Any], Handler]  # of commands; they replace the common ones
    group: str = ""  # the field of the terms that is this format's own
    start: Callable[[Draft, LotState, datetime], None] = lots.start_lot
    resume: Callable[[Draft, LotState, datetime], None] = holds.resume_lot
    agenda: Callable[[AuctionState, LotState], Iterator[Item]] = until_the_deadline
    step: Callable[[Draft, LotState, datetime, Reserves], None] = no_step
    close: Callable[[Draft, LotState, datetime, Reserves], None] = closing.close_lot
    most: Callable[[AuctionState, str, int], Decimal | None] = next_bid.next_valid_bid
    edited_once_started: bool = True  # whether times may be edited while a lot is under way
    refuses: tuple[str, ...] = ()  # rules that it does not take: names of formats.plain
    # The same, of new terms alone: ledgers from before may hold them.
    refuses_anew: tuple[str, ...] = ()
    starts: bool = False  # whether its lots have a start price
    budgets: bool = False  # whether its lots have a budget, and amounts are quantities
    problems: Callable[[Terms], Iterator[Problem]] = field(default=no_problems)
    sealed: bool = False  # no amount is known to anybody before the lot closes
