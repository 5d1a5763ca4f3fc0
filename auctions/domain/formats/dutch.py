"""Dutch reverse: the price starts low and rises every tick, until somebody accepts it.

Level k is the start price plus k steps, or the level before it raised by the step's percentage and
rounded down to the lot's scale (always by the smallest amount at least). An acceptance binds at
the level it names, if that level was reached when it was received. It stops the clock at its own
moment: whatever was received up to then still counts, the lowest level wins, then the order of
decision, which is that of receipt. Where the next price would lie above the reserve the lot ends
without a result; the reserve is hidden, so that nobody can tell the end of the schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from auctions.domain import terms_problems as problems
from auctions.domain.commands import AcceptLevel
from auctions.domain.draft import Draft
from auctions.domain.formats import levels
from auctions.domain.formats.base import FormatRules
from auctions.domain.rules import closing
from auctions.domain.rules.closing import Reserves
from auctions.domain.state import LotState
from auctions.domain.terms import Terms
from auctions.domain.terms_problems import Problem


def accept(draft: Draft, command: AcceptLevel) -> None:
    """Take the lot at the price of a level that was reached."""
    _, found = levels.taken(draft, command)
    levels.check_new(found, command.seat, 0)
    levels.bind(draft, command, found)


def start(draft: Draft, lot: LotState, at: datetime) -> None:
    """The clock starts at the start price."""
    levels.start_level(draft, lot, at, _tick(draft.state.rules))


def step(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """One tick: the next price, or the end where it would lie above the reserve."""
    terms = draft.state.rules
    price = levels.higher(terms.lots[lot.number - 1], levels.levels_of(lot).price)
    reserve = reserves.get(lot.number)
    if price is None or (reserve is not None and price > reserve.amount):
        closing.settle_lot(draft, lot, at, reserves)
    else:
        levels.open_next(draft, lot, price, at, _tick(terms))


def _tick(terms: Terms) -> timedelta:
    if terms.dutch is None:
        raise ValueError("terms without their tick are never published")
    return terms.dutch.tick


def check(terms: Terms) -> Iterator[Problem]:
    """What a clock needs; without a hidden reserve its end would be known or never come."""
    yield from levels.check(terms, "dutch.tick", None if terms.dutch is None else terms.dutch.tick)
    for lot in terms.lots:
        if lot.reserve_commitment is None:
            yield problems.Missing(field=f"lots.{lot.number}.reserve_commitment")


RULES = FormatRules(
    handlers={**levels.WITHOUT, AcceptLevel: accept},
    start=start,
    resume=levels.resume_level,
    agenda=levels.agenda,
    step=step,
    close=closing.settle_lot,
    most=levels.most,
    group="dutch",
    refuses=levels.REFUSES,
    starts=True,
    problems=check,
)
