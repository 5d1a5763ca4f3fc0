"""The unit prices behind a bid that a receipt is about, as the export's chain has them."""

from __future__ import annotations

from decimal import Decimal

from auctions.ledger import chain
from auctions.ledger.codec import Opening
from auctions.ledger.exported import Export
from auctions.ledger.replay_steps import MISFITS
from kernel.decimals import parse_amount


def lines_behind(export: Export, entry: Opening) -> tuple[Decimal, ...] | None:
    """The unit prices behind a bid: the entry that follows it, where that is opened."""
    entries = export.chains[chain.LEDGER]
    following = entries[entry.seq] if entry.seq < len(entries) else None
    if following is None or following.kind != "bid_lines":
        return None
    return tuple(parse_amount(price, 6) for price in following.body["prices"])


def own_prices_closed(export: Export, entry: Opening) -> bool:
    """Whether this is a bid of the seat the export was made for, and its prices are closed."""
    if entry.kind != "bid_placed" or not entry.is_open:
        return False
    try:
        body = entry.body
        mine = body["seat"] == export.content.get("seat")
        return mine and lines_behind(export, entry) is None and has_lines(export, body["lot"])
    except MISFITS:
        return False  # a malformed body is what the replay fails at


def has_lines(export: Export, lot: int) -> bool:
    lots = export.chains[chain.LEDGER][0].body["terms"]["lots"]
    return any(each["number"] == lot and "lines" in each for each in lots)
