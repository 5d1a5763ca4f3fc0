"""The history of connections, and the automatic pause it leads to, with real sockets."""

from __future__ import annotations

import asyncio
import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from auctions.domain.terms import AutomaticPause
from auctions.models import GateLease, LedgerEntry, SeatConnection
from auctions.realtime import connections
from auctions.realtime.gate import Gate
from auctions.realtime.hub import hub
from auctions.realtime.leases import Lease
from kernel.clock import utc_now
from kernel.ids import new_id
from tests.realtime.conftest import in_database
from tests.realtime.test_origin import read

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
RULE = AutomaticPause(share=50, longest=timedelta(minutes=10))
HISTORY = ("auctions:connections", "api-connections")
SOON = 3.0  # twice a second is looked; the rest is for a busy machine


@in_database
def facts(auction_id: UUID) -> list[tuple[str, str]]:
    rows = SeatConnection.objects.filter(auction_id=auction_id).order_by("opened_at")
    return list(rows.values_list("seat", "how"))


@in_database
def kinds(auction_id: UUID) -> list[str]:
    rows = LedgerEntry.objects.filter(auction_id=auction_id).order_by("seq")
    return list(rows.values_list("kind", flat=True))


async def eventually(found: Any, seconds: float = 12) -> Any:
    async with asyncio.timeout(seconds):
        while not (answer := await found()):
            await asyncio.sleep(0.1)
    return answer


async def drop(client: Any, code: int = 1006) -> None:
    """The wire is cut: no good-bye."""
    await client._socket.send_input({"type": "websocket.disconnect", "code": code})
    await client._socket.wait(5)


async def start(client: Any) -> None:
    """Without a clock the first bid finds that the lot has started."""
    await client.send(type="bid", ref="first", lot=1, amount="990.00", retyped="990.00")
    await client.until("ack", ref="first")
    await hub().connections.write()


async def table(opened: Any, suppliers: int, **terms: Any) -> tuple[Any, list[Any], Any]:
    room = await opened(suppliers, **{"automatic_pause": RULE, **terms})
    await asyncio.sleep(0.6)
    clients = [await opened.client(room, each) for each in room.suppliers]
    buyer = await opened.client(room, room.buyer)
    await start(clients[0])
    return room, clients, buyer


async def test_more_than_half_lost_at_once_pauses_and_everybody_is_told_why(opened) -> None:
    room, clients, buyer = await table(opened, 4)
    for each in clients[:3]:
        await drop(each)

    told = await buyer.until("event", kind="connections_lost")
    paused = await clients[3].until("event", kind="lot_paused")

    assert (told["data"]["bidders"], told["data"]["lost"]) == (4, 3)
    assert paused["data"]["cause"] == "connections"
    assert "connections_lost" not in str(clients[3].kept)
    seats = dict(await facts(room.id))
    assert [seats[each.seat] for each in room.suppliers] == ["lost", "lost", "lost", ""]


async def test_it_resumes_when_enough_are_back(opened) -> None:
    room, clients, buyer = await table(opened, 3)
    for each in clients[:2]:
        await drop(each)
    await buyer.until("event", kind="lot_paused")
    await opened.client(room, room.suppliers[0])
    await buyer.until("event", kind="connections_back")
    await buyer.until("event", kind="resume_announced")


@pytest.mark.parametrize(
    ("suppliers", "lost", "code", "terms"),
    [
        (4, 2, 1006, {}),  # exactly the share
        (2, 2, 1006, {}),  # too few bidders
        (4, 3, 1001, {}),  # they went away by themselves
        (4, 3, 1006, {"automatic_pause": None}),
    ],
)
async def test_what_does_not_pause(opened, suppliers, lost, code, terms) -> None:
    room, clients, _ = await table(opened, suppliers, **terms)
    for each in clients[:lost]:
        await drop(each, code)
    await asyncio.sleep(SOON)
    assert "lot_paused" not in await kinds(room.id)


async def test_without_valkey_presence_is_unknown_and_nothing_pauses(opened, settings) -> None:
    room, clients, _ = await table(opened, 4)
    await hub().presence.close()
    hub().presence._client = None
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for each in clients[:3]:
        await drop(each)
    await asyncio.sleep(SOON)
    assert (await facts(room.id)).count((room.suppliers[0].seat, "lost")) == 1
    assert "lot_paused" not in await kinds(room.id)


@in_database
def elsewhere(room: Any, seats: list[str], process: UUID, how: str = "") -> None:
    now = utc_now()
    SeatConnection.objects.bulk_create(
        SeatConnection(
            auction_id=room.id,
            seat=seat,
            process=process,
            opened_at=now - timedelta(minutes=1),
            ended_at=now if how else None,
            how=how,
        )
        for seat in seats
    )


@in_database
def lapsed(ago: timedelta) -> UUID:
    """A process whose lease lapsed so long ago."""
    now = utc_now()
    return GateLease.objects.create(watermark=now, lease_until=now - ago).process


