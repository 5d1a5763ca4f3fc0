"""Sockets while the database refuses a question: they stay, are answered, are looked at again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from django.db import connection

from crm_core.people.models import User
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@asynccontextmanager
async def without(table: str) -> AsyncIterator[None]:
    """The database fails whoever asks for that table."""

    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    await in_database(rename)(table, f"{table}_away")
    try:
        yield
    finally:
        await in_database(rename)(f"{table}_away", table)


async def test_a_status_that_cannot_be_read_is_pending_and_told_afterwards(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    client = await opened.client(room, room.suppliers[0])
    await client.send(type="bid", ref="a", lot=1, amount="990.00", retyped="990.00")
    ack = await client.until("ack", ref="a")

    async with without("auctions_commandoutcome"):
        await client.send(type="status", ref="a")
        assert (await client.until("unknown_ref", ref="a"))["pending"] is True

    await client.send(type="status", ref="a")
    assert (await client.until("ack", ref="a"))["signature"] == ack["signature"]


async def test_a_look_that_failed_is_made_up_for_by_the_next(opened) -> None:
    room = await opened(1)
    client = await opened.client(room, room.suppliers[0])
    async with without("companies_membership"):
        await asyncio.sleep(5.5)  # at least one look falls into this time
    await in_database(
        User.objects.filter(pk=room.suppliers[0].user.pk).update
    )(is_active=False)  # fmt: skip

    assert await client.closed_with(seconds=8) == 4409
