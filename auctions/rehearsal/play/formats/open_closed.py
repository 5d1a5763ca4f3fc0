"""Bots under a random end: as in the open descending price, then a final sealed offer."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from auctions.domain.terms import Feedback, Format, LotOrder, LotTerms, OpenClosedTerms, Terms
from auctions.domain.visibility.random_end import Stage
from auctions.rehearsal.play.bots import DONE, Bot, Look, Prices, View
from auctions.rehearsal.play.formats.bared import priced, without_bids
from auctions.rehearsal.play.formats.english import English
from auctions.rehearsal.play.formats.sealed import offered
from auctions.rehearsal.play.formats.sealing import envelope, first_price
from auctions.rehearsal.play.formats.wanting import floor_of
from auctions.rehearsal.play.pace import after_deadline, moment, until_late, waits_for_end
from kernel.decimals import tick

OPEN = English()


class OpenClosed:
    """The habits in both stages."""

    initial_offers = False
    needs_reserve = False

    def look(self, bot: Bot, view: View, chance: random.Random) -> Look:
        """Bid in the open, then offer once if among the finalists."""
        lot = view.standing
        end = lot.random_end
        if lot.phase == "closed" or end is None:
            return DONE
        if end.stage is Stage.FINAL:
            return self._final(bot, view, chance)
        if end.stage is Stage.SEEDS:
            return Look(None, moment(chance))
        found = OPEN.look(bot, view, chance)
        # There may be a final offer to make, soon after the window.
        over = after_deadline(view, chance)
        return replace(found, again=over if found.again is None else min(found.again, over))

    def _final(self, bot: Bot, view: View, chance: random.Random) -> Look:
        lot, own = view.standing, view.standing.own
        end = lot.random_end
        if own is None or own.best is None or end is None or not end.finalist:
            return DONE
        if lot.sealed is None or lot.sealed.own_at is not None:
            return DONE
        if lot.phase != "running":
            return Look(None, moment(chance)) if lot.phase == "paused" else DONE
        if waits_for_end(bot, view):
            return Look(None, until_late(bot, view, chance))
        floor, below = floor_of(bot, view), own.best - tick(view.lot.scale)
        amount = offered(view, max(floor, first_price(bot, view, own.best, chance)), below)
        return DONE if amount < floor else Look(envelope(bot, view, amount), None)

    def terms_of(self, terms: Terms, prices: Prices) -> Terms:
        """The usual window and final offers, with the own rank told."""
        return replace(
            without_bids(terms),
            format=Format.OPEN_CLOSED,
            open_closed=OpenClosedTerms(),
            lot_order=LotOrder.PARALLEL,
            feedback=Feedback(),
            lots=priced(terms, prices),
        )

    def price_of(self, lot: LotTerms) -> Decimal | None:
        """The highest first bid."""
        return lot.ceiling
