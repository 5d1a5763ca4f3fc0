"""Bots with a discount: so many percent as they would ask less, were all lots that much cheaper."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from auctions.domain.commands import PlaceSealedPackage
from auctions.domain.rules.packages import DISCOUNT
from auctions.rehearsal.play.bots import Bot, Look, View
from auctions.rehearsal.play.condition import Condition
from auctions.rehearsal.play.formats.enveloped import in_envelope, look_at_all
from auctions.rehearsal.play.formats.packages import ASKS, highest_of
from kernel.decimals import to_wire

CENT = Decimal("0.01")  # of a percent


def look_discount(bot: Bot, condition: Condition, view: View, chance: random.Random) -> Look:
    """Offer the discount once, in rounds once a round, as long as it gets better."""
    return look_at_all(bot, view, chance, lambda: _sealed(bot, condition, view, chance))


def _sealed(
    bot: Bot, condition: Condition, view: View, chance: random.Random
) -> PlaceSealedPackage | None:
    """The discount in its envelope; None where it is nothing, or no better than a round ago."""
    percent = _percent(bot, condition, view, chance)
    if percent <= max(Decimal(0), _before(bot, condition, view, chance)):
        return None
    content = {"count": condition.count} if condition.count else {"lots": list(condition.lots)}
    return in_envelope(bot, view, DISCOUNT, {"percent": to_wire(percent), **content})


def _before(bot: Bot, condition: Condition, view: View, chance: random.Random) -> Decimal:
    """What it gave in the round before; that follows from nothing but its costs."""
    rounds = view.standing.rounds
    if rounds is None or rounds.round == 1:
        return Decimal(0)
    earlier = replace(view.standing, rounds=replace(rounds, round=rounds.round - 1))
    return _percent(bot, condition, replace(view, standing=earlier), chance)


def _percent(bot: Bot, condition: Condition, view: View, chance: random.Random) -> Decimal:
    """The least part, over all lots, by which it would ask less at the lower costs; never more than
    is saved, so that no unit price after the discount is below what the unit then costs."""
    share = min(_parts(bot, condition, view, chance))
    return min(share * 100, condition.saved).quantize(CENT, ROUND_FLOOR)


def _parts(bot: Bot, condition: Condition, view: View, chance: random.Random) -> Iterator[Decimal]:
    asks, drawn = ASKS[view.terms.format], chance.getstate()
    for lot in view.terms.lots:
        asked = []
        cost = bot.costs[lot.number]
        for each in (cost, cost * (100 - condition.saved) / 100):
            alone = replace(view, lot=lot, cost=each, price=bot.prices[lot.number])
            chance.setstate(drawn)  # both prices by the same chance: they differ by the cost alone
            asked.append(asks(bot, alone, highest_of(alone), chance))
        before, after = asked
        yield 1 - after / before
