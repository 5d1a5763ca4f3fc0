"""uvicorn whose sockets take whole frames: ``uvicorn --ws infra.sockets.uvicorn:FrameProtocol``.

Messages that uvicorn is to compress go its own way: start it with ``--ws-per-message-deflate
false``.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from infra.sockets.frames import EXTENSION, FrameWriter

__all__ = ["FrameProtocol", "TransportFrames"]


class TransportFrames(FrameWriter):
    """Writes to the event loop's transport, which sends at once while it has nothing to write."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: FrameProtocol) -> None:
        self._protocol = protocol

    def write(self, frames: bytes) -> bool:
        protocol = self._protocol
        transport = protocol.transport
        if protocol.conn.state is not State.OPEN or transport.is_closing():
            return True
        if transport.get_write_buffer_size():
            return False
        transport.write(frames)
        return True

    def waiting(self) -> int:
        protocol = self._protocol
        if protocol.conn.state is not State.OPEN or protocol.transport.is_closing():
            return 0
        return protocol.transport.get_write_buffer_size()


class FrameProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with our extension in its scope, and an end for whoever does not read."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # Its application runs from the next turn of the loop on.
        if self.response.status_code == 101 and not self.conn.extensions:
            self.scope["extensions"][EXTENSION] = TransportFrames(self)  # type: ignore[index]

    async def send(self, message: Any) -> None:
        """uvicorn waits until the peer reads, even in order to close, and then for it to have read
        all: for ever, where it does not."""
        if message["type"] == "websocket.close" and self.handshake_complete:
            if not self.writable.is_set():
                self.transport.abort()
                return
            self.loop.call_later(self.close_timeout + 1, self.transport.abort)
        await super().send(message)
