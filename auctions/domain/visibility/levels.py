"""Where prices move by levels: the level that holds now, and one's own part in it.

The level, its price, its time and the price that would follow are the clock: public. Who may still
accept is told as the count of bidders is; who has accepted the present level is told to nobody but
the buyer until its time is over, since a supplier could wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from auctions.domain.formats.levels import higher, lower
from auctions.domain.state import AuctionState, Levels, LotPhase, LotState
from auctions.domain.terms import Format, LotTerms
from auctions.domain.visibility.table import Field, Role, Viewer, granted

_FOLLOWING: dict[Format, Callable[[LotTerms, Decimal], Decimal | None]] = {
    Format.DUTCH: higher,
    Format.JAPANESE: lower,
}


@dataclass(frozen=True, slots=True)
class LevelStanding:
    """The level that holds now. ``own``: open, accepted or out."""

    number: int
    price: Decimal
    opened_at: datetime
    next_price: Decimal | None
    own: str | None
    own_level: int | None
    missed: int | None
    active: int | None
    accepted: int | None


def level_standing(state: AuctionState, lot: LotState, viewer: Viewer) -> LevelStanding | None:
    """The level of a lot as this viewer may see it; None where there is none."""
    levels = lot.levels
    if levels is None:
        return None
    seat = viewer.seat
    following = _FOLLOWING[state.rules.format]
    closed = lot.phase is LotPhase.CLOSED
    now = sum(level == levels.number for level in levels.accepted.values())
    return LevelStanding(
        number=levels.number,
        price=levels.price,
        opened_at=levels.opened_at,
        next_price=None if closed else following(state.rules.lots[lot.number - 1], levels.price),
        own=None if seat is None else _own(state, levels, seat),
        own_level=None if seat is None else levels.accepted.get(seat),
        missed=None if seat is None else levels.out.get(seat),
        active=_active(state, levels) if granted(Field.COUNT, viewer, state, lot) else None,
        accepted=now if granted(Field.PARTICIPANTS, viewer, state, lot) else None,
    )


def _own(state: AuctionState, levels: Levels, seat: str) -> str:
    if levels.accepted.get(seat, -1) == levels.number:
        return "accepted"
    if state.rules.format is Format.DUTCH:
        return "accepted" if seat in levels.accepted else "open"
    return "open" if levels.is_in(seat) else "out"


def _active(state: AuctionState, levels: Levels) -> int | None:
    """Who accepted the level before; of level 0, and of a Dutch clock, there is none to tell."""
    if state.rules.format is Format.DUTCH or levels.number == 0:
        return None
    return sum(level >= levels.number - 1 for level in levels.accepted.values())


def bidders_told(lot: LotState, viewer: Viewer, bidders: int) -> int | None:
    """How many bid, where that is told: with levels only the buyer's side learns it."""
    told = lot.levels is None or viewer.role not in (Role.SUPPLIER, Role.OBSERVER)
    return bidders if told else None
