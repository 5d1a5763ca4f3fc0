"""One look of a bot: at a lot, at its package or at its discount."""

from __future__ import annotations

from datetime import datetime

from auctions.domain.state import AuctionState
from auctions.domain.terms import Terms
from auctions.rehearsal.play.bots import DONE, Bot, Look, view_of
from auctions.rehearsal.play.condition import CONDITION, takes_discounts
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.formats.discounts import look_discount
from auctions.rehearsal.play.formats.packages import look_together
from auctions.rehearsal.play.together import PACKAGE, takes_packages


def places(terms: Terms) -> list[int]:
    """What each bot looks at: every lot and, where they are taken, its package and its discount."""
    lots = [lot.number for lot in terms.lots]
    package = [PACKAGE] if takes_packages(terms) else []
    condition = [CONDITION] if takes_discounts(terms) else []
    return [*lots, *package, *condition]


def look(state: AuctionState, bot: Bot, place: int, looks: int, now: datetime) -> Look:
    """What the bot does at its look number ``looks`` there, and when it looks again."""
    ref, chance = f"{bot.seat}-{place}-{looks}", bot.chance(place, looks)
    if place == PACKAGE:
        if bot.together is None:
            return DONE
        view = view_of(state, bot, bot.together.lots[0], now, ref)
        return look_together(bot, bot.together, view, chance)
    if place == CONDITION:
        if bot.condition is None:
            return DONE
        view = view_of(state, bot, state.rules.lots[0].number, now, ref)
        return look_discount(bot, bot.condition, view, chance)
    return FORMATS[state.rules.format].look(bot, view_of(state, bot, place, now, ref), chance)
