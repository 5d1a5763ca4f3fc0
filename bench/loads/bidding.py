"""Bidders that bid as fast as they are answered."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from bench.loads.sockets import Line, Message, Ticket, confirm_forever, connect, disconnect
from bench.workers import told

HIGHEST = 8_000_000_000  # in hundredths; below the ceiling
LAST_ANSWERS = 20.0


@dataclass(slots=True)
class Answers:
    """What came back to all bidders."""

    counting: bool = False
    bidding: bool = False
    counted: int = 0
    leaves: list[str] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)


class Bidder(Line):
    """Bids as soon as it may: so many bids are always on their way."""

    def __init__(self, number: int, answers: Answers) -> None:
        super().__init__()
        self._answers = answers
        self._next = HIGHEST - number
        self._first = True
        self.open = 0

    def take(self, message: Message, payload: bytes, now: float) -> None:
        if message.type == "ack":
            self._answers.leaves.append(message.leaf)
            self._answers.counted += self._answers.counting
        elif message.type == "refused":
            self._answers.refusals[str(message.code)] += 1
        else:
            return
        self.open -= 1
        if self._answers.bidding:
            self.bid()

    def bid(self) -> None:
        """One cent less than before."""
        amount = b"%d.%02d" % divmod(self._next, 100)
        self._next -= 1
        # A first bid is always to be typed twice.
        retyped = b',"retyped":"%s"' % amount if self._first else b""
        self._first = False
        self.send(b'{"type":"bid","ref":"b%d","lot":1,"amount":"%s"%s}'
                  % (self._next, amount, retyped))  # fmt: skip
        self.open += 1


def bidding(
    pipe: Connection, tickets: Sequence[Ticket], outstanding: int, warm_up: float, seconds: float
) -> None:
    """The load generator: answers bids a second, the acknowledged leaves and the refusals."""
    asyncio.run(_bid(pipe, tickets, outstanding, warm_up, seconds))


async def _bid(
    pipe: Connection, tickets: Sequence[Ticket], outstanding: int, warm_up: float, seconds: float
) -> None:
    answers = Answers()
    bidders = [Bidder(number, answers) for number in range(len(tickets))]
    confirming = asyncio.create_task(confirm_forever(bidders))
    await connect(list(zip(bidders, tickets, strict=True)))
    pipe.send("ready")
    await told(pipe)
    answers.bidding = True
    for bidder in bidders:
        for _ in range(outstanding):
            bidder.bid()
    await asyncio.sleep(warm_up)
    began, answers.counting = time.monotonic(), True
    await asyncio.sleep(seconds)
    answers.counting, took = False, time.monotonic() - began
    answers.bidding = False
    until = time.monotonic() + LAST_ANSWERS
    while any(bidder.open for bidder in bidders) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    confirming.cancel()
    lost = [bidder.closed for bidder in bidders if bidder.closed]
    unanswered = sum(bidder.open for bidder in bidders)
    disconnect(bidders)
    pipe.send({
        "per_second": answers.counted / took,
        "leaves": answers.leaves,
        "refusals": dict(answers.refusals),
        "lost": lost,
        "unanswered": unanswered,
    })  # fmt: skip
