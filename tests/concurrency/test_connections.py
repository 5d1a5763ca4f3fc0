"""A web process is killed, its bidders come back at another: then they can be lost there too; and
what the servers tell of where a bidder comes from."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db.models import F
from websockets.asyncio.client import ClientConnection, connect

from auctions.domain.terms import AutomaticPause
from auctions.models import GateLease, SeatConnection
from auctions.realtime import connections
from auctions.realtime.connections import tally
from auctions.realtime.origin import DEVICE_COOKIE, Hashed, hashed
from examples.bidder import socket_address, ticket
from kernel.clock import utc_now
from tests.concurrency.servers import Server, WebProcess, web_processes
from tests.concurrency.test_processes import answer_to, started, token
from tests.rooms import Room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BID = {"type": "bid", "ref": "first", "lot": 1, "amount": "990.00", "retyped": "990.00"}
RULE = AutomaticPause(share=50, longest=timedelta(minutes=10))


def wait_for(found: Callable[[], Any], seconds: float = 20) -> Any:
    until = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return answer


def open_rows(room: Room) -> int:
    return SeatConnection.objects.filter(auction_id=room.id, ended_at=None).count()


def test_bidders_of_a_killed_process_are_unknown_and_then_count_by_what_is_known() -> None:
    room = started(4, automatic_pause=RULE)
    secrets = [token(each) for each in room.suppliers]

    async def sit(web: WebProcess) -> list[ClientConnection]:
        clients = []
        for each in secrets:
            one_time = await asyncio.to_thread(ticket, web.url, each)
            clients.append(await connect(socket_address(web.url, str(room.id), one_time)))
            assert json.loads(await clients[-1].recv())["type"] == "welcome"
        return clients

    async def play(first: WebProcess, second: WebProcess) -> None:
        wait = sync_to_async(wait_for)
        await sit(first)
        await wait(lambda: open_rows(room) == 4)
        (dead,) = await sync_to_async(processes)(room)
        await asyncio.to_thread(first.kill)
        await wait(lambda: GateLease.objects.filter(process=dead, lease_until__lt=utc_now()))
        counted = await sync_to_async(tally)(room.id, RULE.within)
        assert (len(counted.here), len(counted.lost), len(counted.unknown)) == (0, 0, 4)

        clients = await sit(second)
        await wait(lambda: open_rows(room) == 8)
        await sync_to_async(long_ago)(dead)
        # Without a clock the first bid finds that the lot has started.
        await clients[3].send(json.dumps(BID))
        assert (await answer_to(clients[3], "first"))["type"] == "ack"
        for each in clients[:3]:
            each.transport.abort()
        await wait(lambda: "connections_lost" in room.kinds())
        counted = await sync_to_async(tally)(room.id, RULE.within)
        assert (len(counted.here), len(counted.lost), len(counted.unknown)) == (1, 3, 0)

    with web_processes(2) as (first, second):
        wait_for(lambda: GateLease.objects.filter(lease_until__gt=utc_now()).count() >= 2)
        time.sleep(connections.ON_THEIR_WAY.total_seconds())  # both hold their leases long enough
        asyncio.run(play(first, second))


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_the_origin_that_is_kept_is_the_address_and_the_mark_that_a_server_is_told(
    server: Server,
) -> None:
    room = started(3)
    secrets = [token(each) for each in room.suppliers]
    marks = [DEVICE_COOKIE + "=" + digit * 32 for digit in "aab"]

    async def sit(web: WebProcess) -> None:
        for secret, mark in zip(secrets, marks, strict=True):
            one_time = await asyncio.to_thread(ticket, web.url, secret)
            address = socket_address(web.url, str(room.id), one_time)
            client = await connect(address, additional_headers={"Cookie": mark})
            assert json.loads(await client.recv())["type"] == "welcome"

    rows = SeatConnection.objects.filter(auction_id=room.id)
    with web_processes(1, server=server) as (web,):
        asyncio.run(sit(web))
        wait_for(lambda: rows.count() == 3)
    kept = {row.seat: Hashed(row.address, row.device) for row in rows}
    assert [kept[each.seat] for each in room.suppliers] == [
        hashed({"client": ("127.0.0.1", 0), "cookies": {DEVICE_COOKIE: digit * 32}}, room.id)
        for digit in "aab"
    ]


def processes(room: Room) -> list[Any]:
    rows = SeatConnection.objects.filter(auction_id=room.id)
    return list(rows.values_list("process", flat=True).distinct().order_by())


def long_ago(process: Any) -> None:
    """Not to wait for it: the lease lapsed before the time to come back began."""
    GateLease.objects.filter(process=process).update(
        lease_until=F("lease_until") - connections.ON_THEIR_WAY
    )
