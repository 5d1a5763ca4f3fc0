"""The reverse auction of the Georgian electronic tendering platform.

Etenders.ge, Help, "Reverse Auction": initial bids are submitted before; when the period for them
has ended, bidders have 15 minutes to lower them, as often as they like; when less than 2 minutes
are left, the timer returns to 2 minutes if a bid is lower than a bid of another bidder.
"""

from __future__ import annotations

from datetime import timedelta

from auctions.domain.presets.base import Limit, Preset
from auctions.domain.terms import ExtensionBase, Format, SoftClose, Trigger

TEXT = "Etenders.ge, Help, Reverse Auction"
_WAIT = timedelta(minutes=2)


def _timer_returns(rule: SoftClose) -> bool:
    back_from_now = rule.base is ExtensionBase.BID and rule.limit is None
    return back_from_now and rule.window == rule.reset == _WAIT


PRESET = Preset(
    name="georgia",
    format=Format.ENGLISH,
    text=TEXT,
    limits=(
        Limit(
            "prebid_opens_at",
            "Reverse Auction: initial bids are submitted before the auction begins",
            lambda terms: terms.prebid_opens_at is not None,
        ),
        Limit(
            "length",
            "Reverse Auction: bidders have 15 minutes to lower their initial bids",
            lambda terms: terms.length == timedelta(minutes=15),
        ),
        Limit(
            "soft_close.window",
            "Reverse Auction: with less than 2 minutes left the timer returns to 2 minutes",
            lambda terms: _timer_returns(terms.soft_close),
        ),
        Limit(
            "soft_close.trigger",
            "Reverse Auction: the timer returns for a bid lower than one of another bidder",
            lambda terms: terms.soft_close.trigger is Trigger.RANK_CHANGE,
        ),
        Limit(
            "buyer_extension.times",
            "Reverse Auction: only a bid in the last 2 minutes moves the end",
            lambda terms: terms.buyer_extension.times == 0,
        ),
    ),
)
