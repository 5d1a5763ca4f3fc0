"""When a command was received: the database's clock, told by this process's own.

The offset between both clocks is measured by round trips; the one with the least round trip is
believed, since it bounds the error by half its length. Stamps are strictly increasing in a
process, also when the offset is corrected backwards.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kernel.clock import MICROSECOND

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEPT_MEASUREMENTS = 32


class Stamps:
    """Strictly increasing moments close to the database's clock. Safe for any thread."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._mutex = threading.Lock()
        self._offset = wall() - monotonic()
        self._measured: deque[tuple[float, float]] = deque(maxlen=KEPT_MEASUREMENTS)
        self._last = EPOCH

    def measure(self, ask: Callable[[], datetime]) -> None:
        """Compare with the database's clock; ``ask`` returns its ``clock_timestamp()``."""
        before = self._monotonic()
        theirs = ask()
        after = self._monotonic()
        offset = (theirs - EPOCH).total_seconds() - (before + after) / 2
        with self._mutex:
            self._measured.append((after - before, offset))
            self._offset = min(self._measured)[1]

    def now(self) -> datetime:
        """The next stamp: later than every stamp before it."""
        with self._mutex:
            guess = EPOCH + timedelta(seconds=self._monotonic() + self._offset)
            self._last = max(guess, self._last + MICROSECOND)
            return self._last

    def not_before(self, moment: datetime) -> None:
        """Every later stamp lies after ``moment``."""
        with self._mutex:
            self._last = max(self._last, moment)
