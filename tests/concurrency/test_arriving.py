"""Messages that are read past the library arrive as the library would have read them."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.frames import apply_mask

from infra.sockets.arriving import whole_texts
from tests.concurrency.hearing_app import LAST
from tests.concurrency.servers import WebProcess, web_processes

pytestmark = pytest.mark.django_db  # for the address of its database, which nobody asks
APPLICATION = "tests.concurrency.hearing_app:application"
PATIENCE = 10
LONGEST_FRAME, LONGEST_MESSAGE = 300, 200
APART = 0.003  # seconds: so that each piece is read by itself
BAD_UTF8 = b"\xc3\x28"


def frame(
    payload: bytes,
    first: int = 0x81,
    *,
    masked: bool = True,
    long: bool = False,
    mask: bytes | None = None,
) -> bytes:
    """A client's frame; ``first`` is its first byte, ``long`` says a short length in two bytes."""
    length, mask = len(payload), os.urandom(4) if mask is None else mask
    flag = 0x80 if masked else 0
    if length < 126 and not long:
        head = bytes([first, flag | length])
    elif length < 65_536:
        head = bytes([first, flag | 126]) + struct.pack("!H", length)
    else:
        head = bytes([first, flag | 127]) + struct.pack("!Q", length)
    return head + mask + apply_mask(payload, mask) if masked else head + payload


texts = st.text(max_size=200).map(str.encode)
usual = texts.map(frame)
unusual = st.one_of(
    st.builds(frame, texts, st.just(0x82)),  # bytes
    st.builds(frame, st.binary(max_size=20), st.just(0x89)),  # a ping
    st.builds(frame, st.binary(max_size=20), st.just(0x8A)),  # a pong
    st.builds(lambda a, b: frame(a, 0x01) + frame(b, 0x80), texts, texts),  # in two parts
    st.builds(
        lambda a, ping, b: frame(a, 0x01) + frame(ping, 0x89) + frame(b, 0x80),
        texts, st.binary(max_size=5), texts,
    ),
    st.builds(lambda a: frame(a, 0x01) + frame(b"", 0x00) + frame(b"", 0x80), texts),
    st.just(frame(b"x" * 70_000)),
)  # fmt: skip
wrong = st.one_of(
    st.builds(frame, texts, st.sampled_from([0xC1, 0xA1, 0x91, 0x83, 0x80])),
    st.builds(frame, texts, masked=st.just(False)),
    st.builds(frame, st.binary(max_size=100), long=st.just(True)),
    st.just(frame(BAD_UTF8)),
    st.just(frame(b"x" + BAD_UTF8, 0x01) + frame(b"", 0x80)),
    st.just(frame(b"in a part", 0x01) + frame(b"another", 0x81)),
    st.just(frame(struct.pack("!H", 1000), 0x88)),  # closing
    st.just(frame(struct.pack("!H", 4321) + b"why", 0x88)),
)


@pytest.fixture(scope="module")
def webs(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list]:
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        web_processes(1, APPLICATION) as (ours,),
        web_processes(1, APPLICATION, server="plain daphne") as (library,),
    ):
        yield [ours, library]


def heard(web: WebProcess, pieces: list[bytes]) -> list[dict[str, Any]]:
    """What the application behind the server heard of those pieces, to the end of the socket."""
    path = f"/{uuid4()}"
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", web.port), PATIENCE)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(request.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += client.recv(65_536)
        with suppress(ConnectionResetError, BrokenPipeError):
            for piece in [*pieces, frame(LAST.encode())]:
                client.sendall(piece)
                time.sleep(APART)
            while LAST.encode() not in answer and (more := client.recv(65_536)):
                answer += more
            client.sendall(frame(struct.pack("!H", 1000), 0x88))
            while client.recv(65_536):
                pass
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with urllib.request.urlopen(f"http://127.0.0.1:{web.port}{path}") as told:
            found: list[dict[str, Any]] = json.load(told)
        if found and found[-1]["type"] == "websocket.disconnect":
            return found
        time.sleep(0.01)
    raise AssertionError(f"the socket did not end: {found}")


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = sorted({place % (len(data) + 1) for place in at})
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True) if a < b]


@settings(max_examples=60, deadline=None)
@given(
    frames=st.lists(st.one_of(usual, usual, unusual), max_size=8),
    end=st.one_of(st.just(b""), st.just(b""), wrong),
    after=st.lists(usual, max_size=2),
    places=st.lists(st.integers(0, 100_000), max_size=4),
)
@example(frames=[frame(b"one"), frame(b"two")], end=b"", after=[], places=[])
@example(frames=[frame("ї".encode() * 100)], end=frame(BAD_UTF8), after=[], places=[3])
@example(frames=[], end=frame(b"short", long=True), after=[], places=[])
@example(frames=[frame(b"part", 0x01)], end=frame(b"x"), after=[frame(b"y")], places=[10])
@example(frames=[frame(b"part", 0x01)], end=frame(b"end", 0x80), after=[], places=[3, 10])
@example(frames=[frame(b"a" * 20)], end=frame(b"b"), after=[frame(b"c")], places=[7, 26, 30])
@example(frames=[frame(frame(b"in"), 0x89, mask=bytes(4))], end=b"", after=[], places=[6])
@example(frames=[frame(b"x", mask=b"\x80abc")], end=b"", after=[], places=[1])
@example(frames=[frame(b"a", 0x01), frame(b"b", 0x89)], end=frame(b"c", 0x80), after=[], places=[])
def test_ours_reads_as_the_library_does(
    webs: list[WebProcess], frames: list[bytes], end: bytes, after: list[bytes], places: list[int]
) -> None:
    pieces = cut(b"".join([*frames, end, *after]), places)
    ours, library = (heard(web, pieces) for web in webs)
    assert ours == library


@pytest.fixture(scope="module")
def limited(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list]:
    limits = [
        *("--websocket-max-frame-size", str(LONGEST_FRAME)),
        *("--websocket-max-message-size", str(LONGEST_MESSAGE)),
    ]
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        web_processes(1, APPLICATION, options=limits) as (ours,),
        web_processes(1, APPLICATION, server="plain daphne", options=limits) as (library,),
    ):
        yield [ours, library]


@pytest.mark.parametrize("length", [0, 1], ids=["at it", "over it"])
@pytest.mark.parametrize("longest", [LONGEST_MESSAGE, LONGEST_FRAME])
def test_messages_over_the_servers_limits_are_not_taken(
    limited: list[WebProcess], longest: int, length: int
) -> None:
    pieces = [frame(b"before") + frame(b"x" * (longest + length)) + frame(b"after")]
    ours, library = (heard(web, pieces) for web in limited)

    assert ours == library
    taken = [each.get("text") for each in ours]
    assert ("x" * longest in taken) is (longest == LONGEST_MESSAGE and not length)


@given(st.lists(texts, max_size=5), st.binary(max_size=30))
def test_whole_texts_stand_at_the_beginning(messages: list[bytes], rest: bytes) -> None:
    """And nothing of what is left over is taken."""
    data = b"".join(map(frame, messages))
    partial = frame(b"not whole")[:-1]

    assert whole_texts(data + partial, 1000) == ([text.decode() for text in messages], len(data))
    found, used = whole_texts(data + bytes([0x82]) + rest, 1000)
    assert (found, used) == ([text.decode() for text in messages], len(data))
