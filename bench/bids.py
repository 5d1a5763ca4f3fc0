"""(a) Durable, acknowledged bids a second on one hot auction."""

from __future__ import annotations

from typing import Any

from bench import ledger
from bench.cast import Cast, open_room
from bench.errors import BenchError
from bench.house import Web
from bench.loads.bidding import bidding
from bench.sizes import Sizes
from bench.workers import Worker


def measure(cast: Cast, web: Web, sizes: Sizes, outstanding: int) -> float:
    """Acknowledged bids a second with so many outstanding each; all of them are in the ledger."""
    room = open_room(cast, sizes.bidders, lead=False)
    tickets = [each.bidder.ticket(web.address(room.id)) for each in room.suppliers]
    with Worker(bidding, tickets, outstanding, sizes.warm_up, sizes.bid_seconds) as load:
        load.hear()
        load.tell("go")
        found: dict[str, Any] = load.hear()
    wrong = {name: found[name] for name in ("refusals", "lost", "unanswered") if found[name]}
    if wrong:
        raise BenchError(f"bidding on {web.kind} went wrong: {wrong}")
    ledger.check_acknowledged(room.id, found["leaves"])
    return float(found["per_second"])
