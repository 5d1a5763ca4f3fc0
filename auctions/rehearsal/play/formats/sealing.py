"""What bots do alike where an offer is sealed: how low they go at once, and the envelope."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

from auctions.domain.commands import PlaceSealedOffer
from auctions.domain.formats.sealed import purpose
from auctions.domain.rules.sealed_lines import text_bytes
from auctions.rehearsal.play.amounts import part
from auctions.rehearsal.play.bots import Bot, Strategy, View
from auctions.rehearsal.play.formats.wanting import floor_of
from auctions.rehearsal.play.lines import wanted
from kernel import sealing
from kernel.decimals import to_wire

RIVALS = 4  # bidders that each takes there to be: nobody is told before the deadline


def first_price(bot: Bot, view: View, highest: Decimal, chance: random.Random) -> Decimal:
    """What a bot asks that is paid its own price: its cost c and a part of the way to ``highest``.

    c + (highest - c) / n is the equilibrium of n bidders whose costs lie evenly up to ``highest``
    (Krishna, Auction Theory, section 2.3, with a buyer in the seller's place).
    """
    cost = floor_of(bot, view)
    if highest <= cost:
        return cost
    share = 1 / RIVALS
    if bot.strategy is Strategy.JUMP:
        share /= 2
    elif bot.strategy is Strategy.RANDOM:
        share = chance.random() / 2
    return part(cost, highest, share)


def true_cost(bot: Bot, view: View, highest: Decimal, chance: random.Random) -> Decimal:
    """What a bot asks that is paid the second price: its cost, which no other amount beats
    (Vickrey 1961). A random one does not know; a timid one keeps its margin."""
    cost = floor_of(bot, view)
    if bot.strategy is Strategy.RANDOM and highest > cost:
        return part(cost, highest, chance.random() / 4)
    return cost


def envelope(
    bot: Bot, view: View, amount: Decimal, round_: int | None = None
) -> PlaceSealedOffer | None:
    """The amount, sealed to the keys that the standing shows; with positions the unit prices of the
    nearest total, down to what the bot may bid. None where there are none."""
    content: dict[str, Any] = {"amount": to_wire(amount)}
    if view.lot.lines is not None:
        prices = wanted(view, amount, floor_of(bot, view))
        if prices is None:
            return None
        content = {"lines": [to_wire(price) for price in prices]}
    keys = view.standing.sealed
    if keys is None:
        raise ValueError("there is nothing to seal to")
    raw = sealing.seal(
        bytes.fromhex(keys.auditor_key),
        bytes.fromhex(keys.office_key),
        purpose(bot.seat, view.lot.number),
        json.dumps(content, separators=(",", ":")).encode("ascii"),
        text_bytes(view.lot),
        secret=sealing.secret_from(f"{bot.seed}|{view.ref}"),
    )
    return PlaceSealedOffer(bot.seat, view.lot.number, raw.hex(), view.ref, round_)
