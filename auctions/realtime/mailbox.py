"""What waits to be written to one socket, and what to do when its reader falls behind.

Events and answers are never dropped, state is: the latest wins. A client confirms events by
``seen``; one that is two seconds behind gets nothing more until it has caught up, and then the
whole latest state; one that is thirty seconds behind is closed.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec

from auctions.realtime import metrics
from auctions.realtime.messages import Presence, Standing
from auctions.realtime.wire import ENCODER

BEHIND_AFTER = 2.0
CLOSED_AFTER = 30.0
CLOSE_BEHIND = 4408
CLOSE_RETRY = 1012
MOST_WAITING = 2_000


class Mailbox:
    """One socket's outgoing messages. Of the event loop's thread only.

    ``send`` writes one text frame; ``close`` ends the socket with a code; ``need_snapshot`` asks
    for a whole snapshot to be put in.
    """

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
        need_snapshot: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._close = close
        self._need_snapshot = need_snapshot
        self._monotonic = monotonic
        self._queue: deque[bytes] = deque()
        self._standing: Standing | None = None
        self._standing_bytes: bytes | None = None
        self._presence: Presence | None = None
        self._unseen: deque[tuple[int, float]] = deque()
        self._sent = 0
        self._seen = 0
        self._behind = False
        self._wake = asyncio.Event()

    # In -----------------------------------------------------------------------------------

    def answer(self, payload: bytes) -> None:
        """A message for this socket alone; always delivered while the socket lives."""
        self._queue.append(payload)
        self._wake.set()

    def event(self, payload: bytes, cursor: int) -> None:
        """An event of the viewer's own numbering."""
        if self._behind:
            metrics.DROPPED.inc()
            return  # the snapshot that follows will hold it
        self._queue.append(payload)
        self._await_seen(cursor)
        self._wake.set()

    def whole(self, payload: bytes, cursor: int) -> None:
        """A welcome or snapshot: what was waiting of events and standing is in it."""
        self._behind = False
        self._standing = self._standing_bytes = None
        self._unseen.clear()
        self._await_seen(cursor)
        self._queue.append(payload)
        self._wake.set()

    def standing(self, standing: Standing, payload: bytes) -> None:
        """The latest standing; points of one that was not sent yet are carried over."""
        if self._behind:
            metrics.DROPPED.inc()
            return
        if self._standing is not None and self._standing.points:
            points = [*self._standing.points, *standing.points]
            self._standing = msgspec.structs.replace(standing, points=points)
            self._standing_bytes = None
        else:
            self._standing, self._standing_bytes = standing, payload
        self._wake.set()

    def presence(self, presence: Presence) -> None:
        """The latest presence."""
        if not self._behind:
            self._presence = presence
            self._wake.set()

    def seen(self, cursor: int) -> None:
        """The client has processed every event up to ``cursor``."""
        self._seen = max(self._seen, min(cursor, self._sent))
        while self._unseen and self._unseen[0][0] <= self._seen:
            self._unseen.popleft()
        if self._behind and not self._unseen:
            self._need_snapshot()

    def _await_seen(self, cursor: int) -> None:
        """What was confirmed before is not confirmed again: a client says each cursor once."""
        self._sent = max(self._sent, cursor)
        if cursor > self._seen:
            self._unseen.append((cursor, self._monotonic()))

    # Out ----------------------------------------------------------------------------------

    async def look(self) -> None:
        """Judge the lag; called about once a second."""
        lag = self.lag()
        if lag > CLOSED_AFTER or len(self._queue) > MOST_WAITING:
            await self._close(CLOSE_BEHIND)
        elif lag > BEHIND_AFTER:
            if not self._behind:
                metrics.BEHIND.inc()
            self._behind = True

    async def send_back(self) -> None:
        """End the socket so that its client connects again and is welcomed anew."""
        await self._close(CLOSE_RETRY)

    def lag(self) -> float:
        """Seconds since the oldest event was sent that the client has not confirmed."""
        return self._monotonic() - self._unseen[0][1] if self._unseen else 0.0

    async def run(self) -> None:
        """Write what comes in until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._send(self._queue.popleft().decode())
            if self._standing is not None:
                payload = self._standing_bytes or ENCODER.encode(self._standing)
                self._standing = self._standing_bytes = None
                await self._send(payload.decode())
            if self._presence is not None:
                latest, self._presence = self._presence, None
                await self._send(ENCODER.encode(latest).decode())
