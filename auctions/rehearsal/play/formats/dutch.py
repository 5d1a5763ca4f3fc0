"""Bots in a Dutch auction: each takes the rising price when it is high enough for it."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from auctions.domain.commands import AcceptLevel
from auctions.domain.terms import DutchTerms, Format, LotTerms, Terms
from auctions.rehearsal.play.amounts import fitting
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, Strategy, View
from auctions.rehearsal.play.formats.bared import by_levels, without_bids
from auctions.rehearsal.play.pace import after_deadline, moment, until_start

LOW = Decimal("0.6")  # of the price level: where a clock starts that is only compared with
MARGIN = {  # over its cost, in percent, that a bot waits for
    Strategy.STRAIGHT: 2,
    Strategy.JUMP: 0,
    Strategy.SNIPER: 6,
    Strategy.TIMID: 1,
}


class Dutch:
    """The habits, against the rising clock."""

    initial_offers = False
    needs_reserve = True  # without one a clock has no end

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Take the lot, wait for the next tick, or leave when somebody took it."""
        lot = view.standing
        if lot.phase == "closed" or (lot.level is not None and lot.level.own == "accepted"):
            return DONE
        if lot.phase != "running" or lot.level is None:
            return Look(None, until_start(view, chance))
        if lot.level.price >= view.cost * (100 + self._margin(bot, view)) / 100:
            accept = AcceptLevel(bot.seat, view.lot.number, lot.level.number, view.ref)
            return Look(accept, moment(chance))
        return Look(None, after_deadline(view, chance))

    def _margin(self, bot: Bot, view: View) -> int:
        if bot.strategy is Strategy.RANDOM:
            return bot.chance(view.lot.number, 0).randrange(9)
        return MARGIN[bot.strategy]

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """A clock from three fifths of the price level upwards, by the step of the terms."""
        lots = tuple(
            replace(by_levels(lot), start=fitting(lot, prices[lot.number] * LOW, None))
            for lot in terms.lots
        )
        bare = without_bids(terms)
        return replace(bare, format=Format.DUTCH, dutch=DutchTerms(), lots=lots)

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """Nothing public tells where a rising price would end."""
        return None
