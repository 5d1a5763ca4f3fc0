"""An ASGI application that tells over HTTP what it heard from the WebSocket of the same address."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

LAST = "that was all"

heard: dict[str, list[dict[str, Any]]] = defaultdict(list)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The message ``LAST`` also comes back: then all before it was heard."""
    mine = heard[scope["path"]]
    if scope["type"] != "websocket":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(mine).encode()})
        return
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        data = message.pop("bytes", None)
        mine.append({**message, "hex": None if data is None else data.hex()})
        if message["type"] == "websocket.disconnect":
            return
        if message.get("text") == LAST:
            await send({"type": "websocket.send", "text": message["text"]})
