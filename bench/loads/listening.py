"""Viewers: they receive, check the numbering, and remember when which lead was shown to them."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from bench.loads.sockets import Line, Message, Ticket, confirm_forever, connect, disconnect
from bench.workers import told

KEPT_FRAMES = 2_000


@dataclass(slots=True)
class Heard:
    """What all viewers of one process received. ``counts`` (messages, events
    told one by one or in a snapshot) is shared memory."""

    counts: Any
    leads: dict[str | None, int] = field(default_factory=dict)  # lead -> its number
    numbers: array[int] = field(default_factory=lambda: array("i"))
    moments: array[float] = field(default_factory=lambda: array("d"))


class Viewer(Line):
    """Counts every message; remembers the moment of every standing."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self._heard = heard
        self.kept: list[bytes] | None = None

    def take(self, message: Message, payload: bytes, now: float) -> None:
        heard = self._heard
        heard.counts[0] += 1
        if message.type == "event":
            heard.counts[1] += 1
        elif message.type == "snapshot":
            heard.counts[1] += self.skipped
        elif message.type == "standing":
            heard.numbers.append(heard.leads.setdefault(self.lead, len(heard.leads)))
            heard.moments.append(now)
        if self.kept is None or len(self.kept) == KEPT_FRAMES:
            return
        if message.type in ("event", "standing"):
            self.kept.append(payload)


def listening(pipe: Connection, tickets: Sequence[Ticket], counts: Any) -> None:
    """The load: on ``"end"`` tells the standings and how each viewer ended."""
    asyncio.run(_listen(pipe, tickets, counts))


async def _listen(pipe: Connection, tickets: Sequence[Ticket], counts: Any) -> None:
    heard = Heard(counts)
    viewers = [Viewer(heard) for _ in tickets]
    confirming = asyncio.create_task(confirm_forever(viewers))
    await connect(list(zip(viewers, tickets, strict=True)))
    viewers[0].kept = []
    pipe.send("ready")
    while (word := await told(pipe)) != "end":
        if word == "cursors":
            pipe.send([viewer.cursor for viewer in viewers])
    pipe.send({
        "ends": [
            {"cursor": each.cursor, "gaps": each.gaps, "closed": each.closed, "lead": each.lead}
            for each in viewers
        ],
        "leads": list(heard.leads),
        "numbers": heard.numbers,
        "moments": heard.moments,
        "frames": viewers[0].kept,
    })  # fmt: skip
    confirming.cancel()
    disconnect(viewers)
