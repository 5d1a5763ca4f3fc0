"""Electronic auctions in the sense of Article 35 of Directive 2014/24/EU.

The auction follows a full initial evaluation of the tenders; all whose tenders are admissible are
invited at once, and it starts two working days after the invitations at the earliest (35(5)). The
invitation says how the evaluation went and by which formula offers are ranked (35(6)). At every
moment each tenderer can tell its rank; identities are disclosed to nobody (35(7)). It closes at the
time announced, or when no more prices come that meet the minimum difference, if the time to wait
was stated before (35(8)).
"""

from __future__ import annotations

from auctions.domain.presets.base import Limit, Preset
from auctions.domain.state import ZERO
from auctions.domain.terms import Format, Trigger

TEXT = "Directive 2014/24/EU, Article 35"

PRESET = Preset(
    name="eu_2014_24",
    format=Format.ENGLISH,
    text=TEXT,
    least_notice=2,
    edits=False,
    late=False,
    evaluation=True,
    limits=(
        Limit(
            "feedback.rank",
            "Article 35(7): each tenderer can tell its relative ranking at any moment",
            lambda terms: terms.feedback.rank,
        ),
        Limit(
            "feedback.hide_ranks_last",
            "Article 35(7): each tenderer can tell its relative ranking at any moment",
            lambda terms: terms.feedback.hide_ranks_last == ZERO,
        ),
        Limit(
            "buyer_extension.times",
            "Article 35(8): the auction closes as the invitation announced",
            lambda terms: terms.buyer_extension.times == 0,
        ),
        Limit(
            "soft_close.trigger",
            "Article 35(8): the time to wait follows a new price and is stated before",
            lambda terms: terms.soft_close.trigger is Trigger.ANY_BID,
        ),
    ),
)
