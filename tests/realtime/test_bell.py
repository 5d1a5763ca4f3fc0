"""The bell's socket."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from config.asgi import application
from crm_core.companies.models import Role
from crm_core.notifications.services import Recipient, notify
from crm_core.people.models import User
from crm_core.people.services import deactivate_user
from tests.people import make_actor

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def signed_in(actor):
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def socket(client=None):
    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    if client is not None:
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode()))
    return WebsocketCommunicator(application, "/ws/notices/", headers=headers)


async def close_code(communicator):
    message = await communicator.receive_output(5)
    assert message["type"] == "websocket.close"
    return message["code"]


@sync_to_async
def tell(actor, key):
    recipient = Recipient(actor.user_id, actor.company_id)
    notify(recipients=[recipient], kind="test", text="Something", key=key)


async def test_an_open_page_hears_of_its_persons_notices_only():
    actor = await sync_to_async(make_actor)(Role.BIDDER)
    other = await sync_to_async(make_actor)(Role.BIDDER)
    page = socket(await signed_in(actor))
    assert (await page.connect())[0]

    await tell(other, "k1")
    assert await page.receive_nothing(0.3)
    await tell(actor, "k2")
    assert await page.receive_json_from(5) == {"type": "notices_changed"}
    await page.disconnect()


async def test_a_stranger_is_closed_out():
    page = socket()
    assert (await page.connect())[0]
    assert await close_code(page) == 4401
    await page.disconnect()


async def test_signing_out_closes_this_browsers_sockets_and_no_other():
    actor = await sync_to_async(make_actor)(Role.BIDDER)
    here, there = await signed_in(actor), await signed_in(actor)
    page, elsewhere = socket(here), socket(there)
    assert (await page.connect())[0]
    assert (await elsewhere.connect())[0]

    await sync_to_async(here.post)("/accounts/logout/")

    assert await close_code(page) == 4409
    assert await elsewhere.receive_nothing(0.3)
    await sync_to_async(deactivate_user)(user_id=actor.user_id)
    assert await close_code(elsewhere) == 4409
    await page.disconnect()
    await elsewhere.disconnect()


async def test_the_page_fetches_its_bell():
    actor = await sync_to_async(make_actor)(Role.BIDDER)
    client = await signed_in(actor)
    await tell(actor, "k")
    bell = await sync_to_async(client.get)("/notices/bell/")
    assert "1 unread" in bell.content.decode()
    home = (await sync_to_async(client.get)("/")).content.decode()
    assert "notifications/bell.js" in home
    assert "Something" in home
