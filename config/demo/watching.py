"""Whether anybody watches the demonstration: its live auction runs only while somebody does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from django.core.cache import cache
from redis import RedisError

KEY = "demo:watched"
LASTS = 120  # seconds after the last sign of a viewer
_MARK_EVERY = 20.0
MISSED_FOR = 60.0  # seconds without a sign before nobody watches: Valkey may have forgotten it


def mark() -> None:
    """Somebody looks at a page of the demonstration."""
    # Valkey being away for a moment must not cost the viewer the page.
    with contextlib.suppress(RedisError, OSError):
        cache.set(KEY, "1", LASTS)


def is_watched() -> bool:
    """Whether somebody looked within the last two minutes."""
    return cache.get(KEY) is not None


class MarkedWhileOpen:
    """ASGI: an open browser socket of an auction counts as somebody watching.

    A program's socket does not: it brings a ticket and no cookie.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        by_browser = any(name == b"cookie" for name, _value in scope.get("headers", ()))
        if not by_browser or not scope["path"].startswith("/ws/auctions/"):
            await self._application(scope, receive, send)
            return
        marking = asyncio.create_task(_keep_marking())
        try:
            await self._application(scope, receive, send)
        finally:
            marking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await marking


async def _keep_marking() -> None:
    while True:
        # Valkey being away for a moment must not end the viewer's socket.
        with contextlib.suppress(Exception):
            await cache.aset(KEY, "1", LASTS)
        await asyncio.sleep(_MARK_EVERY)
