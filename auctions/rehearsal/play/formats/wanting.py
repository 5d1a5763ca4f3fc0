"""The amount a bot wants to offer next, where suppliers undercut each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from auctions.domain.visibility import OwnStanding
from auctions.rehearsal.play.amounts import part
from auctions.rehearsal.play.bots import Bot, Strategy, View

TIMID_MARGIN = Decimal("1.03")  # of its cost: below that a timid bot does not go
Chance = random.Random


def floor_of(bot: Bot, view: View) -> Decimal:
    """Nobody goes below its cost."""
    return view.cost * TIMID_MARGIN if bot.strategy is Strategy.TIMID else view.cost


def _step_down(view: View, own: OwnStanding, chance: Chance) -> Decimal:
    return view.price if own.most is None else own.most


def _jump(view: View, own: OwnStanding, chance: Chance) -> Decimal:
    best = own.best or view.price
    return part(best, view.cost, 0.25 + chance.random() / 4)


def _snipe(view: View, own: OwnStanding, chance: Chance) -> Decimal:
    lead = view.standing.lead
    if lead is not None:
        return lead * Decimal("0.995")
    return part(own.best or view.price, view.cost, 0.5)


def _anywhere(view: View, own: OwnStanding, chance: Chance) -> Decimal:
    return part(_step_down(view, own, chance), view.cost, chance.random() / 2)


def _near_price(view: View, own: OwnStanding, chance: Chance) -> Decimal:
    return part(view.price, view.cost, chance.random() / 5)


def _at_price(view: View, own: OwnStanding, chance: Chance) -> Decimal:
    return view.price


Wanted = Callable[[View, OwnStanding, Chance], Decimal]
FIRST: dict[Strategy, Wanted] = {
    Strategy.STRAIGHT: _near_price,
    Strategy.JUMP: _jump,
    Strategy.SNIPER: _snipe,
    Strategy.TIMID: _at_price,
    Strategy.RANDOM: _anywhere,
}
NEXT: dict[Strategy, Wanted] = {
    Strategy.STRAIGHT: _step_down,
    Strategy.JUMP: _jump,
    Strategy.SNIPER: _snipe,
    Strategy.TIMID: _step_down,
    Strategy.RANDOM: _anywhere,
}
