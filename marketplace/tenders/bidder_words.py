"""What a bidder sees of others and is asked to confirm, alike for prices and for quantities.

Only the sentences differ; which of them follow from the terms does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions.domain.terms import Count, Terms
from ui.formatting import duration, percent


@dataclass(frozen=True, slots=True)
class BidderWords:
    """The sentences in which what is bid is named."""

    rank_and_lead: Any
    rank: Any
    lead: Any
    neither: Any
    lead_from: Any  # with %(n)d bidders
    reserve_met: Any
    warn: Any  # with %(step)s, as are the next two
    retype: Any
    block: Any
    unguarded: Any


PRICES = BidderWords(
    rank_and_lead=gettext_lazy("You see the rank of your own best bid and the leading price."),
    rank=gettext_lazy("You see the rank of your own best bid, not the leading price."),
    lead=gettext_lazy("You see the leading price, not your rank."),
    neither=gettext_lazy("You see neither ranks nor other prices before the close."),
    lead_from=gettext_lazy("The leading price is shown once %(n)d suppliers have bid on the lot."),
    reserve_met=gettext_lazy("You see whether the hidden reserve is met."),
    warn=gettext_lazy("A bid %(step)s or more below your own best asks for a second look."),
    retype=gettext_lazy("From %(step)s below, the amount must be typed a second time."),
    block=gettext_lazy("From %(step)s below, a neutral person must release the bid first."),
    unguarded=gettext_lazy("Every valid bid binds at once, however low it is."),
)
QUANTITIES = BidderWords(
    rank_and_lead=gettext_lazy("You see the rank of your own best bid and the leading quantity."),
    rank=gettext_lazy("You see the rank of your own best bid, not the leading quantity."),
    lead=gettext_lazy("You see the leading quantity, not your rank."),
    neither=gettext_lazy("You see neither ranks nor other quantities before the close."),
    lead_from=gettext_lazy(
        "The leading quantity is shown once %(n)d suppliers have bid on the lot."
    ),
    reserve_met=gettext_lazy("You see whether the hidden least quantity is met."),
    warn=gettext_lazy("A quantity %(step)s or more above your own best asks for a second look."),
    retype=gettext_lazy("From %(step)s above, the quantity must be typed a second time."),
    block=gettext_lazy("From %(step)s above, a neutral person must release the bid first."),
    unguarded=gettext_lazy("Every valid bid binds at once, however high it is."),
)


def feedback(terms: Terms, words: BidderWords = PRICES) -> Iterator[str]:
    """What a supplier sees of the others."""
    told = terms.feedback
    if told.rank:
        yield str(words.rank_and_lead if told.lead else words.rank)
    else:
        yield str(words.lead if told.lead else words.neither)
    if told.after_first_bid and (told.rank or told.lead):
        yield _("Nothing is shown before your first valid bid on a lot.")
    if told.lead and told.lead_min_bidders > 1:
        yield str(words.lead_from) % {"n": told.lead_min_bidders}
    if told.hide_ranks_last > timedelta(0):
        yield _("In the last %(time)s of a lot ranks are hidden from everybody.") % {
            "time": duration(told.hide_ranks_last)
        }
    if told.count is Count.HIDDEN:
        yield _("How many suppliers take part is not shown to any of them.")
    else:
        yield _("Everybody sees how many suppliers have bid on the lot.")
    if told.reserve_met:
        yield str(words.reserve_met)


def guard(terms: Terms, words: BidderWords = PRICES) -> Iterator[str]:
    """What protects from a digit too many or too few."""
    rule = terms.guard
    asked = ((rule.warn, words.warn), (rule.retype, words.retype), (rule.block, words.block))
    for threshold, sentence in asked:
        if threshold is not None:
            yield str(sentence) % {"step": exact_percent(threshold)}
    if all(threshold is None for threshold, _sentence in asked):
        yield str(words.unguarded)


def exact_percent(value: Decimal) -> str:
    """A percentage with all its digits, and no more."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return percent(value, max(0, -exponent))
