"""From the gate's threads to the event loop: everything that is there in one go."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import Any

log = logging.getLogger(__name__)


class Handover:
    """Calls back on the event loop's thread once a future is done.

    ``asyncio.wrap_future`` wakes the loop for every single one; a batch of the gate is done all at
    once, and waking costs more than the rest.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[tuple[Callable[[Any], None], Future[Any]]] = deque()
        self._rung = False

    def when_done(self, future: Future[Any], call: Callable[[Any], None]) -> None:
        """Call with the future's result, soon after it is there, in the present context, which
        names the socket in the log. The future may not fail."""
        in_context = partial(copy_context().run, call)
        future.add_done_callback(lambda done: self._give(in_context, done))

    def _give(self, call: Callable[[Any], None], done: Future[Any]) -> None:
        """On any thread."""
        self._done.append((call, done))
        # The loop takes the bell down before it looks: what came after that rings again.
        if not self._rung and not self._loop.is_closed():
            self._rung = True
            self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        self._rung = False
        while self._done:
            call, done = self._done.popleft()
            try:
                call(done.result())
            except Exception:
                log.exception("an answer could not be handed over")
