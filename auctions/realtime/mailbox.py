"""What waits to be written to one socket, and what to do when its reader falls behind.

Events and answers are never dropped, state is: the latest wins. A client confirms events by
``seen``; one that is two seconds behind gets nothing more until it has caught up, and then the
whole latest state; one that is thirty seconds behind is closed.

Where the server takes whole frames, a message is written as soon as it comes, unless something
waits before it: in the mailbox, or for the kernel, whose buffer a slow reader lets run full.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec

from auctions.realtime import metrics
from auctions.realtime.messages import Standing
from auctions.realtime.outgoing import BREATH_EVERY, Shown, Told
from auctions.realtime.wire import ENCODER
from infra.sockets.frames import FrameWriter, text_frame

BEHIND_AFTER = 2.0
CLOSED_AFTER = 30.0
CLOSE_BEHIND = 4408
CLOSE_RETRY = 1012
MOST_WAITING = 2_000


class Mailbox:
    """One socket's outgoing messages. Of the event loop's thread only.

    ``send`` writes one text frame, ``writer`` finished ones, where the server can; ``close`` has
    the socket ended with a code; ``need_snapshot`` asks for a whole snapshot to be put in.
    """

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], None],
        need_snapshot: Callable[[], None],
        writer: FrameWriter | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._close = close
        self._need_snapshot = need_snapshot
        self._writer = writer
        self._monotonic = monotonic
        self._queue: deque[bytes] = deque()
        self._standing: Standing | None = None
        self._standing_bytes: bytes | None = None
        self._presence: bytes | None = None
        self._unseen: deque[tuple[int, float]] = deque()
        self._sent = 0
        self._seen = 0
        self._behind = False
        self._holding = False  # something waits here
        self._wake = asyncio.Event()

    # In -----------------------------------------------------------------------------------

    def answer(self, payload: bytes) -> None:
        """A message for this socket alone; always delivered while the socket lives."""
        if not self._written(text_frame(payload)):
            self._queue.append(payload)

    def beat(self, beat: Told) -> None:
        """What every socket is told, whatever it has confirmed."""
        if not self._written(beat.frames):
            self._queue.extend(beat.payloads)

    def events(self, events: Told) -> None:
        """Events of the viewer's own numbering."""
        if self._behind:
            metrics.DROPPED.inc(len(events.payloads))
            return  # the snapshot that follows will hold them
        self._await_seen(events.mark)
        if not self._written(events.frames):
            self._queue.extend(events.payloads)

    def whole(self, payload: bytes, cursor: int) -> None:
        """A welcome or snapshot: what was waiting of events and standing is in it."""
        self._behind = False
        self._standing = self._standing_bytes = None
        self._unseen.clear()
        self._await_seen((cursor, self._monotonic()))
        self.answer(payload)

    def standing(self, shown: Shown) -> None:
        """The latest standing; points of one that was not sent yet are carried over."""
        if self._behind:
            metrics.DROPPED.inc()
            return
        if self._written(shown.frame):
            return
        if self._standing is not None and self._standing.points:
            points = [*self._standing.points, *shown.standing.points]
            self._standing = msgspec.structs.replace(shown.standing, points=points)
            self._standing_bytes = None
        else:
            self._standing, self._standing_bytes = shown.standing, shown.payload

    def presence(self, presence: Told) -> None:
        """The latest presence."""
        if not self._behind and not self._written(presence.frames):
            (self._presence,) = presence.payloads

    def seen(self, cursor: int) -> None:
        """The client has processed every event up to ``cursor``."""
        self._seen = max(self._seen, min(cursor, self._sent))
        while self._unseen and self._unseen[0][0] <= self._seen:
            self._unseen.popleft()
        if self._behind and not self._unseen:
            self._need_snapshot()

    def _await_seen(self, mark: tuple[int, float]) -> None:
        """What was confirmed before is not confirmed again: a client says each cursor once."""
        cursor = mark[0]
        self._sent = max(self._sent, cursor)
        if cursor > self._seen:
            self._unseen.append(mark)

    # Out ----------------------------------------------------------------------------------

    def look(self) -> None:
        """Judge the lag; called about once a second."""
        if not self._unseen and not self._queue:
            return
        lag = self.lag()
        if lag > CLOSED_AFTER or len(self._queue) > MOST_WAITING:
            self._close(CLOSE_BEHIND)
        elif lag > BEHIND_AFTER:
            if not self._behind:
                metrics.BEHIND.inc()
            self._behind = True

    def send_back(self) -> None:
        """End the socket so that its client connects again and is welcomed anew."""
        self._close(CLOSE_RETRY)

    def lag(self) -> float:
        """Seconds since the oldest event was sent that the client has not confirmed."""
        return self._monotonic() - self._unseen[0][1] if self._unseen else 0.0

    def _written(self, frames: bytes) -> bool:
        """Whether the frames could be written now; if not, ``run`` will write what is kept."""
        writer = self._writer
        if writer is not None and not self._holding and writer.write(frames):
            return True
        if not self._holding:
            self._holding = True
            self._wake.set()
        return False

    async def run(self) -> None:
        """Write what waits until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            sent = 0
            while True:
                if self._writer is not None:
                    await self._writer.drained()
                # Only now: while others were waited for, the standing may have become another.
                payload = self._next()
                if payload is None:
                    self._holding = False
                    break
                if self._writer is not None:
                    self._writer.write(text_frame(payload))
                else:
                    await self._send(payload.decode())
                sent += 1
                if sent % BREATH_EVERY == 0:
                    await asyncio.sleep(0)

    def _next(self) -> bytes | None:
        """Events and answers in their order, then the standing, then the presence."""
        if self._queue:
            return self._queue.popleft()
        if self._standing is not None:
            payload = self._standing_bytes or ENCODER.encode(self._standing)
            self._standing = self._standing_bytes = None
            return payload
        latest, self._presence = self._presence, None
        return latest
