"""Frames of a server, and whom to hand them to. Knows no server."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

EXTENSION = "fairfall.frames"

_FINAL_TEXT = 0x81
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1


def text_frame(payload: bytes) -> bytes:
    """A whole text message as a server sends it: final, unmasked, not compressed (RFC 6455, 5.2).

    ``payload`` is UTF-8. What a server sends carries no mask, so these are the same bytes for
    everybody.
    """
    length = len(payload)
    if length < 126:
        return b"%c%c%b" % (_FINAL_TEXT, length, payload)
    if length < 1 << 16:
        return b"%c%c%b%b" % (_FINAL_TEXT, 126, length.to_bytes(2, "big"), payload)
    return b"%c%c%b%b" % (_FINAL_TEXT, 127, length.to_bytes(8, "big"), payload)


class FrameWriter(ABC):
    """One open socket, seen from its application. Of the event loop's thread only."""

    __slots__ = ()

    @abstractmethod
    def write(self, frames: bytes) -> bool:
        """Send whole frames, in order with all that the server itself sends.

        False, and nothing done, while bytes of before wait for the kernel: then it is for the
        caller to decide what is still worth sending later. After the closing handshake has begun
        frames are dropped, and that is True.
        """

    @abstractmethod
    def waiting(self) -> int:
        """How many bytes wait for the kernel; 0 for a socket that is closed."""

    async def drained(self) -> None:
        """Return once nothing waits any more.

        It looks, ten times a second in the end. Neither server says when it has written all, and
        it concerns only sockets whose reader lets the kernel's buffer run full.
        """
        pause = 0.0
        while self.waiting():
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2 or FIRST_PAUSE)


def frame_writer(scope: Mapping[str, Any]) -> FrameWriter | None:
    """The writer of a WebSocket scope, where the server has the extension."""
    found: FrameWriter | None = (scope.get("extensions") or {}).get(EXTENSION)
    return found
