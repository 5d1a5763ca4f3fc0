"""The live protocol as an AsyncAPI 3 document, made from its messages."""

from __future__ import annotations

import inspect
import json
import typing
from typing import Any

import msgspec

from auctions.realtime import messages

_ABOUT = """\
One socket is one viewer of one auction. JSON, one object a frame; `type` names the message;
unknown fields are refused; a frame has at most 16 KiB. Amounts are decimal strings, moments are
UTC text with six digits.

Sign in by the session cookie of the site, or by `?ticket=` from `POST /api/v1/socket-tickets/`.
With a session, `?company=` names the company you act for if you act for several.

`event` and `checkpoint` are never dropped and carry `cursor` and `prev`, contiguous per viewer:
where `prev` does not fit, send `need_snapshot`. `standing` and `presence` are state: the latest
counts. Confirm events by `seen`, at most once a second: a client two seconds behind gets a snapshot
once it has caught up, one thirty seconds behind is closed.

`ref` is your own name for a command, unique for your seat in the auction for ever: the same command
again gets the first answer (`repeated`), another one is refused. An answer with `final` false has
not used the ref. After `gate.unknown`, or a lost connection, ask `status`.

At most eight commands may be under way on a socket; the terms limit the commands a second.
"""


def document() -> str:
    """The YAML text, with a line feed at its end."""
    client = typing.get_args(messages.ClientMessage)
    server = typing.get_args(messages.ServerMessage)
    (_, schemas) = msgspec.json.schema_components(
        [*client, *server], ref_template="#/components/schemas/{name}"
    )
    return _yaml(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Fairfall live auctions",
                "version": "1.0.0",
                "description": _ABOUT + _close_codes(),
            },
            "defaultContentType": "application/json",
            "channels": {
                "auction": {
                    "address": "/ws/auctions/{auction}/",
                    "title": "One auction, seen by one viewer",
                    "parameters": {"auction": {"description": "The auction's id, a UUID."}},
                    "bindings": {"ws": {"query": _QUERY}},
                    "messages": {
                        _name(each): {"$ref": f"#/components/messages/{_name(each)}"}
                        for each in (*client, *server)
                    },
                }
            },
            "operations": {
                "toServer": _operation("receive", "What a client may send.", client),
                "toClient": _operation("send", "What the server sends.", server),
            },
            "components": {
                "messages": {_name(each): _message(each) for each in (*client, *server)},
                "schemas": schemas,
            },
        }
    )


_QUERY = {
    "type": "object",
    "properties": {
        "ticket": {"type": "string", "description": "A one-time ticket, where no cookie can."},
        "company": {"type": "string", "description": "The company you act for, a UUID."},
    },
}


def _close_codes() -> str:
    lines = [f"- {code}: {text}" for code, text in sorted(messages.CLOSE_CODES.items())]
    return "\nClose codes:\n\n" + "\n".join(lines) + "\n"


def _name(message: Any) -> str:
    """The component's name: the class, since both sides have a ``message`` and a ``withdraw``."""
    name: str = message.__name__
    return name


def _message(message: Any) -> dict[str, Any]:
    about = message.__dict__.get("__doc__")
    found = {
        "name": message.__struct_config__.tag,
        "payload": {"$ref": f"#/components/schemas/{message.__name__}"},
    }
    if about:
        found["summary"] = " ".join(inspect.cleandoc(about).split())
    return found


def _operation(action: str, summary: str, sent: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/auction"},
        "messages": [{"$ref": f"#/channels/auction/messages/{_name(each)}"} for each in sent],
    }


def _yaml(value: Any, depth: int = 0) -> str:
    """Block YAML; scalars as JSON, which YAML 1.2 contains, long texts as literal blocks."""
    indent = "  " * depth
    if isinstance(value, dict) and value:
        lines = []
        for key, inner in value.items():
            name = key if key.isidentifier() else json.dumps(key)
            lines.append(f"{indent}{name}:{_value(inner, depth)}")
        return "".join(lines)
    return f"{indent}{_scalar(value)}\n"


def _value(inner: Any, depth: int) -> str:
    if isinstance(inner, dict) and inner:
        return "\n" + _yaml(inner, depth + 1)
    if isinstance(inner, list) and inner:
        return "\n" + "".join(_item(each, depth + 1) for each in inner)
    if isinstance(inner, str) and "\n" in inner:
        pad = "  " * (depth + 1)
        text = "".join(f"{pad}{line}".rstrip() + "\n" for line in inner.splitlines())
        return " |\n" + text
    return f" {_scalar(inner)}\n"


def _item(each: Any, depth: int) -> str:
    indent = "  " * depth
    if isinstance(each, dict) and each:
        block = _yaml(each, depth + 1)
        return f"{indent}- {block.lstrip()}"
    return f"{indent}- {_scalar(each)}\n"


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
