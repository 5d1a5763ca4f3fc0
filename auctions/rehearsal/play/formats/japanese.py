"""Bots in a Japanese auction: each stays in as long as the falling price covers its cost."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from auctions.domain.commands import AcceptLevel
from auctions.domain.terms import Format, JapaneseTerms, LotTerms, Terms
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, Strategy, View
from auctions.rehearsal.play.formats.bared import by_levels, without_bids
from auctions.rehearsal.play.pace import SHORTEST, after_deadline, moment, until_start

TIMID_MARGIN = Decimal("1.03")
JUMP_MARGIN = Decimal("1.01")  # it will not go to the last step
LAST = SHORTEST * 6  # before the level's end


class Japanese:
    """The habits, level by level."""

    initial_offers = False
    needs_reserve = False

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Accept the level in time, wait for the next, or leave for good."""
        lot = view.standing
        if lot.phase == "closed":
            return DONE
        if lot.phase != "running" or lot.level is None:
            return Look(None, until_start(view, chance))
        if lot.level.own == "out" or lot.level.price < view.cost * _margin(bot):
            return DONE
        if lot.level.own == "accepted":
            return Look(None, after_deadline(view, chance))
        if not self._acts(bot, view):
            return Look(None, self._wait(view, chance))
        accept = AcceptLevel(bot.seat, view.lot.number, lot.level.number, view.ref)
        return Look(accept, moment(chance))

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """Levels from the price level downwards, by the same steps."""
        lots = tuple(replace(by_levels(lot), start=prices[lot.number]) for lot in terms.lots)
        bare = without_bids(terms)
        return replace(bare, format=Format.JAPANESE, japanese=JapaneseTerms(), lots=lots)

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """Where the levels begin."""
        return lot.start

    def _acts(self, bot: Bot, view: View) -> bool:
        """A sniper and a timid bot decide near the end of the level, the others at once."""
        late = bot.strategy in (Strategy.SNIPER, Strategy.TIMID)
        return not late or _left(view) <= LAST

    def _wait(self, view: View, chance: random.Random) -> timedelta:
        return max(_left(view) - LAST, timedelta(0)) + moment(chance)


def _margin(bot: Bot) -> Decimal:
    if bot.strategy is Strategy.TIMID:
        return TIMID_MARGIN
    return JUMP_MARGIN if bot.strategy is Strategy.JUMP else Decimal(1)


def _left(view: View) -> timedelta:
    deadline = view.standing.deadline
    return timedelta(0) if deadline is None else deadline - view.now
