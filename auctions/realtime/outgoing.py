"""What many sockets are told alike: encoded and framed once, and handed to each in turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from auctions.realtime.messages import Standing
from auctions.realtime.wire import ENCODER
from infra.sockets.frames import text_frame

if TYPE_CHECKING:
    from auctions.realtime.mailbox import Mailbox

log = logging.getLogger(__name__)

BREATH_EVERY = 32  # sends between two turns of the event loop
What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Told:
    """Messages in their order. ``frames`` is all of them as bytes of a WebSocket.

    Of events, ``mark`` is the cursor of the last one and when they were told (monotonic seconds).
    """

    payloads: tuple[bytes, ...]
    frames: bytes
    mark: tuple[int, float] = (0, 0.0)


def told(messages: Iterable[msgspec.Struct], mark: tuple[int, float] = (0, 0.0)) -> Told:
    """The messages, encoded and framed."""
    payloads = tuple(ENCODER.encode(message) for message in messages)
    return Told(payloads, b"".join(map(text_frame, payloads)), mark)


@dataclass(frozen=True, slots=True)
class Shown:
    """A standing; ``frame`` is its payload as bytes of a WebSocket."""

    standing: Standing
    payload: bytes
    frame: bytes


def shown(standing: Standing) -> Shown:
    """The standing, encoded and framed."""
    payload = ENCODER.encode(standing)
    return Shown(standing, payload, text_frame(payload))


class Round:
    """Goes round the sockets of one audience after the other, and lets the event loop turn between:
    bids must not wait until a thousand viewers were told."""

    def __init__(self) -> None:
        self._left = BREATH_EVERY

    async def give(
        self, mailboxes: Sequence[Mailbox], put: Callable[[Mailbox, What], None], what: What
    ) -> None:
        """``put(mailbox, what)`` for each. One that fails is sent back, the others are told."""
        for mailbox in mailboxes:
            try:
                put(mailbox, what)
            except Exception:
                log.exception("a socket cannot be written to")
                mailbox.send_back()
            self._left -= 1
            if self._left <= 0:
                await self.breathe()

    async def worked(self, much: int) -> None:
        """So much work was done as so many sends are."""
        self._left -= much
        if self._left <= 0:
            await self.breathe()

    async def breathe(self) -> None:
        """Let everything else that is due have its turn."""
        self._left = BREATH_EVERY
        await asyncio.sleep(0)
