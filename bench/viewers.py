"""(c) A thousand viewers of one auction whose standing changes twenty times a second.

They sit at the suppliers' seats, equally many at each, so each seat's own standing is rendered.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from auctions.domain.commands import BUYER, EVERYONE, Officer, PostMessage
from auctions.realtime.party import officer_party
from auctions.services.deciding import decide_now
from bench import ledger
from bench.cast import Cast, Room, open_room
from bench.errors import BenchError
from bench.house import Web
from bench.loads.listening import listening
from bench.loads.pacing import pacing
from bench.loads.sockets import Line, connect, disconnect
from bench.percentiles import percentile
from bench.sizes import Sizes
from bench.workers import CONTEXT, Worker

NOTE_EVERY = 2.0  # seconds between two events for everybody
LAST_EVENTS = 5.0


@dataclass(frozen=True, slots=True)
class Viewing:
    """Latencies in milliseconds from a bid's commit to each viewer's receipt of the standing."""

    p50_ms: float
    p99_ms: float
    delivered: float  # share of the viewers that got every event and ended at the head
    cpu_s: float  # of the web process and its decider, during the measurement
    standings_per_s: float  # to each viewer


def measure(cast: Cast, web: Web, sizes: Sizes) -> Viewing:
    """One web process; bidders and viewers are on it together."""
    room = open_room(cast, sizes.seats)
    url = web.address(room.id)
    seats = [number for number, _ in room.watchers(sizes.viewers)]
    tickets = [person.ticket(url) for _, person in room.watchers(sizes.viewers)]
    bidders = [each.bidder.ticket(url) for each in room.suppliers]
    seconds, rate = sizes.viewer_seconds, sizes.standings_per_second
    # Nobody is told the lead before the own first bid: everybody bids once in the warm-up.
    warm_up = max(sizes.warm_up, sizes.seats / rate)
    with (
        Worker(listening, tickets, CONTEXT.RawArray("q", 2)) as viewers,
        Worker(pacing, bidders, rate, warm_up, seconds) as bidding,
    ):
        viewers.hear()
        bidding.hear()
        bidding.tell("go")
        cpu = web.cpu_seconds()
        found = _while_posting(cast, room, bidding, warm_up + seconds)
        cpu = web.cpu_seconds() - cpu
        heads = asyncio.run(_heads(room, url))
        _await_heads(viewers, [heads[seat] for seat in seats])
        viewers.tell("end")
        heard: dict[str, Any] = viewers.hear()
        bidding.tell("end")
    wrong = {name: found[name] for name in ("refusals", "lost", "unanswered") if found[name]}
    if wrong:
        raise BenchError(f"bidding before viewers on {web.kind} went wrong: {wrong}")
    ledger.check_acknowledged(room.id, found["leaves"])
    latencies = _latencies(room, heard, {bid.leaf for bid in found["bids"]})
    if not latencies:
        raise BenchError(f"no viewer on {web.kind} was shown any bid")
    whole = [
        end
        for end, seat in zip(heard["ends"], seats, strict=True)
        if not end["gaps"] and not end["closed"] and end["cursor"] == heads[seat]
    ]
    return Viewing(
        p50_ms=percentile(latencies, 0.5) * 1000,
        p99_ms=percentile(latencies, 0.99) * 1000,
        delivered=len(whole) / len(seats),
        cpu_s=cpu,
        standings_per_s=len(latencies) / len(seats) / seconds,
    )


def _while_posting(cast: Cast, room: Room, bidding: Worker, seconds: float) -> dict[str, Any]:
    """The bidders' result; meanwhile the buyer writes to everybody every two seconds."""
    officer = cast.officer.actor
    party = officer_party(Officer.BUYER, user_id=officer.user_id, company_id=officer.company_id)
    began, number = time.monotonic(), 0
    while not bidding.pipe.poll(NOTE_EVERY if number else NOTE_EVERY / 2):
        if time.monotonic() - began > seconds:
            break
        number += 1
        note = PostMessage(sender=BUYER, to=EVERYONE, text=f"Note {number}", ref=f"n{number}")
        decide_now(auction_id=room.id, command=note, party=party)
    found: dict[str, Any] = bidding.hear()
    return found


async def _heads(room: Room, url: str) -> list[int]:
    """The cursor of each seat's latest event, as somebody is told who comes now."""
    lines = [(Line(), each.bidder.ticket(url)) for each in room.suppliers]
    await connect(lines)
    disconnect([line for line, _ in lines])
    return [line.cursor for line, _ in lines]


def _await_heads(viewers: Worker, heads: list[int]) -> None:
    """Give what is on its way some time; who is behind then has not got everything."""
    until = time.monotonic() + LAST_EVENTS
    while time.monotonic() < until:
        viewers.tell("cursors")
        if viewers.hear() == heads:
            return
        time.sleep(0.1)


def _latencies(room: Room, heard: dict[str, Any], leaves: set[str]) -> list[float]:
    """Seconds from the commit of each bid after the warm-up to every sight of it."""
    commits = ledger.committed_at(room.id, leaves)
    moments = [commits.get(lead) for lead in heard["leads"]]
    return [
        at - committed
        for number, at in zip(heard["numbers"], heard["moments"], strict=True)
        if (committed := moments[number]) is not None
    ]
