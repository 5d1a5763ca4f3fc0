"""Bots with packages: each offers one, its lots at what they cost together, as it asks for one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from auctions.domain.commands import PlaceSealedPackage
from auctions.domain.terms import Format
from auctions.rehearsal.play.amounts import part
from auctions.rehearsal.play.bots import Bot, Look, View
from auctions.rehearsal.play.formats.enveloped import in_envelope, look_at_all
from auctions.rehearsal.play.formats.sealed import offered
from auctions.rehearsal.play.formats.sealed_rounds import PART
from auctions.rehearsal.play.formats.sealing import first_price, true_cost
from auctions.rehearsal.play.formats.wanting import floor_of
from auctions.rehearsal.play.together import Together
from kernel.decimals import to_wire

NUMBER = 1  # each bot has one package
NEAR = 0.9  # of the way from cost to price level: where it begins in rounds
Asks = Callable[[Bot, View, Decimal, random.Random], Decimal]


def look_together(bot: Bot, package: Together, view: View, chance: random.Random) -> Look:
    """Offer the package once, in rounds once a round."""
    return look_at_all(bot, view, chance, lambda: _sealed(bot, package, view, chance))


def _sealed(
    bot: Bot, package: Together, view: View, chance: random.Random
) -> PlaceSealedPackage | None:
    """The package in its envelope; None where a lot's price cannot be at its cost or above."""
    prices = {}
    asks = ASKS[view.terms.format]
    for number in package.lots:
        lot = view.terms.lots[number - 1]
        alone = replace(view, lot=lot, cost=package.costs[number], price=bot.prices[number])
        floor = floor_of(bot, alone)
        wanted = max(floor, asks(bot, alone, highest_of(alone), chance))
        price = offered(alone, wanted, lot.ceiling)
        if price < floor or price <= 0:
            return None
        prices[str(number)] = to_wire(price)
    return in_envelope(bot, view, NUMBER, {"prices": prices})


def highest_of(view: View) -> Decimal:
    """Where a bot would begin on the lot: its price level, or the ceiling where that is lower."""
    return view.price if view.lot.ceiling is None else min(view.price, view.lot.ceiling)


def _in_rounds(bot: Bot, view: View, highest: Decimal, chance: random.Random) -> Decimal:
    """Lower in each round, by the same part of the way to the cost: what was opened stands, and a
    price that rises is not taken. In the last, which nobody answers, as one sealed offer."""
    rounds, cost = view.standing.rounds, floor_of(bot, view)
    if rounds is None or highest <= cost:
        return cost
    share = NEAR * (1 - PART.get(bot.strategy, 0.5)) ** (rounds.round - 1)
    asked = part(cost, highest, share)
    if rounds.round == rounds.rounds:
        asked = min(asked, first_price(bot, view, highest, chance))
    return asked


ASKS: dict[Format, Asks] = {
    Format.SEALED: first_price,
    Format.VICKREY: true_cost,
    Format.SEALED_ROUNDS: _in_rounds,
}
