"""The open mode, and the open and closed mode, of the Brazilian electronic pregao.

Decree No. 10.024 of 20 September 2019. Article 30: the least registered bid is told to all in real
time, never whose it is; a bid need only be below the bidder's own last one; of equal bids the one
received and registered first prevails. Article 31, sole paragraph: a minimum interval between bids.
Article 32: ten minutes, prolonged by two when a bid comes in the last two, successively, also for
bids that do not lead. Article 33: fifteen minutes, then a random time of at most ten; then the
author of the lowest offer and those at most ten percent above it, at least the three best, may each
make one final offer within five minutes, secret until these are over.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from auctions.domain.presets.base import Limit, Preset
from auctions.domain.state import ZERO
from auctions.domain.terms import (
    Basis,
    ExtensionBase,
    Feedback,
    Format,
    OpenClosedTerms,
    SoftClose,
    Terms,
    TiePolicy,
    Trigger,
)

TEXT = "Decree No. 10.024/2019 of Brazil, Articles 30 to 32 (open mode)"
OPEN_CLOSED_TEXT = "Decree No. 10.024/2019 of Brazil, Articles 30 and 33 (open and closed mode)"
_TWO_MINUTES = timedelta(minutes=2)
_TIMES = OpenClosedTerms(
    window=timedelta(minutes=10), final=timedelta(minutes=5), within=Decimal(10), least=3
)


def _least_bid_always_told(rule: Feedback) -> bool:
    from_the_start = not rule.after_first_bid and rule.lead_min_bidders <= 1
    return rule.lead and from_the_start and rule.hide_ranks_last == ZERO


def _prolonged_by_two(rule: SoftClose) -> bool:
    successively = rule.base is ExtensionBase.DEADLINE and rule.limit is None
    return successively and rule.window == rule.reset == _TWO_MINUTES


_ARTICLE_30 = (
    Limit(
        "basis",
        "Article 30, paragraph 3: a bid is below the bidder's own last one",
        lambda terms: terms.basis is Basis.OWN,
    ),
    Limit(
        "ties",
        "Article 30, paragraph 4: of equal bids the first received prevails",
        lambda terms: terms.ties in {TiePolicy.FIRST, TiePolicy.FORBID_LEAD},
    ),
    Limit(
        "feedback.lead",
        "Article 30, paragraph 5: the least bid is told in real time",
        lambda terms: _least_bid_always_told(terms.feedback),
    ),
)

OPEN = Preset(
    name="brazil_open",
    format=Format.ENGLISH,
    text=TEXT,
    limits=(
        *_ARTICLE_30,
        Limit(
            "length",
            "Article 32: bidding lasts ten minutes",
            lambda terms: terms.length == timedelta(minutes=10),
        ),
        Limit(
            "soft_close.window",
            "Article 32: prolonged by two minutes for a bid in the last two, successively",
            lambda terms: _prolonged_by_two(terms.soft_close),
        ),
        Limit(
            "soft_close.trigger",
            "Article 32, paragraph 1: also for bids that do not lead",
            lambda terms: terms.soft_close.trigger is Trigger.ANY_BID,
        ),
        Limit(
            "buyer_extension.times",
            "Article 32: it ends by itself when no more bids come",
            lambda terms: terms.buyer_extension.times == 0,
        ),
    ),
)


def _own(terms: Terms) -> OpenClosedTerms:
    return terms.open_closed or OpenClosedTerms()


OPEN_CLOSED = Preset(
    name="brazil_open_closed",
    format=Format.OPEN_CLOSED,
    text=OPEN_CLOSED_TEXT,
    limits=(
        *_ARTICLE_30,
        Limit(
            "length",
            "Article 33: open bidding lasts fifteen minutes",
            lambda terms: terms.length == timedelta(minutes=15),
        ),
        Limit(
            "open_closed.window",
            "Article 33, paragraph 1: a random time of at most ten minutes follows",
            lambda terms: _own(terms).window == _TIMES.window,
        ),
        Limit(
            "open_closed.within",
            "Article 33, paragraph 2: final offers of the best and of those within ten percent",
            lambda terms: _own(terms).within == _TIMES.within,
        ),
        Limit(
            "open_closed.final",
            "Article 33, paragraph 2: one final offer within five minutes",
            lambda terms: _own(terms).final == _TIMES.final,
        ),
        Limit(
            "open_closed.least",
            "Article 33, paragraph 3: the best three in any case",
            lambda terms: _own(terms).least == _TIMES.least,
        ),
    ),
)
