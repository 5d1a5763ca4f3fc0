"""A bot: somebody at one seat with costs and a habit, who knows what a supplier may know.

A bot is handed a :class:`View` and nothing else: the public terms, its own costs, and the standing
of one lot as ``visibility`` shows it to that seat. Its chance comes from its own seed and the
number of times it has looked. So what it does is a function of what it may see.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from auctions.domain.commands import Command
from auctions.domain.state import AuctionState
from auctions.domain.terms import LotTerms, Terms
from auctions.domain.visibility import LotStanding, Role, Viewer
from auctions.domain.visibility.standing import lot_standing
from auctions.rehearsal.play.condition import Condition
from auctions.rehearsal.play.together import Together

Prices = Mapping[int, Decimal]  # unit prices by lot


class Strategy(StrEnum):
    """A bot's habit; what it means in a format is that format's file."""

    STRAIGHT = "straightforward"  # the next valid bid whenever not leading, down to its cost
    JUMP = "jump"  # few and large steps
    SNIPER = "sniper"  # waits for the last seconds
    TIMID = "timid"  # slow, hesitates, keeps a margin
    RANDOM = "random"  # any pace, any step


@dataclass(frozen=True, slots=True)
class Bot:
    """``costs`` and ``prices`` are unit prices by lot; ``prices`` is where it would begin."""

    seat: str
    strategy: Strategy
    costs: Mapping[int, Decimal]
    prices: Mapping[int, Decimal]
    seed: str
    together: Together | None = None  # its package, where they are taken
    condition: Condition | None = None  # of its discount, where they are taken

    def chance(self, lot: int, looks: int) -> random.Random:
        """The same numbers for the same look, whatever happened elsewhere."""
        return random.Random(f"{self.seed}|{self.seat}|{lot}|{looks}")


@dataclass(frozen=True, slots=True)
class View:
    """All that a bot knows when it looks at one lot."""

    now: datetime
    terms: Terms
    lot: LotTerms
    standing: LotStanding
    cost: Decimal
    price: Decimal
    ref: str  # for the command, should it give one


@dataclass(frozen=True, slots=True)
class Look:
    """What a bot does at a look, and in how long it looks again (None: it is through)."""

    command: Command | None
    again: timedelta | None


DONE = Look(None, None)


class Format(Protocol):
    """How bots take part in one format, and how the lots of an auction run under it."""

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """What the bot does now; depends on nothing but its arguments."""

    initial_offers: bool  # whether it begins with offers made before the start
    needs_reserve: bool  # whether an auction of it cannot be without a hidden reserve

    def terms_of(self, terms: Terms, prices: Prices) -> Terms | None:
        """The same lots under this format, to compare with; None where it cannot carry them."""

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """What the public terms tell of a lot's price level; None: nothing."""


def view_of(state: AuctionState, bot: Bot, lot: int, now: datetime, ref: str) -> View:
    """What this bot may see of the lot: exactly a supplier's standing. Hidden reserves are not
    handed in, so not even their being met is told."""
    terms = state.rules
    lot_terms = terms.lot(lot)
    if lot_terms is None:
        raise ValueError(f"there is no lot {lot}")
    return View(
        now=now,
        terms=terms,
        lot=lot_terms,
        standing=lot_standing(state, state.lots[lot], Viewer(Role.SUPPLIER, bot.seat), now=now),
        cost=bot.costs[lot],
        price=bot.prices[lot],
        ref=ref,
    )
