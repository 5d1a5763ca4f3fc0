"""Every socket × every role × own and foreign company: opened (101) or closed as its row says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client

from auctions.realtime.hub import close_hub
from auctions.realtime.process import stop_gate
from config.asgi import application
from config.websockets import routes
from crm_core.access.tickets import issue_ticket
from crm_core.people.models import User
from tests.api.access_table import asking, house, table
from tests.api.access_table.house import GUEST, OUTSIDER, House
from tests.api.access_table.table import Who

pytestmark = pytest.mark.django_db(transaction=True)
OPENED = 101
ROWS = table.rows("sockets")


@pytest_asyncio.fixture
async def built() -> Any:
    yield await sync_to_async(house.build)()
    await close_hub()
    await asyncio.to_thread(stop_gate)
    connection.close_pool()  # its threads would keep the test database in use


def test_every_socket_has_a_row() -> None:
    assert {str(route.pattern) for route in routes()} == {name for name, _ in ROWS}


async def test_everybody_gets_what_the_row_says(built: House) -> None:
    for (route, method), columns in ROWS.items():
        seen = {
            who: await answer(_path(route, built.values), cookie=await cookie_of(built, who))
            for who in table.everybody(built)
        }
        wanted = table.expected(columns, list(seen))
        assert seen == wanted, table.row((route, method), seen)


async def test_a_ticket_opens_what_its_person_may_open_and_nothing_else(built: House) -> None:
    route, columns = next((name, row) for (name, _), row in ROWS.items() if "auction" in name)
    people = list(built.people)
    wanted = table.expected(columns, people)
    path = _path(route, built.values)
    seen = {who: await answer(f"{path}?ticket={await ticket_of(built, who)}") for who in people}
    assert seen == wanted


async def test_strangers_cannot_tell_an_auction_from_one_that_never_was(built: House) -> None:
    for who in [(GUEST, ""), (OUTSIDER, ""), *(each for each in built.people if _foreign(each))]:
        cookie = await cookie_of(built, who)
        there = await answer(f"/ws/auctions/{built.values['auction_id']}/", cookie=cookie)
        nowhere = await answer(f"/ws/auctions/{uuid4()}/", cookie=cookie)
        assert there == nowhere != OPENED, who


def _foreign(who: Who) -> bool:
    return who[0] == "stranger"


def _path(route: str, values: Mapping[str, Any]) -> str:
    return asking.Endpoint("", route, "ws").path(values)


@sync_to_async
def cookie_of(built: House, who: Who) -> str:
    """The session of a browser in which that person is signed in."""
    client = Client()
    if who[0] == OUTSIDER:
        client.force_login(built.outsider)
    elif who[0] != GUEST:
        client.force_login(User.objects.get(pk=built.people[who].user_id))
    kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return f"{settings.SESSION_COOKIE_NAME}={kept.value}" if kept else ""


@sync_to_async
def ticket_of(built: House, who: Who) -> str:
    return issue_ticket(actor=built.people[who])[0]


async def answer(path: str, *, cookie: str = "") -> int:
    """101 where the socket greets (that of notices: stays open), else the code of its end."""
    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    if cookie:
        headers.append((b"cookie", cookie.encode()))
    socket = WebsocketCommunicator(application, path, headers)
    accepted, code = await socket.connect(timeout=20)
    if not accepted:
        return int(code or 0)
    try:
        while not ("notices" in path and await socket.receive_nothing(0.4)):
            message = await socket.receive_output(20)
            if message["type"] == "websocket.close":
                return int(message["code"])
            if "welcome" in message.get("text", ""):
                break
        return OPENED
    finally:
        await socket.disconnect(timeout=20)
