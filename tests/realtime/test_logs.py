"""What a socket leaves in the log."""

from __future__ import annotations

import asyncio
import logging

import pytest

from auctions.realtime.process import gate
from crm_core.access.tickets import issue_ticket
from tests.logged import captured
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_bid_through_a_socket_is_named_and_its_amount_is_not(opened, unopened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    seller = room.suppliers[0]
    ticket, _ = await in_database(lambda: issue_ticket(actor=seller.actor))()
    with captured() as lines:
        client = await unopened(room, seller).open(f"ticket={ticket}")
        await client.until("welcome")
        for ref, amount in (("a", "987.65"), ("b", "1987.65")):
            await client.send(type="bid", ref=ref, lot=1, amount=amount, retyped=amount)
            await client.until("ack" if ref == "a" else "refused", ref=ref)
        await client.send_text('{"type":"bid","amount":"987.65"')
        await client.until("refused")
        await client.close()

    about = {"auction_id": str(room.id), "user_id": str(seller.user.pk),
             "company_id": str(seller.company.pk)}  # fmt: skip
    (start,) = lines.of("socket opened", audience="supplier", **about)
    about["request_id"] = start["request_id"]
    (end,) = lines.of("socket closed", **about)
    assert "ref" not in end
    assert lines.of("command answered", ref="a", accepted=True, **about)
    assert lines.of("command answered", ref="b", accepted=False, **about)
    for told in (
        "987.65", ticket, seller.user.email, seller.user.full_name, seller.company.legal_name,
    ):  # fmt: skip
        assert told not in lines.getvalue()


async def test_a_command_nobody_decided_is_told_at_the_usual_level(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    client = await opened.client(room, room.suppliers[0])
    with captured(logging.INFO) as lines:
        await asyncio.to_thread(gate().stop, 1)
        await client.send(type="bid", ref="a", lot=1, amount="987.65", retyped="987.65")
        answer = await client.until("refused", ref="a")

    assert answer["code"] == "gate.unavailable"
    (line,) = lines.of("a command was not decided", ref="a", auction_id=str(room.id))
    assert line["code"] == "gate.unavailable"
    assert line["user_id"] == str(room.suppliers[0].user.pk)
    assert "987.65" not in lines.getvalue()


async def test_two_sockets_have_two_names(opened) -> None:
    room = await opened(2)
    with captured(logging.INFO) as lines:
        await opened.client(room, room.suppliers[0])
        await opened.client(room, room.suppliers[1])

    first, second = lines.of("socket opened")
    assert first["request_id"] != second["request_id"]
    assert first["company_id"] != second["company_id"]
