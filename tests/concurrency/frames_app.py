"""An ASGI application that does with a socket what its client asks, by frames where it can.

Commands are JSON: ``frames`` (of these sizes, each also said by ``send``), ``fill`` (until the
kernel takes no more), ``fill_and_close``, ``close`` (and write on), ``ask``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from infra.sockets.frames import FrameWriter, frame_writer, text_frame

Send = Callable[[dict[str, Any]], Awaitable[None]]

gone: list[str] = []


async def application(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """HTTP is answered with the names of the sockets whose application has ended."""
    if scope["type"] == "websocket":
        await _socket(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(gone).encode()})


async def _socket(scope: dict[str, Any], receive: Any, send: Send) -> None:
    writer = frame_writer(scope)
    assert (await receive())["type"] == "websocket.connect"
    if writer is not None:
        assert writer.write(text_frame(b"too early"))
        assert writer.waiting() == 0
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        command = json.loads(message["text"])
        await _DO[command.pop("do")](writer, send, **command)
    if writer is not None:
        assert writer.write(text_frame(b"too late"))
        assert writer.waiting() == 0
    gone.append(scope["path"])


async def _ask(writer: FrameWriter | None, send: Send) -> None:
    await send({"type": "websocket.send", "text": "none" if writer is None else "frames"})


async def _frames(writer: FrameWriter, send: Send, sizes: list[int]) -> None:
    for size in sizes:
        await _write(writer, b"x" * size)
        await send({"type": "websocket.send", "text": f"sent {size}"})


async def _fill(writer: FrameWriter, send: Send, size: int) -> None:
    """Numbered frames until one is not taken; once there is room again, how many there were."""
    number = await _until_full(writer, size)
    await _write(writer, b"filled %d" % number)


async def _until_full(writer: FrameWriter, size: int) -> int:
    number = 0
    while writer.write(text_frame(b"%d%*s" % (number, size, b""))):
        number += 1
        await asyncio.sleep(0)
    assert writer.waiting() > 0
    assert not writer.write(text_frame(b"not taken"))
    return number


async def _fill_and_close(writer: FrameWriter, send: Send, size: int) -> None:
    await _until_full(writer, size)
    await send({"type": "websocket.close", "code": 4408})


async def _close(writer: FrameWriter, send: Send) -> None:
    await _write(writer, b"last")
    await send({"type": "websocket.close", "code": 4400})
    assert writer.write(text_frame(b"after the end"))


async def _write(writer: FrameWriter, payload: bytes) -> None:
    """Not waiting first: nothing may overtake what was said by ``send`` right before."""
    while not writer.write(text_frame(payload)):
        await writer.drained()


_DO: dict[str, Callable[..., Awaitable[None]]] = {
    "ask": _ask, "frames": _frames, "fill": _fill, "close": _close,
    "fill_and_close": _fill_and_close,
}  # fmt: skip
