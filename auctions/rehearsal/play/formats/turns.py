"""Bots in rounds in turns: an offer before the start, then one in each own turn while behind."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from auctions.domain.terms import Count, Format, LotTerms, Terms, TurnsTerms
from auctions.rehearsal.play.amounts import fitting, unblocked
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, Strategy, View
from auctions.rehearsal.play.formats.bared import priced, without_bids
from auctions.rehearsal.play.formats.wanting import FIRST, NEXT, Wanted, floor_of
from auctions.rehearsal.play.lines import place
from auctions.rehearsal.play.pace import SHORTEST, moment

LAST = SHORTEST * 6  # before the turn's end
INITIAL = timedelta(minutes=10)  # for the initial offers, where another format is compared


class Turns:
    """The habits, turn by turn."""

    needs_reserve = False
    initial_offers = True

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Offer, wait for the own turn, or leave. Nobody goes below its cost."""
        lot, own = view.standing, view.standing.own
        if lot.phase == "closed" or own is None:
            return DONE
        if lot.phase == "waiting":
            opens = view.terms.prebid_opens_at or view.now
            return Look(None, max(opens - view.now, timedelta(0)) + moment(chance))
        if lot.phase == "prebid":
            starts_at = lot.starts_at or view.now
            again = max(starts_at - view.now, timedelta(0)) + moment(chance)
            return (
                self._offer(bot, view, FIRST, chance, again=again)
                if own.best is None
                else Look(None, again)
            )
        turns = lot.turns
        mine = None if turns is None else next((row for row in turns.rows if row.own), None)
        if turns is None or mine is None:
            return DONE  # it made no initial offer
        left = (turns.ends_at or view.now) - view.now
        again = max(left, timedelta(0)) + moment(chance)
        if lot.phase != "running" or not turns.yours or turns.changed or mine.place == 1:
            return Look(None, again)
        if bot.strategy is Strategy.SNIPER and left > LAST:
            return Look(None, left - LAST)
        return self._offer(bot, view, NEXT, chance, again=again)

    def _offer(
        self,
        bot: Bot,
        view: View,
        habits: dict[Strategy, Wanted],
        chance: random.Random,
        *,
        again: timedelta,
    ) -> Look:
        own = view.standing.own
        if own is None:
            return DONE
        floor = floor_of(bot, view)
        wanted = max(floor, habits[bot.strategy](view, own, chance))
        wanted = unblocked(view.terms.guard, own.best, wanted)
        amount = fitting(view.lot, wanted, own.most)
        if amount < floor or amount <= 0:
            return DONE if own.best is None else Look(None, again)
        bid = place(bot.seat, view, amount, floor)
        return Look(bid, again)

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """The usual rounds, with the price level as ceiling where the lot has none."""
        bare = without_bids(terms)
        return replace(
            bare,
            format=Format.TURNS,
            turns=TurnsTerms(),
            prebid_opens_at=terms.starts_at - INITIAL,
            feedback=replace(bare.feedback, count=Count.SHOWN),
            lots=priced(terms, prices),
        )

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """The highest initial offer."""
        return lot.ceiling
