"""The ASGI application that also tells, at ``/sent``, how many WebSocket messages went through
``send``."""

from __future__ import annotations

from typing import Any

from asgi import application as product

sent = 0


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    async def counted(message: dict[str, Any]) -> None:
        global sent
        sent += message["type"] == "websocket.send"
        await send(message)

    if scope["path"] == "/sent":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % sent})
    else:
        await product(scope, receive, counted)
