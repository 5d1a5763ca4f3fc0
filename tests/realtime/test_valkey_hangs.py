"""A Valkey that takes connections and answers nothing holds nobody's standing up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
AUCTIONS = 8


@pytest_asyncio.fixture
async def hanging_valkey(settings) -> AsyncIterator[None]:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL]},
        }
    }
    yield
    server.close()


async def test_entries_of_another_process_are_told_in_time(opened, hanging_valkey) -> None:
    """However many buyers wait to be told who is connected."""
    rooms = [await opened(1) for _ in range(AUCTIONS)]
    await asyncio.sleep(0.6)
    buyers = [await opened.client(room, room.buyer) for room in rooms]
    other = Gate()  # another process whose signals are lost
    other.start()
    try:
        assert await asyncio.to_thread(other.lease.wait_until_held, 10)
        for room, buyer in zip(rooms, buyers, strict=True):
            answer = await in_database(room.place)(other, room.suppliers[0], "990.00")
            assert isinstance(answer, Ack)
            standing = await buyer.until("standing", seconds=3)
            assert standing["lots"][0]["lead"] == "990.00"
    finally:
        await asyncio.to_thread(other.stop)
