"""How fast one party may send commands: a token bucket per auction and party, before the ledger."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

BURST_SECONDS = 2  # a silent party may send this many seconds' worth at once
DEFAULT_RATE = 5
KEPT = 20_000


class RateLimiter:
    """Token buckets; those unused longest are forgotten. Safe for any thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._mutex = threading.Lock()
        self._buckets: OrderedDict[tuple[UUID, str], tuple[float, float]] = OrderedDict()

    def allow(self, auction_id: UUID, party: str, per_second: int = DEFAULT_RATE) -> bool:
        """Whether one more command of this party may pass now."""
        burst = float(max(1, per_second * BURST_SECONDS))
        now = self._monotonic()
        with self._mutex:
            tokens, then = self._buckets.pop((auction_id, party), (burst, now))
            tokens = min(burst, tokens + (now - then) * per_second)
            allowed = tokens >= 1
            self._buckets[auction_id, party] = (tokens - 1 if allowed else tokens, now)
            while len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return allowed


class FrameLimiter:
    """Frames of one socket, whatever they hold: 40 a second, 120 at once, and what the terms allow
    in commands beyond the default."""

    PER_SECOND = 40.0
    BURST = 120.0

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._per_second = self.PER_SECOND
        self._burst = self.BURST
        self._tokens = self.BURST
        self._then = monotonic()

    def make_room(self, commands_per_second: int) -> None:
        """The terms let this party send so many commands a second."""
        more = max(0, commands_per_second - DEFAULT_RATE)
        self._tokens += self.BURST + more * BURST_SECONDS - self._burst
        self._per_second = self.PER_SECOND + more
        self._burst = self.BURST + more * BURST_SECONDS

    def allow(self) -> bool:
        """Whether one more frame may pass now."""
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._per_second)
        self._then = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
