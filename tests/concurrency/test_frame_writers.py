"""Whole frames on the sockets of real servers: intact, in order, and never without end."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.concurrency.servers import Server, WebProcess, web_processes

pytestmark = pytest.mark.django_db  # for the address of its database, which nobody asks
APPLICATION = "tests.concurrency.frames_app:application"
SIZES = [1, 125, 126, 127, 65_535, 65_536, 300_000]


def open_socket(web: WebProcess, name: str = "", **options: object) -> connect:
    address = f"ws://127.0.0.1:{web.port}/{name}"
    return connect(address, ping_interval=None, max_size=None, **options)


async def do(client: ClientConnection, what: str, **more: object) -> None:
    await client.send(json.dumps({"do": what, **more}))


def ended(web: WebProcess) -> list[str]:
    """The names of the sockets whose application has ended."""
    with urllib.request.urlopen(f"http://127.0.0.1:{web.port}/", timeout=5) as answer:
        return json.load(answer)


async def assert_ends(web: WebProcess, name: str, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while f"/{name}" not in await asyncio.to_thread(ended, web):
            await asyncio.sleep(0.1)


def is_connected(web: WebProcess, port: int) -> bool:
    """Whether the server has an open connection to that port (Linux)."""
    ends = (f":{web.port:04X}", f":{port:04X}")
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(
        fields[1].endswith(ends[0]) and fields[2].endswith(ends[1]) and fields[3] == "01"
        for fields in map(str.split, lines)
    )


@pytest.fixture(scope="module")
def webs(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        kinds: tuple[Server, ...] = ("daphne", "uvicorn")
        with (
            web_processes(1, APPLICATION, server=kinds[0]) as (daphne,),
            web_processes(1, APPLICATION, server=kinds[1]) as (uvicorn,),
        ):
            yield {"daphne": daphne, "uvicorn": uvicorn}


@pytest.fixture(params=["daphne", "uvicorn"])
def web(request: pytest.FixtureRequest, webs: dict[str, WebProcess]) -> WebProcess:
    return webs[request.param]


async def test_frames_of_every_size_come_in_order_with_messages_and_answered_pings(
    web: WebProcess,
) -> None:
    async with open_socket(web) as client:
        await do(client, "frames", sizes=SIZES * 3)
        pongs = [await client.ping(b"%d" % number) for number in range(50)]
        for size in SIZES * 3:
            assert await client.recv() == "x" * size
            assert await client.recv() == f"sent {size}"
        await asyncio.wait_for(asyncio.gather(*pongs), 5)


async def test_a_reader_that_rests_loses_nothing(web: WebProcess) -> None:
    async with open_socket(web, max_queue=1) as client:
        await do(client, "fill", size=50_000)
        await asyncio.sleep(3)  # the server's own ping is due meanwhile
        number = 0
        while not (text := await client.recv()).startswith("filled"):
            assert text.rstrip() == str(number)
            assert len(text) == 50_000 + len(str(number))
            number += 1
        assert text == f"filled {number}"
        await do(client, "ask")
        assert await client.recv() == "frames"


async def test_after_the_end_nothing_more_is_sent(web: WebProcess) -> None:
    async with open_socket(web, "ended") as client:
        await do(client, "close")
        assert await client.recv() == "last"
        with pytest.raises(ConnectionClosed) as end:
            await client.recv()
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == 4400
        await assert_ends(web, "ended", 3)


async def test_a_reader_that_is_lost_ends_its_socket(web: WebProcess) -> None:
    client = await open_socket(web, "lost", max_queue=1)
    await do(client, "fill", size=50_000)
    await asyncio.sleep(0.5)
    raw: socket.socket = client.transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.transport.abort()  # a reset, while bytes wait

    await assert_ends(web, "lost", 5)


@pytest.mark.parametrize(
    "size", [100_000, pytest.param(20_000, marks=pytest.mark.slow)], ids=["much waits", "little"]
)
async def test_a_reader_that_never_reads_is_put_out(web: WebProcess, size: int) -> None:
    """Closing waits for nobody: who reads is told, who does not is cut off."""
    client = await open_socket(web, f"stuck{size}", max_queue=1)
    await do(client, "fill_and_close", size=size)
    await asyncio.sleep(0.3)
    _, port = client.local_address
    assert size > 65_536 or is_connected(web, port)  # not before it had time to read

    async with asyncio.timeout(40):
        while is_connected(web, port):
            await asyncio.sleep(0.1)
    await assert_ends(web, f"stuck{size}", 3)
    client.transport.abort()


@pytest.mark.parametrize("server", ["plain daphne", "plain uvicorn", "compressing uvicorn"])
async def test_other_servers_know_no_frames(server: Server) -> None:
    with web_processes(1, APPLICATION, server=server) as (web,):
        async with open_socket(web) as client:
            await do(client, "ask")
            assert await client.recv() == "none"
