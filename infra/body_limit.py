"""No request is read beyond the size this site takes: a large one is refused at its first bytes.

Django under ASGI, and Daphne before it, write a whole request to memory or disk before a view can
look at it. So the limit stands at both doors: an ASGI layer, for servers that hand a request on
as it comes in, and Daphne's own request class, for Daphne.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from infra.files.errors import BodyTooLarge
from infra.problems import CONTENT_TYPE, STATUS, problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def _refusal(limit: int) -> bytes:
    return json.dumps(problem(BodyTooLarge(limit_mb=limit // (1024 * 1024)))).encode()


def _limit_of(path: str, limit: int, larger: Mapping[str, int]) -> int:
    return max(limit, larger.get(path, 0))


class BodyLimit:
    """ASGI application around another: bodies over ``limit`` bytes get 413 and are not read on.

    ``larger`` names the few paths that take more.
    """

    def __init__(self, app: App, limit: int, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.limit = limit
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = _limit_of(scope.get("path", ""), self.limit, self.larger)
        headers = dict(scope.get("headers", ()))
        announced = headers.get(b"content-length", b"")
        if announced.isdigit() and int(announced) > limit:
            await self._refuse(send, limit)
            return
        seen, started = 0, False

        async def counted() -> MutableMapping[str, Any]:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooMuch
            return message

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, sending)
        except _TooMuch:
            if not started:
                await self._refuse(send, limit)

    async def _refuse(self, send: Send, limit: int) -> None:
        body = _refusal(limit)
        headers = [
            (b"content-type", CONTENT_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        status = STATUS[BodyTooLarge.kind]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _TooMuch(Exception):
    pass


def limit_daphne(limit: int, larger: Mapping[str, int] | None = None) -> None:
    """Make this process's Daphne refuse bodies over ``limit`` bytes; nothing under other servers.

    Twisted tells a request's length, or each piece of one without a length, before it is kept.
    """
    module = sys.modules.get("daphne.http_protocol")
    if module is None:
        return
    original = module.WebRequest
    if getattr(original, "limited", False):
        return

    class LimitedRequest(original):  # type: ignore[misc,valid-type]
        """Daphne's request, ended where it grows too large."""

        limited = True
        _seen = 0
        _ended = False
        _most = limit

        def gotLength(self, length: int | None) -> None:  # noqa: N802  (Twisted's name)
            # The request knows its address only once it is whole; its connection knows it already.
            path = bytes(getattr(self.channel, "_path", b"")).partition(b"?")[0]
            self._most = _limit_of(path.decode("latin-1"), limit, larger or {})
            super().gotLength(0 if length is not None and length > self._most else length)
            if length is not None and length > self._most:
                self._end()

        def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
            if self._ended:
                return
            self._seen += len(data)
            if self._seen > self._most:
                self._end()
                return
            super().handleContentChunk(data)

        def requestReceived(self, *given: Any) -> None:  # noqa: N802  (Twisted's name)
            if not self._ended:
                super().requestReceived(*given)

        def _end(self) -> None:
            self._ended = True
            body = _refusal(self._most)
            head = (
                "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n"
                f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            transport = self.channel.transport
            transport.write(head.encode() + body)
            self.channel.loseConnection()

    module.WebRequest = LimitedRequest
