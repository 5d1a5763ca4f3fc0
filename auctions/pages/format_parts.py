"""Parts of the live pages that a format brings along."""

from __future__ import annotations

BID_BOX = "auctions/parts/bid_box.html"

# In the room instead of the bid box, where offers are not made as in an open auction.
LEVEL_BOX = "auctions/parts/level_box.html"
SEALED_BOX = "auctions/parts/sealed_box.html"
BOXES = {
    "dutch": LEVEL_BOX,
    "japanese": LEVEL_BOX,
    "sealed": SEALED_BOX,
    "vickrey": SEALED_BOX,
    "turns": "auctions/parts/turns_box.html",
    "sealed_rounds": "auctions/parts/rounds_box.html",
    "open_closed": "auctions/parts/open_closed_box.html",
}

# Beside the chart, for the buyer and for observers.
CARDS = {
    "turns": "auctions/parts/turns.html",
    "sealed": "auctions/parts/allocation.html",
    "sealed_rounds": "auctions/parts/rounds_cards.html",
    "vickrey": "auctions/parts/allocation.html",
}
