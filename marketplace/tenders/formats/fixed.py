"""Common settings that a format without them fixes: what is typed when nothing is asked."""

from __future__ import annotations

from collections.abc import Mapping

Settings = Mapping[str, str | bool]

NO_SOFT_CLOSE: Settings = {
    "soft_close.window": "0",
    "soft_close.reset": "0",
    "soft_close.trigger": "any_bid",
    "soft_close.trigger_ranks": "1",
    "soft_close.scope": "this_lot",
    "soft_close.base": "bid",
    "soft_close.limit": "",
    "soft_close.hard_stop": "240",
}
OWN_ORDER: Settings = {"basis": "own", "ties": "first"}
NO_GUARD: Settings = {"guard.warn": "", "guard.retype": "", "guard.block": ""}
NO_WITHDRAWAL: Settings = {"withdrawal.allowed": False, "withdrawal.window": "60"}
NO_EXTENSION: Settings = {"buyer_extension.times": "0", "buyer_extension.length": "10"}
NOTHING_SEEN: Settings = {
    "feedback.rank": False,
    "feedback.lead": False,
    "feedback.after_first_bid": True,
    "feedback.lead_min_bidders": "1",
    "feedback.hide_ranks_last": "0",
    "feedback.reserve_met": False,
}
