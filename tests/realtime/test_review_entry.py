"""A socket lasts no longer than what it was opened with, and nothing is done through it after."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from crm_core.access.keys import revoke_token
from crm_core.people.models import User
from tests.people import make_token
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
BID = {"type": "bid", "ref": "late", "lot": 1, "amount": "990.00", "retyped": "990.00"}


async def refused_and_closed(client: Any) -> None:
    await client.send(**BID)
    refused = await client.until("refused", ref="late")
    assert refused["code"] == "gate.not_allowed"
    assert await client.closed_with(12) == 4409


async def test_a_socket_ends_with_the_token_its_ticket_was_got_with(opened, unopened) -> None:
    room = await opened(1)
    person = room.suppliers[0]

    def ticket() -> tuple[Any, str]:
        token, secret = make_token(person.actor, name="robot")
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return token, api.post("/api/v1/socket-tickets/").data["ticket"]

    token, secret = await in_database(ticket)()
    client = await unopened(room, person).open(f"ticket={secret}")
    await client.until("welcome")
    await asyncio.sleep(0.6)

    await in_database(lambda: revoke_token(actor=person.actor, token_id=token.pk))()

    await refused_and_closed(client)


async def test_a_socket_ends_with_the_session_its_ticket_was_got_in(opened, unopened) -> None:
    room = await opened(1)
    person = room.suppliers[0]
    browser = Browser()

    def ticket() -> str:
        browser.force_login(User.objects.get(pk=person.user.pk))
        return browser.post("/api/v1/socket-tickets/").json()["ticket"]

    secret = await in_database(ticket)()
    client = await unopened(room, person).open(f"ticket={secret}")
    await client.until("welcome")
    await asyncio.sleep(0.6)

    await in_database(browser.session.delete)()

    await refused_and_closed(client)


async def test_a_new_password_ends_the_sockets_of_sessions_made_with_the_old_one(
    opened, unopened
) -> None:
    room = await opened(1)
    person = room.suppliers[0]
    browser = Browser()

    def ticket() -> str:
        browser.force_login(User.objects.get(pk=person.user.pk))
        return browser.post("/api/v1/socket-tickets/").json()["ticket"]

    def change_password() -> None:
        user = User.objects.get(pk=person.user.pk)
        user.set_password("another horse")
        user.save()

    secret = await in_database(ticket)()
    client = await unopened(room, person).open(f"ticket={secret}")
    await client.until("welcome")

    await in_database(change_password)()

    assert await client.closed_with(12) == 4409
