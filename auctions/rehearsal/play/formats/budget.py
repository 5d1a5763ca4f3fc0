"""Bots in a budget auction: as in the open descending price, in the quantity a price amounts to."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from auctions.domain.commands import PlaceBid
from auctions.domain.terms import LotTerms, Terms
from auctions.domain.visibility import OwnStanding
from auctions.rehearsal.play.amounts import fitting
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, View
from auctions.rehearsal.play.formats.english import English
from auctions.rehearsal.play.formats.wanting import FIRST, NEXT, floor_of
from auctions.rehearsal.play.pace import until_start
from auctions.rehearsal.play.unit_prices import quantity_at, reckoned_price, unit_price

OPEN = English()


class Budget:
    """The habits, in quantities. A bot reckons in unit prices: budget / quantity."""

    initial_offers = False
    needs_reserve = False

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Raise the quantity, wait or leave. Nobody offers more than the budget pays it."""
        lot, own = view.standing, view.standing.own
        if lot.phase == "closed" or view.lot.budget is None:
            return DONE
        if lot.phase in ("waiting", "prebid"):
            return Look(None, until_start(view, chance))
        again = OPEN.again(bot, view, chance)
        if lot.phase != "running" or own is None or own.withdrawal_pending:
            return Look(None, again)
        most = fitting(view.lot, view.lot.budget / floor_of(bot, view), None)
        if own.best is not None and view.terms.guard.block is not None:
            most = min(most, own.best * (100 + view.terms.guard.block) / 100)
            most = fitting(view.lot, most, None)
        if not own.room or most <= 0 or (own.least is not None and own.least > most):
            return DONE  # what must be offered only grows
        if own.leading or not OPEN.acts(bot, view, own, chance):
            return Look(None, again)
        wanted = quantity_at(view.lot, self._price(bot, view, own, chance))
        quantity = min(most, wanted if own.least is None else max(wanted, own.least))
        bid = PlaceBid(bot.seat, view.lot.number, quantity, view.ref, retyped=quantity)
        return Look(bid, again)

    def _price(self, bot: Bot, view: View, own: OwnStanding, chance: random.Random) -> Decimal:
        """The unit price that the habit asks for."""
        as_prices = replace(
            own,
            best=None if own.best is None else reckoned_price(view.lot, own.best),
            most=None if own.least is None else reckoned_price(view.lot, own.least),
        )
        lead = view.standing.lead
        standing = replace(
            view.standing, lead=None if lead is None else reckoned_price(view.lot, lead)
        )
        habits = FIRST if own.best is None else NEXT
        price = habits[bot.strategy](replace(view, standing=standing), as_prices, chance)
        return max(price, floor_of(bot, view))

    def terms_of(self, terms: Terms, prices: Prices) -> Terms | None:
        """None: elsewhere the quantity is fixed and the price is bid."""
        return None

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """What a unit costs at the least first quantity."""
        return None if lot.floor is None else unit_price(lot, lot.floor)
