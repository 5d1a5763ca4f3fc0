"""What Dutch and Japanese reverse auctions have in common, as an officer chooses them."""

from __future__ import annotations

from marketplace.tenders.formats.fixed import (
    NO_EXTENSION,
    NO_GUARD,
    NO_SOFT_CLOSE,
    NO_WITHDRAWAL,
    NOTHING_SEEN,
    OWN_ORDER,
    Settings,
)

# Rules of bids that prices by levels do not have.
FIXED: Settings = {
    **OWN_ORDER,
    **NO_GUARD,
    **NO_SOFT_CLOSE,
    **NOTHING_SEEN,
    **NO_WITHDRAWAL,
    **NO_EXTENSION,
    "length": "30",
    "prebid_opens_at": "",
    "feedback.after_first_bid": False,
    "step.bands": "",
    "front_buffer": "",
    "automatic_bids": False,
    "surrogates": False,
    "scoring.method": "",
    "scoring.criteria": "",
    "scoring.step_on": "price",
}
UNSAID = frozenset({"price", "time", "soft_close", "feedback", "guard", "withdrawal"})
