"""(b) Messages a second to many viewers, beside a bare broadcast of the same bytes.

The viewers are of the buyer's company: each bid is an event to each of them, and events are never
dropped. Bids are decided outside the measured process, as fast as the viewers take them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from auctions.domain.commands import PlaceBid
from auctions.realtime import signals
from auctions.realtime.answers import Work
from auctions.realtime.deciders import Decider
from auctions.realtime.messages import Ack
from bench.cast import CEILING, DECREMENT, Cast, Room, open_room
from bench.errors import BenchError
from bench.house import Web
from bench.loads.bare import broadcasting
from bench.loads.listening import listening
from bench.loads.sockets import Ticket
from bench.sizes import Sizes
from bench.workers import CONTEXT, Worker
from kernel.clock import utc_now

SUPPLIERS = 4
AT_ONCE = 2  # events fed at a time
WINDOW = 8  # events on their way to every viewer: none may fall two seconds behind
DRAINED_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Fanout:
    """What one server did, and the frames one viewer got."""

    per_second: float
    frames: list[bytes]


def measure(cast: Cast, web: Web, sizes: Sizes) -> Fanout:
    """The product behind one web process."""
    room = open_room(cast, SUPPLIERS)
    tickets = [each.ticket(web.address(room.id)) for each in cast.buyer_watchers]
    with closing(Decider(name="bench")) as decider:
        found = _measured(tickets, _Feeder(decider, room).feed, sizes)
    # At the limit a viewer may fall behind and get a snapshot, which is one message; but none may
    # be lost.
    lost = [end for end in found["ends"] if end["closed"]]
    if lost:
        raise BenchError(f"{len(lost)} viewers on {web.kind} were lost: {lost[0]}")
    return Fanout(found["per_second"], found["frames"])


def measure_bare(frames: Sequence[bytes], sizes: Sizes) -> float:
    """Messages a second of a server that does nothing but broadcast those frames."""
    with Worker(broadcasting, frames) as server:
        url = f"ws://127.0.0.1:{server.hear()}/"
        tickets = [Ticket(url, "") for _ in range(sizes.fanout_viewers)]
        found = _measured(tickets, server.tell, sizes)
        server.tell("end")
    return float(found["per_second"])


class _Feeder:
    """Decides bids as a web process elsewhere would."""

    def __init__(self, decider: Decider, room: Room) -> None:
        self._decider = decider
        self._process = uuid4()  # no living gate: nothing waits for it
        self._room = room
        self._placed = 0

    def feed(self, events: int) -> None:
        """So many bids in one transaction, each taking the lead."""
        works = []
        for _ in range(events):
            self._placed += 1
            party = self._room.parties[self._placed % SUPPLIERS]
            amount = CEILING - DECREMENT * self._placed
            bid = PlaceBid(
                seat=party.key, lot=1, amount=amount, ref=f"b{self._placed}", retyped=amount
            )
            works.append(Work(bid, party, utc_now()))
        decided = self._decider.decide(self._process, self._room.id, works, utc_now())
        refusals = [answer for _, answer in decided.answers if not isinstance(answer, Ack)]
        if refusals:
            raise BenchError(f"a bid was refused: {refusals[0]}")
        signals.appended(self._room.id)


def _measured(
    tickets: Sequence[Ticket], feed: Callable[[int], None], sizes: Sizes
) -> dict[str, Any]:
    counts = CONTEXT.RawArray("q", 2)
    with Worker(listening, tickets, counts) as viewers:
        viewers.hear()
        fed = _feed_for(sizes.warm_up, counts, len(tickets), feed, 0)
        before, began = counts[0], time.monotonic()
        fed = _feed_for(sizes.fanout_seconds, counts, len(tickets), feed, fed)
        per_second = (counts[0] - before) / (time.monotonic() - began)
        until = time.monotonic() + DRAINED_WITHIN
        while counts[1] < fed * len(tickets) and time.monotonic() < until:
            time.sleep(0.05)
        missing = fed * len(tickets) - counts[1]
        if missing > 0:
            raise BenchError(f"{missing} events of {fed * len(tickets)} did not arrive")
        viewers.tell("end")
        return {**viewers.hear(), "per_second": per_second}


def _feed_for(
    seconds: float, counts: Any, viewers: int, feed: Callable[[int], None], fed: int
) -> int:
    """Feed as fast as the viewers take it; how many events were fed in all."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if fed * viewers - counts[1] <= (WINDOW - AT_ONCE) * viewers:
            feed(AT_ONCE)
            fed += AT_ONCE
        else:
            time.sleep(0.001)
    return fed
