"""Sockets against the real database and Valkey, in the event loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.db import connection

from auctions.realtime.hub import close_hub
from auctions.realtime.process import gate, stop_gate
from auctions.realtime.routing import urlpatterns
from config.websockets import websocket_application
from crm_core.access.tickets import issue_ticket
from tests.rooms import Room, Supplier, open_room


def in_database(work: Callable[..., Any]) -> Callable[..., Any]:
    return database_sync_to_async(work, thread_sensitive=False)


@dataclass(frozen=True, slots=True)
class Whence:
    """From where a socket comes: its client's address, and the ``Cookie`` header it sends."""

    address: str
    cookies: str = ""


class Client:
    """One socket of one person, admitted by a ticket; with a ``whence`` it passes all that stands
    before the room."""

    def __init__(self, room: Room, person: Supplier, whence: Whence | None = None) -> None:
        self.room, self.person, self.whence = room, person, whence
        self.kept: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}

    async def open(self, query: str | None = None) -> Client:
        if query is None:
            ticket, _ = await in_database(lambda: issue_ticket(actor=self.person.actor))()
            query = f"ticket={ticket}"
        path = f"/ws/auctions/{self.room.id}/?{query}"
        if self.whence is None:
            self._socket = WebsocketCommunicator(URLRouter(urlpatterns), path)
        else:
            headers = [(b"cookie", self.whence.cookies.encode())]
            self._socket = WebsocketCommunicator(websocket_application(), path, headers)
            self._socket.scope["client"] = (self.whence.address, 50_000)
        connected, _ = await self._socket.connect(timeout=10)
        assert connected
        return self

    async def greeted(self) -> Client:
        await self.open()
        self.welcome = await self.until("welcome")
        return self

    async def send(self, **message: Any) -> None:
        await self._socket.send_to(text_data=msgspec.json.encode(message).decode())

    async def send_text(self, text: str) -> None:
        await self._socket.send_to(text_data=text)

    async def receive(self, seconds: float = 10) -> dict[str, Any]:
        """The next message; confirmed, as every client must that wants to be told more."""
        message = msgspec.json.decode(await self._socket.receive_from(timeout=seconds))
        if "cursor" in message:
            await self.send(type="seen", cursor=message["cursor"])
        return message

    async def until(self, type_: str, /, seconds: float = 10, **fields: Any) -> dict[str, Any]:
        """The next message of that type (and with those fields); the others are kept."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.receive(seconds)
                if message["type"] == type_ and fields.items() <= message.items():
                    return message
                self.kept.append(message)

    async def closed_with(self, seconds: float = 10) -> int:
        async with asyncio.timeout(seconds):
            while True:
                output = await self._socket.receive_output(seconds)
                if output["type"] == "websocket.close":
                    return output["code"]

    async def close(self) -> None:
        await self._socket.disconnect(timeout=5)


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[Callable[..., Any]]:
    """Opens rooms whose lot runs and clients in them; ends all of it after the test."""
    clients: list[Client] = []

    async def make(suppliers: int = 2, **changes: Any) -> Room:
        def build() -> Room:
            room = open_room(suppliers, **changes)
            room.everyone_accepts(gate())
            return room

        return await in_database(build)()

    async def client(room: Room, person: Supplier, whence: Whence | None = None) -> Client:
        made = Client(room, person, whence)
        clients.append(made)
        return await made.greeted()

    make.client = client  # type: ignore[attr-defined]
    yield make
    for each in clients:
        await each.close()
    await close_hub()
    await asyncio.to_thread(stop_gate)
    # The threads' connections wait in the pool, which would keep the test database in use.
    connection.close_pool()


@pytest.fixture
def unopened() -> type[Client]:
    return Client