async def two_of_three_drop(opened: Any, dead: UUID) -> Any:
    """Here; three more were connected to the process that died."""
    room = await opened(6, automatic_pause=RULE)
    await asyncio.sleep(0.6)
    await elsewhere(room, [each.seat for each in room.suppliers[3:]], dead)
    clients = [await opened.client(room, each) for each in room.suppliers[:3]]
    await start(clients[0])
    for each in clients[:2]:
        await drop(each)
    return room


async def test_bidders_of_a_process_that_just_died_are_unknown_not_lost(opened) -> None:
    room = await two_of_three_drop(opened, await lapsed(timedelta(seconds=1)))
    await asyncio.sleep(SOON)
    assert "lot_paused" not in await kinds(room.id)


async def test_once_they_could_have_come_back_they_count_as_gone(opened, monkeypatch) -> None:
    monkeypatch.setattr(Lease, "held_for", connections.ON_THEIR_WAY)
    room = await two_of_three_drop(opened, await lapsed(connections.ON_THEIR_WAY))
    await eventually(lambda: _has(room.id, "lot_paused"))
    assert '"bidders":3' in (await _entry(room.id, "connections_lost")).replace(" ", "")


async def test_after_a_crash_of_the_database_a_process_without_a_lease_may_live(
    opened, monkeypatch
) -> None:
    """The table of leases is empty then, and filled again within seconds."""
    monkeypatch.setattr(Lease, "held_for", connections.ON_THEIR_WAY - timedelta(seconds=3))
    room = await two_of_three_drop(opened, new_id())
    await asyncio.sleep(SOON)
    assert "lot_paused" not in await kinds(room.id)


async def test_bidders_at_two_processes_are_counted_together(opened) -> None:
    """Two of three here would be too many; of six in all they are not."""
    room = await opened(6, automatic_pause=RULE)
    await asyncio.sleep(0.6)
    other = Gate()
    other.start()
    try:
        assert await asyncio.to_thread(other.lease.wait_until_held, 10)
        there = [each.seat for each in room.suppliers[3:]]
        await elsewhere(room, there[:2], other.lease.process)
        await elsewhere(room, there[2:], other.lease.process)
        clients = [await opened.client(room, each) for each in room.suppliers[:3]]
        await start(clients[0])
        for each in clients[:2]:
            await drop(each)
        await asyncio.sleep(SOON)
        assert "lot_paused" not in await kinds(room.id)
        await in_database(
            lambda: SeatConnection.objects.filter(process=other.lease.process).update(
                ended_at=utc_now(), how="lost"
            )
        )()
        await drop(clients[2])
        await eventually(lambda: _has(room.id, "connections_lost"))
    finally:
        await asyncio.to_thread(other.stop)
    entry = await _entry(room.id, "connections_lost")
    assert '"bidders":6' in entry.replace(" ", "")


async def _has(auction_id: UUID, kind: str) -> bool:
    return kind in await kinds(auction_id)


@in_database
def _entry(auction_id: UUID, kind: str) -> str:
    return str(LedgerEntry.objects.get(auction_id=auction_id, kind=kind).body)


async def test_a_site_that_stops_loses_nobody(opened) -> None:
    room, _, _ = await table(opened, 3)
    await hub().connections.close()
    assert {how for _, how in await facts(room.id)} == {"ended"}
    assert await in_database(GateLease.objects.count)() >= 1
    assert "lot_paused" not in await kinds(room.id)


async def test_the_history_has_the_shortest_round_trip_that_a_client_measured(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    first, second = room.suppliers
    measures, silent = [await opened.client(room, each) for each in (first, second)]
    for number, trip in enumerate((5127.0, 4242.4, None, 6033.0)):
        await measures.send(type="ping", t=float(number), rtt=trip)
        await measures.until("pong", t=float(number))
    await silent.send(type="ping", t=1.0, rtt=None)
    await silent.until("pong")
    await hub().connections.write()

    page, api = [await read(room.buyer, name, room.id) for name in HISTORY]
    assert {row["seat"]: row["rtt_ms"] for row in api.json()["results"]} == {
        first.seat: 4242, second.seat: None,
    }  # fmt: skip
    shown = page.content.decode()
    rows = re.findall(r'<tr><th scope="row">(.+?)</th>.*?([^<>]+)</td></tr>', shown, re.DOTALL)
    names = [each.company.legal_name for each in (first, second)]
    assert dict(rows) == dict(zip(names, ("4242", "–"), strict=True))
    file = await read(room.buyer, HISTORY[0], room.id, form="csv")
    head, *lines = csv.reader(StringIO(file.content.decode("utf-8-sig")))
    assert head[-1] == "Shortest round trip, ms"
    assert {line[0]: line[-1] for line in lines} == {first.seat: "4242", second.seat: ""}
