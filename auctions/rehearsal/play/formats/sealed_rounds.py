"""Bots in sealed rounds: a first offer, then a lower one in each round while behind."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from auctions.domain.terms import (
    Feedback,
    Format,
    LotOrder,
    LotTerms,
    SealedRoundsTerms,
    Terms,
)
from auctions.domain.visibility import OwnStanding
from auctions.rehearsal.play.amounts import fitting, part
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, Strategy, View
from auctions.rehearsal.play.formats.bared import priced, without_bids
from auctions.rehearsal.play.formats.sealed import offered
from auctions.rehearsal.play.formats.sealing import envelope, first_price
from auctions.rehearsal.play.formats.wanting import FIRST, floor_of
from auctions.rehearsal.play.pace import after_deadline, moment, until_late, waits_for_end
from kernel.decimals import tick

BELOW = Decimal("0.995")  # of a lead that is told
PART = {  # of the way from its best to its cost that a bot goes in a round
    Strategy.STRAIGHT: 0.5,
    Strategy.JUMP: 0.75,
    Strategy.SNIPER: 0.5,
    Strategy.TIMID: 0.25,
}


class SealedRounds:
    """The habits, round by round."""

    initial_offers = False
    needs_reserve = False

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Offer in the round, or wait for its end. Nobody goes below its cost."""
        lot, own = view.standing, view.standing.own
        if lot.phase == "closed" or own is None:
            return DONE
        if lot.phase != "running" or lot.sealed is None or lot.rounds is None:
            return Look(None, until_round(view, chance))
        after = Look(None, after_deadline(view, chance))
        last = lot.rounds.round == lot.rounds.rounds
        if lot.sealed.own_at is not None or not self._acts(own, chance, last):
            return after
        if waits_for_end(bot, view):
            return Look(None, until_late(bot, view, chance))
        floor = floor_of(bot, view)
        if own.most is not None and own.most < floor:
            return DONE  # a valid offer is ever lower from here on
        wanted = max(floor, self._wanted(bot, view, own, chance, last))
        amount = offered(view, wanted, own.most)
        if amount < floor:
            return after
        return replace(after, command=envelope(bot, view, amount, lot.rounds.round))

    def _acts(self, own: OwnStanding, chance: random.Random, last: bool) -> bool:
        """Not while leading, but in the last round; where nothing is told, every other time."""
        if own.best is None or last:
            return own.room
        return own.room and not own.leading and (own.leading is not None or chance.random() < 0.5)

    def _wanted(
        self, bot: Bot, view: View, own: OwnStanding, chance: random.Random, last: bool
    ) -> Decimal:
        if last:  # nobody can answer it: as one sealed offer
            return first_price(bot, view, own.most or view.price, chance)
        if own.best is None:
            return FIRST[bot.strategy](view, own, chance)
        lead = view.standing.lead
        if lead is not None:
            lower = min(lead * BELOW, lead - (view.lot.grid or tick(view.lot.scale)))
            return fitting(view.lot, lower, own.most)
        # By how much it is behind it does not know: one step might be wasted, as might the round.
        share = chance.random() if bot.strategy is Strategy.RANDOM else PART[bot.strategy]
        return part(own.best, view.cost, share)

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """The usual rounds, with the own rank told after each."""
        return replace(
            without_bids(terms),
            format=Format.SEALED_ROUNDS,
            sealed_rounds=SealedRoundsTerms(),
            lot_order=LotOrder.PARALLEL,
            feedback=Feedback(),
            lots=priced(terms, prices),
        )

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """The highest offer."""
        return lot.ceiling


def until_round(view: View, chance: random.Random) -> timedelta:
    """To soon after the start of the next round, however short it is."""
    starts_at = view.standing.starts_at
    wait = timedelta(0) if starts_at is None else max(timedelta(0), starts_at - view.now)
    return wait + moment(chance)
