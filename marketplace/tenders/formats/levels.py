"""What Dutch and Japanese reverse auctions have in common, as an officer chooses them."""

from __future__ import annotations

from collections.abc import Mapping

# Rules of bids that prices by levels do not have.
FIXED: Mapping[str, str | bool] = {
    "length": "30",
    "prebid_opens_at": "",
    "basis": "own",
    "ties": "first",
    "guard.warn": "",
    "guard.retype": "",
    "guard.block": "",
    "soft_close.window": "0",
    "soft_close.reset": "0",
    "soft_close.trigger": "any_bid",
    "soft_close.trigger_ranks": "1",
    "soft_close.scope": "this_lot",
    "soft_close.base": "bid",
    "soft_close.limit": "",
    "soft_close.hard_stop": "240",
    "feedback.rank": False,
    "feedback.lead": False,
    "feedback.after_first_bid": False,
    "feedback.lead_min_bidders": "1",
    "feedback.hide_ranks_last": "0",
    "feedback.reserve_met": False,
    "withdrawal.allowed": False,
    "withdrawal.window": "60",
    "buyer_extension.times": "0",
    "buyer_extension.length": "10",
    "step.bands": "",
    "front_buffer": "",
    "scoring.method": "",
    "scoring.criteria": "",
    "scoring.step_on": "price",
}
UNSAID = frozenset({"price", "time", "soft_close", "feedback", "guard", "withdrawal"})
