"""The live protocol is the same on every server, whether it takes whole frames or not."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from auctions.realtime.consumers import MOST_MALFORMED
from examples.bidder import socket_address, ticket
from tests.concurrency.servers import Server, WebProcess, web_processes
from tests.concurrency.test_processes import answer_to, started, token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SERVERS: dict[Server, bool] = {
    "daphne": True, "uvicorn": True,
    "plain daphne": False, "plain uvicorn": False, "compressing uvicorn": False,
}  # fmt: skip
BIDS = 4


async def opened(web: WebProcess, auction: str, secret: str) -> ClientConnection:
    one_time = await asyncio.to_thread(ticket, web.url, secret)
    return await connect(socket_address(web.url, auction, one_time))


async def hear(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(10):
        message: dict[str, Any] = json.loads(await client.recv())
    if "cursor" in message:
        await client.send(json.dumps({"type": "seen", "cursor": message["cursor"]}))
    return message


async def the_rest(client: ClientConnection) -> AsyncIterator[str | bytes]:
    """Everything that still comes."""
    with suppress(ConnectionClosed):
        while True:
            yield await client.recv()


async def until(client: ClientConnection, type_: str) -> dict[str, Any]:
    while (message := await hear(client))["type"] != type_:
        pass
    return message


@pytest.mark.parametrize("server", SERVERS)
def test_bids_are_answered_and_told_and_who_sends_garbage_is_told_why_it_goes(
    server: Server,
) -> None:
    room = started(2)
    auction = str(room.id)
    first, rival, buyer = (token(each) for each in (*room.suppliers, room.buyer))

    async def play(web: WebProcess) -> None:
        bidder, other, watcher = [
            await opened(web, auction, each) for each in (first, rival, buyer)
        ]
        welcome = await until(watcher, "welcome")
        assert len(json.dumps(welcome)) > 126  # a frame of the longer kind
        await until(other, "welcome")
        for number in range(BIDS):
            amount = f"{990 - 10 * number}.00"
            bid = {"type": "bid", "ref": f"b{number}", "lot": 1, "amount": amount}
            await bidder.send(json.dumps({**bid, "retyped": amount}))
            answer = await asyncio.wait_for(answer_to(bidder, f"b{number}"), 10)
            assert answer["type"] == "ack", answer
        cursor = welcome["cursor"]
        for _ in range(BIDS):
            event = await until(watcher, "event")
            assert event["prev"] == cursor
            cursor = event["cursor"]
        assert (await until(other, "heartbeat"))["cursor"] >= 0
        for _ in range(MOST_MALFORMED + 1):
            await bidder.send("{")
        said = [json.loads(each) async for each in the_rest(bidder)]
        assert (said[-1]["type"], said[-1]["code"]) == ("ended", 4400)
        assert bidder.close_code == 4400
        for each in (other, watcher):
            await each.close()

    with web_processes(1, "tests.concurrency.counting_app:application", server=server) as (web,):
        asyncio.run(play(web))
        with urllib.request.urlopen(f"{web.url}/sent", timeout=5) as answer:
            sent = int(answer.read())

    assert (sent == 0) is SERVERS[server], sent
