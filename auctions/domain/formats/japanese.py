"""Japanese reverse: the price falls level by level; who does not accept a level is out.

Level k is the start price less k steps, or the level before it lowered by the step's percentage
and rounded down to the lot's scale. Each level runs its full time, also when everybody has
accepted it. Whoever has not accepted it by then is out of that lot, for no other reason: a lost
line alone is none. The lot stops when at most one accepts a level. That one wins at its price; if
nobody does, those who accepted the level before tie, and the first of them to accept it wins. If
nobody accepts level 0 there is no result.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from auctions.domain.commands import AcceptLevel
from auctions.domain.draft import Draft
from auctions.domain.events import DroppedOut
from auctions.domain.formats import levels
from auctions.domain.formats.base import FormatRules
from auctions.domain.refusals import OutOfLot
from auctions.domain.rules import closing
from auctions.domain.rules.closing import Reserves
from auctions.domain.state import AuctionState, LotState
from auctions.domain.terms import Terms
from auctions.domain.terms_problems import Problem


def accept(draft: Draft, command: AcceptLevel) -> None:
    """Stay in at the present level."""
    lot, found = levels.taken(draft, command)
    if not found.is_in(command.seat):
        missed = found.out.get(command.seat, found.accepted.get(command.seat, -1) + 1)
        raise OutOfLot(lot=lot.number, level=missed)
    levels.check_new(found, command.seat, command.level)
    levels.bind(draft, command, found)


def start(draft: Draft, lot: LotState, at: datetime) -> None:
    """The round starts at the start price, with everybody in."""
    levels.start_level(draft, lot, at, _time(draft.state.rules))


def step(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """A level's time is over: who is out, and whether another level follows."""
    terms = draft.state.rules
    found = levels.levels_of(lot)
    stayed = {seat for seat, level in found.accepted.items() if level == found.number}
    if stayed or found.number == 0:
        for seat in _were_in(draft.state, lot):
            if seat not in stayed:
                draft.emit(DroppedOut(lot.number, seat, found.number, at))
    price = levels.lower(terms.lots[lot.number - 1], found.price)
    if len(stayed) <= 1 or price is None:
        closing.settle_lot(draft, lot, at, reserves)
    else:
        levels.open_next(draft, lot, price, at, _time(terms))


def _were_in(state: AuctionState, lot: LotState) -> list[str]:
    """Who could accept the level, by seat: at level 0 whoever accepted some terms."""
    found = levels.levels_of(lot)
    if found.number > 0:
        return sorted(seat for seat, level in found.accepted.items() if level >= found.number - 1)
    return sorted(
        seat.id for seat in state.seats.values() if seat.accepted_version and not seat.removed
    )


def _time(terms: Terms) -> timedelta:
    if terms.japanese is None:
        raise ValueError("terms without the time of a level are never published")
    return terms.japanese.level


def check(terms: Terms) -> Iterator[Problem]:
    """What a round of levels needs."""
    given = terms.japanese
    yield from levels.check(terms, "japanese.level", None if given is None else given.level)


RULES = FormatRules(
    handlers={**levels.WITHOUT, AcceptLevel: accept},
    start=start,
    resume=levels.resume_level,
    agenda=levels.agenda,
    step=step,
    close=closing.settle_lot,
    most=levels.most,
    group="japanese",
    refuses=levels.REFUSES,
    starts=True,
    problems=check,
)
