"""Lanes: each gate thread's share of the auctions, and which of them it looks at next."""

from __future__ import annotations

import heapq
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from uuid import UUID

from auctions.realtime.batch import Cached
from auctions.realtime.database import Pipelined

KEPT_STATES = 500


@dataclass(slots=True)
class Lane:
    """One thread's auctions, its connection, and what it keeps of their states.

    Anybody may put an auction in; all else is of the lane's own thread.
    """

    connection: Pipelined | None = None
    announced: set[UUID] = field(default_factory=set)  # where the row may show a boundary of ours
    _states: OrderedDict[UUID, Cached] = field(default_factory=OrderedDict)
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

    # States -------------------------------------------------------------------------------

    def state_of(self, auction_id: UUID) -> Cached | None:
        """What was kept of the auction."""
        return self._states.get(auction_id)

    def remember(self, auction_id: UUID, cached: Cached) -> list[UUID]:
        """Keep a state; the auctions whose states had to go for it."""
        self._states[auction_id] = cached
        self._states.move_to_end(auction_id)
        gone = []
        while len(self._states) > KEPT_STATES:
            gone.append(self._states.popitem(last=False)[0])
        return gone

    def forget(self, auction_id: UUID) -> None:
        """Keep nothing of the auction: it is read anew."""
        self._states.pop(auction_id, None)
