"""The floor of (b): a server that only broadcasts, by ``websockets`` itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from multiprocessing.connection import Connection

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from bench.workers import told

WELCOME = '{"type":"welcome"}'


def broadcasting(pipe: Connection, frames: Sequence[bytes]) -> None:
    """Tells its port, then broadcasts frames until as many events as it was told of are out."""
    asyncio.run(_broadcast(pipe, frames))


async def _broadcast(pipe: Connection, frames: Sequence[bytes]) -> None:
    async def welcome(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await connection.send(WELCOME)
            async for _ in connection:
                pass

    texts = cycle([frame.decode() for frame in frames])
    async with serve(welcome, "127.0.0.1", 0, compression=None) as server:
        pipe.send(next(iter(server.sockets)).getsockname()[1])
        while (events := await told(pipe)) != "end":
            while events:
                text = next(texts)
                broadcast(server.connections, text)
                events -= text.startswith('{"type":"event"')
                await asyncio.sleep(0)
