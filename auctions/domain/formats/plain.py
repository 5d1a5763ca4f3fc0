"""Rules that a format may refuse: what the terms say where nothing is asked of a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auctions.domain.state import ZERO
from auctions.domain.terms import Basis, LotOrder, Terms, TiePolicy

# By the field that is named where it is not so.
PLAIN: Mapping[str, Callable[[Terms], bool]] = {
    "lot_order": lambda terms: terms.lot_order is LotOrder.PARALLEL,
    "prebid_opens_at": lambda terms: terms.prebid_opens_at is None,
    "basis": lambda terms: terms.basis is Basis.OWN,
    "ties": lambda terms: terms.ties is TiePolicy.FIRST,
    "guard.block": lambda terms: terms.guard.block is None,
    "soft_close.window": lambda terms: terms.soft_close.window == ZERO,
    "feedback.rank": lambda terms: not terms.feedback.rank,
    "feedback.lead": lambda terms: not terms.feedback.lead,
    "feedback.reserve_met": lambda terms: not terms.feedback.reserve_met,
    "feedback.hide_ranks_last": lambda terms: terms.feedback.hide_ranks_last == ZERO,
    "withdrawal.allowed": lambda terms: not terms.withdrawal.allowed,
    "buyer_extension.times": lambda terms: terms.buyer_extension.times == 0,
    "scoring": lambda terms: terms.scoring is None,
}
