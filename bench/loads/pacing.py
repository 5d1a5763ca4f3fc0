"""Bidders that bid in turn at a steady pace, and when their bids were answered and seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from bench.loads.bidding import HIGHEST, LAST_ANSWERS
from bench.loads.sockets import Line, Message, Ticket, confirm_forever, connect, disconnect
from bench.workers import told


@dataclass(slots=True)
class Paced:
    """One bid: when it was sent and what came of it. Moments are of the wall clock."""

    sent: float
    answered: float = 0.0
    leaf: str = ""
    seen: list[float] = field(default_factory=list)  # by each other bidder


class Bidder(Line):
    """Bids when told to; notes when it sees the bids of others."""

    def __init__(self, book: list[Paced], refusals: list[str]) -> None:
        super().__init__()
        self._book = book
        self._refusals = refusals
        self._own: set[int] = set()
        self._next_unseen = 0

    def take(self, message: Message, payload: bytes, now: float) -> None:
        if message.type == "ack":
            bid = self._book[int((message.ref or "")[1:])]
            bid.answered, bid.leaf = now, message.leaf
        elif message.type == "refused":
            self._refusals.append(str(message.code))
        elif message.lots and self.lead is not None:
            self._see(int(self.lead.replace(".", "")), now)

    def _see(self, lead: int, now: float) -> None:
        """Every bid down to the lead is on this screen, or was overtaken before it could be."""
        for number in range(self._next_unseen, min(HIGHEST - lead + 1, len(self._book))):
            if number not in self._own:
                self._book[number].seen.append(now)
            self._next_unseen = number + 1

    def bid(self) -> None:
        """One cent below the last bid of all."""
        number = len(self._book)
        self._own.add(number)
        amount = b"%d.%02d" % divmod(HIGHEST - number, 100)
        self._book.append(Paced(time.time()))
        self.send(b'{"type":"bid","ref":"p%d","lot":1,"amount":"%s","retyped":"%s"}'
                  % (number, amount, amount))  # fmt: skip


def pacing(
    pipe: Connection, tickets: Sequence[Ticket], per_second: float, warm_up: float, seconds: float
) -> None:
    """The load: every bid after the warm-up, all leaves, refusals and lost sockets."""
    asyncio.run(_pace(pipe, tickets, per_second, warm_up, seconds))


async def _pace(
    pipe: Connection, tickets: Sequence[Ticket], per_second: float, warm_up: float, seconds: float
) -> None:
    book: list[Paced] = []
    refusals: list[str] = []
    bidders = [Bidder(book, refusals) for _ in tickets]
    confirming = asyncio.create_task(confirm_forever(bidders))
    await connect(list(zip(bidders, tickets, strict=True)))
    pipe.send("ready")
    await told(pipe)
    due = time.monotonic()
    for number in range(round((warm_up + seconds) * per_second)):
        bidders[number % len(bidders)].bid()
        due += 1 / per_second
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    until = time.monotonic() + LAST_ANSWERS
    while not all(bid.answered for bid in book) and time.monotonic() < until and not refusals:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)  # the last standing
    pipe.send({
        "bids": book[round(warm_up * per_second):],
        "leaves": [bid.leaf for bid in book if bid.leaf],
        "unanswered": sum(not bid.answered for bid in book) - len(refusals),
        "refusals": refusals,
        "lost": [bidder.closed for bidder in bidders if bidder.closed],
    })  # fmt: skip
    await told(pipe)
    confirming.cancel()
    disconnect(bidders)
