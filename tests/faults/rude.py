"""Sockets without manners: what they send, and with which code they are put out."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

CLOSE_MALFORMED, CLOSE_BEHIND, CLOSE_FLOOD = 4400, 4408, 4429
TOO_BIG, CODE_LOST = 1009, 1006  # it may be lost where the client was still sending
IDS = ["garbage", "a long frame", "a huge frame", "10 000 commands"]


def cases(frame: Callable[..., str]) -> list[tuple[list[str], int]]:
    """Frames and the code they lead to, in the order of ``IDS``; ``frame`` makes a command."""
    return [
        ([f"\x00 {{{number}" for number in range(30)], CLOSE_MALFORMED),
        ([frame(1, more="x" * 20_000)], CLOSE_MALFORMED),
        ([" " * 50_000_000], TOO_BIG),
        ([frame(number) for number in range(10_000)], CLOSE_FLOOD),
    ]


def bid_frame(number: int, **more: Any) -> str:
    """A bid."""
    bid = {"type": "bid", "ref": f"rude-{number}", "lot": 1, "amount": "999999.00", **more}
    return json.dumps(bid)


def accept_frame(number: int, **more: Any) -> str:
    """The acceptance of a level that no clock reaches."""
    accept = {"type": "accept", "ref": f"rude-{number}", "lot": 1, "level": 10_000, **more}
    return json.dumps(accept)


async def closed_after(socket: ClientConnection, frames: list[str]) -> int | None:
    """The code with which a socket is ended that sends these frames as fast as it can."""

    async def send() -> None:
        for frame in frames:
            await socket.send(frame)

    sending = asyncio.create_task(send())
    code = await read_to_the_end(socket)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    return code


async def read_to_the_end(socket: ClientConnection) -> int | None:
    """The code with which the server ended the socket."""
    heard: deque[str | bytes] = deque(maxlen=5)
    with suppress(ConnectionClosed):
        try:
            async with asyncio.timeout(60):
                async for frame in socket:
                    heard.append(frame)
        except TimeoutError:
            told = [str(frame)[:300] for frame in heard]
            raise AssertionError(f"a socket in state {socket.state!r} last heard {told}") from None
    return socket.close_code
