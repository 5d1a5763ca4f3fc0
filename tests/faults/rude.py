"""Sockets without manners: what they send, and with which code they are put out."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from kernel import sealing

CLOSE_MALFORMED, CLOSE_BEHIND, CLOSE_FLOOD = 4400, 4408, 4429
TOO_BIG, CODE_LOST = 1009, 1006  # it may be lost where the client was still sending
ENVELOPE = "ab" * sealing.ENVELOPE_BYTES
MAY_GROW = 100_000  # kilobytes
IDS = ["garbage", "a long frame", "a huge frame", "10 000 commands"]


HUGE = 50_000_000
HUGE_FRAME = b"\x81\xff" + HUGE.to_bytes(8) + bytes(4) + b" " * HUGE
"""One text frame as it goes over the line, masked by zeros: made once for however many senders."""


def cases(frame: Callable[..., str]) -> list[tuple[list[str | bytes], int]]:
    """Frames (bytes: raw) and the code they lead to, in the order of ``IDS``; ``frame`` makes a
    command."""
    return [
        ([f"\x00 {{{number}" for number in range(30)], CLOSE_MALFORMED),
        ([frame(1, more="x" * 20_000)], CLOSE_MALFORMED),
        ([HUGE_FRAME], TOO_BIG),
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


def sealed_frame(number: int, **more: Any) -> str:
    """An envelope that nobody can open, which shows only then."""
    offer = {"type": "sealed_offer", "ref": f"rude-{number}", "lot": 1, "envelope": ENVELOPE}
    return json.dumps({**offer, **more})


FRAMES: dict[str, Callable[..., str]] = {
    "dutch": accept_frame,
    "japanese": accept_frame,
    "turns": bid_frame,
    "sealed": sealed_frame,
    "vickrey": sealed_frame,
    "sealed_rounds": partial(sealed_frame, round=1),
    "open_closed": bid_frame,
    "final_stage": bid_frame,
    "budget": partial(bid_frame, amount="2000"),  # a quantity
}
"""What a command of each format is."""


def assert_bounded(before: list[int], after: list[int]) -> None:
    """No process took much more memory, in kilobytes."""
    grown = [now - had for had, now in zip(before, after, strict=True)]
    assert max(grown) < MAY_GROW, grown


async def closed_after(socket: ClientConnection, frames: Sequence[str | bytes]) -> int | None:
    """The code with which a socket is ended that sends these frames as fast as it can."""

    async def send() -> None:
        for frame in frames:
            if isinstance(frame, bytes):
                socket.transport.write(frame)
            else:
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
