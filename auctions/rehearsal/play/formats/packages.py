"""Bots with packages: each offers one, its lots at what they cost together, as it asks for one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from auctions.domain.commands import PlaceSealedPackage
from auctions.domain.rules.packages import purpose
from auctions.domain.terms import Format
from auctions.rehearsal.play.amounts import part
from auctions.rehearsal.play.bots import DONE, Bot, Look, View
from auctions.rehearsal.play.formats.sealed import offered
from auctions.rehearsal.play.formats.sealed_rounds import PART, until_round
from auctions.rehearsal.play.formats.sealing import first_price, true_cost
from auctions.rehearsal.play.formats.wanting import floor_of
from auctions.rehearsal.play.pace import (
    after_deadline,
    moment,
    until_late,
    until_start,
    waits_for_end,
)
from auctions.rehearsal.play.together import Together
from kernel import sealing
from kernel.decimals import to_wire

NUMBER = 1  # each bot has one package
NEAR = 0.9  # of the way from cost to price level: where it begins in rounds
Asks = Callable[[Bot, View, Decimal, random.Random], Decimal]


def look_together(bot: Bot, view: View, chance: random.Random) -> Look:
    """Offer the package once, in rounds once a round; a sniper in the last seconds.

    ``view`` is that of any lot of the package: all lots with packages run and end together.
    """
    lot, package = view.standing, bot.together
    if package is None or lot.phase == "closed" or lot.own is None:
        return DONE
    if lot.phase in ("waiting", "prebid"):
        return Look(None, until_start(view, chance))
    if lot.phase == "paused":
        return Look(None, moment(chance))
    rounds = lot.rounds
    if lot.phase != "running" or lot.sealed is None:
        return DONE if rounds is None else Look(None, until_round(view, chance))
    if waits_for_end(bot, view):
        return Look(None, until_late(bot, view, chance))
    command = _sealed(bot, package, view, chance)
    return Look(command, None if rounds is None else after_deadline(view, chance))


def _sealed(
    bot: Bot, package: Together, view: View, chance: random.Random
) -> PlaceSealedPackage | None:
    """The package in its envelope; None where a lot's price cannot be at its cost or above."""
    prices = {}
    asks, keys = ASKS[view.terms.format], view.standing.sealed
    if keys is None:
        raise ValueError("there is nothing to seal to")
    for number in package.lots:
        lot = view.terms.lots[number - 1]
        alone = replace(view, lot=lot, cost=package.costs[number], price=bot.prices[number])
        highest = alone.price if lot.ceiling is None else min(alone.price, lot.ceiling)
        floor = floor_of(bot, alone)
        price = offered(alone, max(floor, asks(bot, alone, highest, chance)), lot.ceiling)
        if price < floor or price <= 0:
            return None
        prices[str(number)] = to_wire(price)
    raw = sealing.seal(
        bytes.fromhex(keys.auditor_key),
        bytes.fromhex(keys.office_key),
        purpose(bot.seat, NUMBER),
        json.dumps({"prices": prices}, separators=(",", ":")).encode("ascii"),
        sealing.LONG_TEXT_BYTES,
        secret=sealing.secret_from(f"{bot.seed}|{view.ref}"),
    )
    rounds = view.standing.rounds
    this = None if rounds is None else rounds.round
    return PlaceSealedPackage(bot.seat, NUMBER, raw.hex(), view.ref, this)


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
