"""Bots in an English auction: each lowers its own best while somebody else is ahead."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from auctions.domain.terms import LotTerms, Terms
from auctions.domain.visibility import OwnStanding
from auctions.rehearsal.play.amounts import fitting, unblocked
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, Strategy, View
from auctions.rehearsal.play.formats.wanting import FIRST, NEXT, floor_of
from auctions.rehearsal.play.lines import place
from auctions.rehearsal.play.pace import lateness, left, pause, until_late, until_start

Chance = random.Random


class English:
    """The habits, in the open descending price."""

    initial_offers = False
    needs_reserve = False

    def look(self, bot: Bot, view: View, chance: Chance) -> Look:
        """Bid, wait or leave. Nobody goes below its cost."""
        lot = view.standing
        if lot.phase == "closed":
            return DONE
        if lot.phase in ("waiting", "prebid"):
            return Look(None, until_start(view, chance))
        again = self.again(bot, view, chance)
        own = lot.own
        if lot.phase != "running" or own is None or own.withdrawal_pending:
            return Look(None, again)
        floor = floor_of(bot, view)
        if not own.room or (own.most is not None and own.most < floor):
            return DONE  # own limits only go down
        if own.leading or not self.acts(bot, view, own, chance):
            return Look(None, again)
        wanted = (FIRST if own.best is None else NEXT)[bot.strategy](view, own, chance)
        wanted = unblocked(view.terms.guard, own.best, max(floor, wanted))
        amount = fitting(view.lot, wanted, own.most)
        if amount < floor:
            # The grid leaves nothing between the cost and what is wanted: the highest, or nothing.
            amount = fitting(view.lot, own.most or view.price, own.most)
        if amount < floor or amount <= 0:
            return DONE
        bid = place(bot.seat, view, amount, floor)
        return DONE if bid is None else Look(bid, again)

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """Its defaults, with what all formats share; the ceiling is the price level."""
        lots = tuple(
            LotTerms(
                number=lot.number, title=lot.title, quantity=lot.quantity, unit=lot.unit,
                scale=lot.scale, ceiling=lot.ceiling or prices[lot.number],
            )
            for lot in terms.lots
        )  # fmt: skip
        return Terms(
            lots=lots, starts_at=terms.starts_at, currency=terms.currency,
            platform_key=terms.platform_key, version=terms.version, vat=terms.vat,
        )  # fmt: skip

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """The highest first bid."""
        return lot.ceiling

    def acts(self, bot: Bot, view: View, own: OwnStanding, chance: Chance) -> bool:
        """Whether a bot that is behind does something at this look."""
        if bot.strategy is Strategy.SNIPER:
            return left(view) <= lateness(bot, view)
        if bot.strategy is Strategy.TIMID:
            return chance.random() < 0.6
        # Without rank and lead nobody knows whether to go on: every other time it does.
        return own.best is None or own.leading is not None or chance.random() < 0.5

    def again(self, bot: Bot, view: View, chance: Chance) -> timedelta:
        """In how long it looks again."""
        if bot.strategy is Strategy.SNIPER:
            return until_late(bot, view, chance)
        times = _PACE[bot.strategy]
        if bot.strategy is Strategy.RANDOM:
            times = 0.2 + 2.8 * chance.random()
        return pause(view.terms, view.standing.deadline, view.now, chance, times)


_PACE: dict[Strategy, float] = {
    Strategy.STRAIGHT: 1.0,
    Strategy.JUMP: 1.8,
    Strategy.TIMID: 1.6,
    Strategy.RANDOM: 1.0,
}
