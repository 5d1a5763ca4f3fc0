"""The open mode of the Brazilian electronic pregao.

Decree No. 10.024 of 20 September 2019. Article 30: the least registered bid is told to all in real
time, never whose it is; a bid need only be below the bidder's own last one; of equal bids the one
received and registered first prevails. Article 31, sole paragraph: a minimum interval between bids.
Article 32: ten minutes, prolonged by two when a bid comes in the last two, successively, also for
bids that do not lead.
"""

from __future__ import annotations

from datetime import timedelta

from auctions.domain.presets.base import Limit, Preset
from auctions.domain.state import ZERO
from auctions.domain.terms import (
    Basis,
    ExtensionBase,
    Feedback,
    Format,
    SoftClose,
    TiePolicy,
    Trigger,
)

TEXT = "Decree No. 10.024/2019 of Brazil, Articles 30 to 32 (open mode)"
_TWO_MINUTES = timedelta(minutes=2)


def _least_bid_always_told(rule: Feedback) -> bool:
    from_the_start = not rule.after_first_bid and rule.lead_min_bidders <= 1
    return rule.lead and from_the_start and rule.hide_ranks_last == ZERO


def _prolonged_by_two(rule: SoftClose) -> bool:
    successively = rule.base is ExtensionBase.DEADLINE and rule.limit is None
    return successively and rule.window == rule.reset == _TWO_MINUTES


OPEN = Preset(
    name="brazil_open",
    format=Format.ENGLISH,
    text=TEXT,
    limits=(
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
