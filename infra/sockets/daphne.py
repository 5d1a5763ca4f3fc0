"""Daphne whose sockets take whole frames: ``python -m infra.sockets.daphne`` with its options."""

from __future__ import annotations

import sys
import time
from typing import Any

# First of all: Twisted takes the reactor that it finds.
from daphne.cli import CommandLineInterface
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.tcp import Connection

from infra.sockets.arriving import whole_texts
from infra.sockets.frames import EXTENSION, FrameWriter

__all__ = ["CommandLine", "FrameServer", "TwistedFrames"]


class TwistedFrames(FrameWriter):
    """Sends on the socket below Twisted's transport while that has nothing to write.

    ``transport.write`` only takes note, has the reactor watch the socket and sends on the loop's
    next turn: for one short frame each that is many times the work of sending it.
    """

    __slots__ = ("_protocol", "_transport")

    def __init__(self, protocol: WebSocketProtocol, transport: Connection) -> None:
        self._protocol = protocol
        self._transport = transport

    def write(self, frames: bytes) -> bool:
        protocol, transport = self._protocol, self._transport
        if protocol.state != protocol.STATE_OPEN:
            return True
        # What Twisted and autobahn still have to write goes first.
        if transport._tempDataLen or transport.dataBuffer or protocol.send_queue:
            return False
        sent = transport.writeSomeData(frames)
        if sent != len(frames):
            # The reactor sends the rest; of a connection that is lost it finds out by trying.
            transport.write(frames[sent:] if isinstance(sent, int) else frames)
        return True

    def waiting(self) -> int:
        if self._protocol.state != self._protocol.STATE_OPEN:
            return 0
        transport = self._transport
        waiting = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        return waiting + sum(len(data) for data, _ in self._protocol.send_queue)


def _frames_of(protocol: WebSocketProtocol) -> TwistedFrames | None:
    """None where bytes do not go to the socket as they are: behind TLS."""
    transport = protocol.transport
    if not isinstance(transport, Connection) or transport.TLS:
        return None
    return TwistedFrames(protocol, transport)


class FrameProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's protocol, which does not trouble autobahn with what is one short message anyway."""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        if self.state == self.STATE_OPEN and not (self.data or self.current_frame):
            longest = 0 if self.inside_message else self._longest
            messages, used = whole_texts(data, longest)
            if messages:
                if self.autoPingTimeoutCall:
                    self._cancelAutoPingTimeoutCall()  # whoever writes is there
                for message in messages:
                    self._arrived(message)
                data = data[used:]
                if not data:
                    return
        super().dataReceived(data)

    @property
    def _longest(self) -> int:
        """The bytes of the longest message the server takes; its own limits are 0 for any."""
        limits = self.maxFramePayloadSize, self.maxMessagePayloadSize
        return min((limit for limit in limits if limit), default=sys.maxsize)

    def _arrived(self, message: str) -> None:
        """As Daphne's ``onMessage``, which is given bytes."""
        if not self.muted:
            self.last_ping = time.time()
            self.application_queue.put_nowait({"type": "websocket.receive", "text": message})


class FrameServer(Server):  # type: ignore[misc]
    """Daphne's server with our extension in each WebSocket's scope."""

    @property
    def ws_factory(self) -> Any:
        """What makes the protocol of each WebSocket; Daphne sets it as it starts."""
        return self._ws_factory

    @ws_factory.setter
    def ws_factory(self, factory: Any) -> None:
        factory.protocol = FrameProtocol
        self._ws_factory = factory

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket" and (frames := _frames_of(protocol)) is not None:
            scope.setdefault("extensions", {})[EXTENSION] = frames
        return super().create_application(protocol, scope)


class CommandLine(CommandLineInterface):  # type: ignore[misc]
    """Daphne's command line."""

    server_class = FrameServer


if __name__ == "__main__":
    CommandLine.entrypoint()
