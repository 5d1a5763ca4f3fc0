"""Prices by levels: what a Dutch clock and a Japanese round have in common.

A lot stands at one level at a time. A level has a number, a price and a time of its own; the end
of that time is the lot's deadline, and the only moment ahead that is ever told. A pause keeps
level, price and the time that remains. Acceptances bind: nothing is withdrawn, nothing extended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any

from auctions.domain import commands
from auctions.domain import terms_problems as problems
from auctions.domain.commands import AcceptLevel
from auctions.domain.draft import Draft
from auctions.domain.events import LevelAccepted, LevelOpened, LotResumed, LotStarted
from auctions.domain.formats.base import Handler, Item, What, not_in_format
from auctions.domain.refusals import (
    LevelAcceptedAlready,
    LevelNotReached,
    LotClosedAlready,
    TooLate,
)
from auctions.domain.rules import admission, holds, lots
from auctions.domain.state import ZERO, AuctionState, Levels, LotPhase, LotState
from auctions.domain.terms import LotTerms, Step, StepKind, Terms
from auctions.domain.terms_problems import Problem
from kernel.decimals import MAX_INTEGER_DIGITS, tick

_WIDE = Context(prec=60, rounding=ROUND_FLOOR)
TOO_LARGE = Decimal(10) ** MAX_INTEGER_DIGITS
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

# What bids have and acceptances have not.
WITHOUT: dict[type[Any], Handler] = dict.fromkeys(
    (
        commands.Withdraw,
        commands.RequestUnlock,
        commands.Extend,
        commands.DecideWithdrawal,
        commands.DecideUnlock,
    ),
    not_in_format,
)


def start_level(draft: Draft, lot: LotState, at: datetime, time: timedelta) -> None:
    """The lot starts at ``at``, with level 0 at the start price of the terms."""
    start = draft.state.rules.lots[lot.number - 1].start
    if start is None:
        raise ValueError("terms without a start price are never published")
    draft.emit(LotStarted(lot.number, at, at + time, at + time))
    draft.emit(LevelOpened(lot.number, 0, start, at, at + time))


def open_next(draft: Draft, lot: LotState, price: Decimal, at: datetime, time: timedelta) -> None:
    """The next level, for its full time."""
    draft.emit(LevelOpened(lot.number, levels_of(lot).number + 1, price, at, at + time))


def resume_level(draft: Draft, lot: LotState, at: datetime) -> None:
    """The same level goes on with exactly the time that remained."""
    if lot.levels is None or lot.deadline is None:
        holds.resume_lot(draft, lot, at)
        return
    until = at + max(ZERO, lot.deadline - (lot.paused_at or at))
    draft.emit(LotResumed(lot.number, at, None, until, until))


def agenda(state: AuctionState, lot: LotState) -> Iterator[Item]:
    """The end of the level; or the close, once the clock has been stopped."""
    stops_at = None if lot.levels is None else lot.levels.stops_at
    if stops_at is not None:
        yield stops_at, What.CLOSE, lot.number
    elif lot.deadline is not None:
        yield lot.deadline, What.STEP, lot.number


def taken(draft: Draft, command: AcceptLevel) -> tuple[LotState, Levels]:
    """The lot and its levels, if this seat may accept one now and the level was reached.

    The order of checks is part of the rules: seat, phase and consent; the lot's phase; the level.
    """
    state = draft.state
    admission.check_bidder(state, command.seat)
    lot = admission.lot_of(state, command.lot)
    lots.check_takes_bids(state, lot, draft.at)
    levels = levels_of(lot)
    if levels.stops_at is not None and draft.at > levels.stops_at:
        raise LotClosedAlready(lot=lot.number)
    reached = 0 <= command.level <= levels.number
    if not reached or (command.level == levels.number and draft.at <= levels.opened_at):
        raise LevelNotReached(field="level", level=command.level)
    return lot, levels


def bind(draft: Draft, command: AcceptLevel, levels: Levels) -> None:
    """The acceptance itself."""
    draft.emit(
        LevelAccepted(
            lot=command.lot,
            seat=command.seat,
            level=command.level,
            amount=levels.prices[command.level],
            received_at=draft.at,
            ref=command.ref,
        )
    )


def check_new(levels: Levels, seat: str, level: int) -> None:
    """Raise LevelAcceptedAlready for what binds the seat already."""
    if levels.accepted.get(seat, -1) >= level:
        raise LevelAcceptedAlready(level=level)


def levels_of(lot: LotState) -> Levels:
    """The levels of a lot that started."""
    if lot.levels is None:
        raise TooLate(lot=lot.number)  # the lot ended before its first level
    return lot.levels


def level_price(state: AuctionState, lot: int, level: int) -> Decimal | None:
    """The price of a level that was open once; None where there was none."""
    found = state.lots.get(lot)
    if found is None or found.levels is None or not 0 <= level <= found.levels.number:
        return None
    return found.levels.prices[level]


def most(state: AuctionState, seat: str, lot: int) -> Decimal | None:
    """The price that may be accepted now; before the start the start price; zero if out."""
    found = state.lots[lot]
    if found.levels is None:
        return state.rules.lots[lot - 1].start
    if found.phase is LotPhase.CLOSED or not found.levels.is_in(seat):
        return Decimal(0)
    return found.levels.price


def higher(lot_terms: LotTerms, price: Decimal) -> Decimal | None:
    """The price one step up, at least by the smallest amount; None past the greatest."""
    smallest = tick(lot_terms.scale)
    up = _WIDE.quantize(_WIDE.add(price, _difference(lot_terms.step, price)), smallest)
    found = max(up, _WIDE.add(price, smallest))
    return found if found < TOO_LARGE else None


def lower(lot_terms: LotTerms, price: Decimal) -> Decimal | None:
    """The price one step down; None where nothing above zero is left."""
    smallest = tick(lot_terms.scale)
    down = _WIDE.quantize(_WIDE.subtract(price, _difference(lot_terms.step, price)), smallest)
    found = min(down, _WIDE.subtract(price, smallest))
    return found if found > 0 else None


def _difference(step: Step, price: Decimal) -> Decimal:
    if step.kind is StepKind.ABSOLUTE:
        return step.absolute or Decimal(0)
    part: Decimal = _WIDE.multiply(price, step.percent or Decimal(0))
    return part.scaleb(-2, context=_WIDE)


# Terms ---------------------------------------------------------------------------------------


# Rank and lead among them: while a level holds they would tell who else has accepted it.
REFUSES = (
    "feedback.rank",
    "feedback.lead",
    "basis",
    "ties",
    "prebid_opens_at",
    "soft_close.window",
    "withdrawal.allowed",
    "buyer_extension.times",
    "guard.block",
)


def check(terms: Terms, name: str, time: timedelta | None) -> Iterator[Problem]:
    """What terms with levels need. ``name`` is the field of the level's time."""
    if time is None:
        yield problems.Missing(field=name)
    elif not SECOND <= time <= DAY:
        yield problems.OutOfRange(field=name, least="1 s", most="1 d")
    for lot in terms.lots:
        yield from _lot(f"lots.{lot.number}.", lot)


def _lot(path: str, lot: LotTerms) -> Iterator[Problem]:
    if lot.start is None:
        yield problems.Missing(field=path + "start")
    elif not lot.start.is_finite() or not 0 < lot.start < TOO_LARGE:
        yield problems.NotPositiveTerm(field=path + "start")
    elif 0 <= lot.scale <= 6 and lot.start != _WIDE.quantize(lot.start, tick(lot.scale)):
        yield problems.TooManyDigits(field=path + "start", scale=lot.scale)
    if lot.grid is not None:
        yield problems.RuleNotHere(field=path + "grid")
    if lot.ceiling is not None:
        yield problems.RuleNotHere(field=path + "ceiling")  # level 0 says what it would say
    if lot.step.kind is StepKind.SMALLER:
        yield problems.RuleNotHere(field=path + "step.kind")
