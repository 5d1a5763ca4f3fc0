"""Bots with sealed offers: each makes one, as low as pays under the price rule."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from auctions.domain.terms import Format, LotOrder, LotTerms, SealedTerms, Terms
from auctions.rehearsal.play.amounts import fitting, not_below
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, View
from auctions.rehearsal.play.formats.bared import priced, without_bids
from auctions.rehearsal.play.formats.sealing import envelope
from auctions.rehearsal.play.formats.wanting import floor_of
from auctions.rehearsal.play.pace import moment, until_late, until_start, waits_for_end

Asks = Callable[[Bot, View, Decimal, random.Random], Decimal]


class Sealed:
    """``name`` is sealed or vickrey; ``asks`` what a bot asks under its price rule."""

    initial_offers = False
    needs_reserve = False

    def __init__(self, name: Format, asks: Asks) -> None:
        self._name, self._asks = name, asks

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Offer once, a sniper in the last seconds. Nobody goes below its cost."""
        lot = view.standing
        if lot.phase in ("waiting", "prebid"):
            return Look(None, until_start(view, chance))
        if lot.phase == "paused":
            return Look(None, moment(chance))
        if lot.phase != "running" or lot.sealed is None or lot.own is None:
            return DONE
        if waits_for_end(bot, view):
            return Look(None, until_late(bot, view, chance))
        floor = floor_of(bot, view)
        highest = view.price if lot.own.most is None else min(view.price, lot.own.most)
        amount = offered(view, max(floor, self._asks(bot, view, highest, chance)), lot.own.most)
        command = None if amount < floor else envelope(bot, view, amount)
        return DONE if command is None else Look(command, None)

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """One sealed offer each, at most the price level, with what all formats share."""
        return replace(
            without_bids(terms),
            format=self._name,
            sealed=SealedTerms(),
            lot_order=LotOrder.PARALLEL,
            lots=priced(terms, prices),
        )

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """The highest offer."""
        return lot.ceiling


def offered(view: View, wanted: Decimal, most: Decimal | None) -> Decimal:
    """The nearest allowed amount that is no less than wanted, or else the highest there is."""
    return not_below(view.lot, wanted, most) or fitting(view.lot, wanted, most)
