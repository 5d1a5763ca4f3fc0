"""The client of every measurement: as lean as a client can be, since it shares the processors.

It decodes each message and checks the numbering of events, so that nothing is counted that was
not really received, and confirms by ``seen`` as every client must.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.errors import BenchError

logging.getLogger("picows").setLevel(logging.WARNING)

CONFIRM_EVERY = 1.0
SLICES = 20
CONNECT_AT_ONCE = 32
PATIENCE = 60.0


class Lot(msgspec.Struct):
    """What is looked at of a lot."""

    lead: str | None = None


class Whole(msgspec.Struct):
    """What is looked at of a welcome's snapshot."""

    lots: list[Lot] = []


class Message(msgspec.Struct):
    """What is looked at of any message of the live protocol."""

    type: str
    cursor: int = 0
    prev: int = 0
    ref: str | None = None
    leaf: str = ""
    code: str | int = ""
    lots: list[Lot] = []
    snapshot: Whole | None = None


_DECODER = msgspec.json.Decoder(Message)


@dataclass(frozen=True, slots=True)
class Ticket:
    """How one person opens an auction's socket: by the cookie of a browser session."""

    url: str
    session: str


class Line(WSListener):  # type: ignore[misc]
    """One socket. Subclasses look at what comes in."""

    def __init__(self) -> None:
        self.transport: WSTransport | None = None
        self.cursor = 0
        self.gaps = 0  # events that did not continue the last one, and snapshots instead of events
        self.skipped = 0  # events that the last snapshot came instead of
        self.closed: str = ""
        self.lead: str | None = None
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._confirmed = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.closed = self.closed or "connection lost"
        if not self.welcome.done():
            self.welcome.set_exception(BenchError(f"not welcomed: {self.closed}"))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is not WSMsgType.TEXT:
            if frame.msg_type is WSMsgType.CLOSE:
                self.closed = self.closed or f"closed with {frame.get_close_code()}"
                transport.disconnect()
            return
        now = time.time()
        payload = frame.get_payload_as_bytes()
        message = _DECODER.decode(payload)
        kind = message.type
        if kind in ("event", "checkpoint"):
            if message.prev != self.cursor:
                self.gaps += 1
            self.cursor = message.cursor
        elif kind == "welcome":
            self.cursor = message.cursor
        elif kind == "snapshot":
            self.gaps += 1
            self.skipped = message.cursor - self.cursor
            self.cursor = message.cursor
        elif kind == "ended":
            self.closed = f"ended with {message.code}"
        lots = message.lots or (message.snapshot.lots if message.snapshot else [])
        if lots:
            self.lead = lots[0].lead
        self.take(message, payload, now)
        if kind == "welcome" and not self.welcome.done():
            self.welcome.set_result(None)

    def take(self, message: Message, payload: bytes, now: float) -> None:
        """Look at a message that was received at ``now`` (seconds of the wall clock)."""

    def send(self, payload: bytes) -> None:
        """Write one frame."""
        if self.transport is not None and not self.closed:
            self.transport.send(WSMsgType.TEXT, payload)

    def confirm(self) -> None:
        """Say how far events were processed, if there were new ones."""
        if self.cursor > self._confirmed:
            self._confirmed = self.cursor
            self.send(b'{"type":"seen","cursor":%d}' % self.cursor)


AnyLine = TypeVar("AnyLine", bound=Line)


async def connect(lines: Sequence[tuple[AnyLine, Ticket]]) -> None:
    """Open all of them, some at a time; each has its welcome on return."""
    room = asyncio.Semaphore(CONNECT_AT_ONCE)

    async def one(line: Line, ticket: Ticket) -> None:
        async with room:
            await ws_connect(
                lambda: line,
                ticket.url,
                extra_headers={"Cookie": f"sessionid={ticket.session}"},
                websocket_handshake_timeout=PATIENCE,
            )
            await asyncio.wait_for(line.welcome, PATIENCE)

    await asyncio.gather(*(one(line, ticket) for line, ticket in lines))


async def confirm_forever(lines: Sequence[Line]) -> None:
    """``seen`` of every socket once a second, spread over the second. Begin before connecting: the
    first ones must not fall behind while the last ones come."""
    slices = [list(lines[number::SLICES]) for number in range(SLICES)]
    random.shuffle(slices)
    due = asyncio.get_running_loop().time()
    while True:
        for part in slices:
            for line in part:
                line.confirm()
            due += CONFIRM_EVERY / SLICES
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))


def disconnect(lines: Sequence[Line]) -> None:
    """Leave."""
    for line in lines:
        if line.transport is not None:
            line.transport.disconnect()
