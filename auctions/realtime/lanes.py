"""Lanes: each gate thread's share of the auctions, and which of them it looks at next."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from uuid import UUID

from auctions.realtime.deciders import Deciding


@dataclass(slots=True)
class Lane:
    """One thread's auctions, and its way to decide.

    Anybody may put an auction in; all else is of the lane's own thread.
    """

    decider: Deciding
    announced: set[UUID] = field(default_factory=set)  # where the row may show a boundary of ours
    _ready: deque[UUID] = field(default_factory=deque)
    _later: list[tuple[float, UUID]] = field(default_factory=list)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _stopping: bool = False

    def put(self, auction_id: UUID, after: float = 0.0) -> None:
        """Have the auction looked at, once for however often it was put in; ``after`` seconds."""
        with self._wake:
            if after:
                heapq.heappush(self._later, (time.monotonic() + after, auction_id))
            elif auction_id not in self._ready:
                self._ready.append(auction_id)
            self._wake.notify()

    def next(self) -> UUID | None:
        """Wait for the next auction to look at; None to stop."""
        with self._wake:
            while not self._stopping:
                now = time.monotonic()
                while self._later and self._later[0][0] <= now:
                    auction_id = heapq.heappop(self._later)[1]
                    if auction_id not in self._ready:
                        self._ready.append(auction_id)
                if self._ready:
                    return self._ready.popleft()
                self._wake.wait(self._later[0][0] - now if self._later else None)
        return None

    def stop(self) -> None:
        """Let :meth:`next` give nothing more."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
