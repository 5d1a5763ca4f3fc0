"""(e) What one person feels: from the bid to its answer, and to another bidder's screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench import ledger
from bench.cast import Cast, open_room
from bench.errors import BenchError
from bench.house import Web
from bench.loads.listening import listening
from bench.loads.pacing import Paced, pacing
from bench.percentiles import percentile
from bench.sizes import Sizes
from bench.workers import CONTEXT, Worker


@dataclass(frozen=True, slots=True)
class Response:
    """All in milliseconds, by the clients' clock."""

    ack_p50_ms: float
    ack_p99_ms: float
    seen_p50_ms: float
    seen_p99_ms: float


def measure(cast: Cast, web: Web, sizes: Sizes) -> Response:
    """Bidders in turn at a steady pace, with viewers on the same web process."""
    room = open_room(cast, sizes.seats)
    url = web.address(room.id)
    tickets = [person.ticket(url) for _, person in room.watchers(sizes.response_viewers)]
    bidders = [each.bidder.ticket(url) for each in room.suppliers]
    rate = sizes.response_per_second
    warm_up = max(sizes.warm_up, sizes.seats / rate)
    with (
        Worker(listening, tickets, CONTEXT.RawArray("q", 2)) as viewers,
        Worker(pacing, bidders, rate, warm_up, sizes.response_seconds) as bidding,
    ):
        viewers.hear()
        bidding.hear()
        bidding.tell("go")
        found: dict[str, Any] = bidding.hear()
        viewers.tell("end")
        viewers.hear()
        bidding.tell("end")
    wrong = {name: found[name] for name in ("refusals", "lost", "unanswered") if found[name]}
    if wrong:
        raise BenchError(f"bidding at a steady pace went wrong: {wrong}")
    ledger.check_acknowledged(room.id, found["leaves"])
    bids: list[Paced] = found["bids"]
    unseen = sum(len(bid.seen) != len(bidders) - 1 for bid in bids)
    if unseen:
        raise BenchError(f"{unseen} of {len(bids)} bids did not reach every other bidder")
    answered = [(bid.answered - bid.sent) * 1000 for bid in bids]
    seen = [(at - bid.sent) * 1000 for bid in bids for at in bid.seen]
    return Response(
        ack_p50_ms=percentile(answered, 0.5),
        ack_p99_ms=percentile(answered, 0.99),
        seen_p50_ms=percentile(seen, 0.5),
        seen_p99_ms=percentile(seen, 0.99),
    )
