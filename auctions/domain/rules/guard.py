"""Guard: protection against slips of the finger, by the step from one's own best.

A step is a drop in price, or a rise of the quantity offered for a budget.

``warn`` is for the page alone. Past ``retype`` the amount must be typed again, and so must every
first bid. Past ``block`` a neutral person must unlock it. "Past" means more than: a step of just
25 % does not pass 25 %.
"""

from __future__ import annotations

from decimal import Context, Decimal
from enum import StrEnum

from auctions.domain.direction import better, gain
from auctions.domain.refusals import GuardBlocked, GuardRetype
from auctions.domain.state import LotState, SeatOnLot
from auctions.domain.terms import Guard
from kernel.decimals import to_wire

_WIDE = Context(prec=60)


class GuardLevel(StrEnum):
    """The highest threshold a bid passes."""

    NONE = "none"
    WARN = "warn"
    RETYPE = "retype"
    BLOCK = "block"


def guard_level(
    guard: Guard, best: Decimal | None, amount: Decimal, *, rises: bool = False
) -> GuardLevel:
    """What the guard makes of going from own ``best`` (None: no bid yet) to ``amount``."""
    if best is None:
        return GuardLevel.NONE if guard.retype is None else GuardLevel.RETYPE
    step = gain(rises, best, amount)
    if _passes(guard.block, best, step):
        return GuardLevel.BLOCK
    if _passes(guard.retype, best, step):
        return GuardLevel.RETYPE
    return GuardLevel.WARN if _passes(guard.warn, best, step) else GuardLevel.NONE


def check_guard(
    guard: Guard, lot: LotState, seat: str, amount: Decimal, retyped: Decimal | None
) -> None:
    """Raise GuardBlocked or GuardRetype unless the bid is confirmed as the guard asks."""
    mine = lot.seats.get(seat, _NOBODY)
    best = None if mine.best is None else mine.best.amount
    level = guard_level(guard, best, amount, rises=lot.rises)
    if level is GuardLevel.BLOCK and not unlocked(lot, mine, amount):
        raise GuardBlocked(field="amount", threshold=to_wire(guard.block or Decimal(0)))
    asked = guard.retype is not None and level in (GuardLevel.RETYPE, GuardLevel.BLOCK)
    if retyped != amount and (asked or retyped is not None):
        raise GuardRetype(field="retyped", threshold=to_wire(guard.retype or Decimal(0)))


def unlocked(lot: LotState, mine: SeatOnLot, amount: Decimal) -> bool:
    """Whether a neutral person let this seat go as far as the amount."""
    far = mine.unlocked_to
    return far is not None and not better(lot.rises, amount, far)


def _passes(percent: Decimal | None, best: Decimal, step: Decimal) -> bool:
    if percent is None:
        return False
    passed: bool = _WIDE.multiply(step, Decimal(100)) > _WIDE.multiply(best, percent)
    return passed


_NOBODY = SeatOnLot()
