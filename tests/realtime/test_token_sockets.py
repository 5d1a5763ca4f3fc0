"""What a socket opened by an API token may do, and how long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from auctions.realtime import recheck
from crm_core.access.actor import load_actor
from crm_core.access.keys import by_token
from crm_core.access.models import ApiToken
from crm_core.access.tickets import issue_ticket
from tests.people import expire, make_token
from tests.realtime.conftest import in_database
from tests.rooms import Supplier

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def bid(ref: str) -> dict[str, Any]:
    return {"type": "bid", "ref": ref, "lot": 1, "amount": "990.00", "retyped": "990.00"}


def ticket_of(person: Supplier, *scopes: str) -> tuple[ApiToken, str]:
    token, _ = make_token(person.actor, *scopes)
    program = load_actor(person.user.pk, person.company.pk, by_token(token))
    return token, issue_ticket(actor=program)[0]


async def test_a_token_that_reads_watches_and_its_bid_is_refused_with_the_scope(
    opened, unopened, monkeypatch
) -> None:
    monkeypatch.setattr(recheck, "EVERY", 0.2)
    room = await opened(1)
    person = room.suppliers[0]
    _, secret = await in_database(lambda: ticket_of(person, "read"))()
    client = await unopened(room, person).open(f"ticket={secret}")
    welcome = await client.until("welcome")
    assert welcome["you"]["may"] == []
    await asyncio.sleep(0.6)  # it was looked at meanwhile, and may stay

    await client.send(**bid("one"))
    refused = await client.until("refused", ref="one")
    await client.send(type="status", ref="one")
    status = await client.until("refused", ref="one")

    assert (refused["code"], refused["data"]) == ("access.scope_missing", {"scope": "bid"})
    assert status["code"] == "access.scope_missing"
    assert "bid_placed" not in await in_database(room.kinds)()
    await client.close()


async def test_a_token_that_bids_has_its_bid_taken(opened, unopened) -> None:
    room = await opened(1)
    person = room.suppliers[0]
    _, secret = await in_database(lambda: ticket_of(person, "bid"))()
    client = await unopened(room, person).open(f"ticket={secret}")
    welcome = await client.until("welcome")
    assert "bid" in welcome["you"]["may"]
    await asyncio.sleep(0.6)

    await client.send(**bid("one"))

    await client.until("ack", ref="one")
    await client.close()


async def test_a_token_without_watching_opens_no_socket(opened, unopened) -> None:
    room = await opened(1)
    person = room.suppliers[0]
    _, secret = await in_database(lambda: ticket_of(person, "profile"))()

    client = await unopened(room, person).open(f"ticket={secret}")

    assert await client.closed_with() == 4403


async def test_the_open_socket_of_an_expired_token_ends_and_bids_no_more(
    opened, unopened, monkeypatch
) -> None:
    monkeypatch.setattr(recheck, "EVERY", 1.5)
    room = await opened(1)
    person = room.suppliers[0]
    token, secret = await in_database(lambda: ticket_of(person, "bid"))()
    client = await unopened(room, person).open(f"ticket={secret}")
    await client.until("welcome")
    await asyncio.sleep(0.6)

    await in_database(lambda: expire(token))()
    await client.send(**bid("late"))
    refused = await client.until("refused", ref="late")

    assert refused["code"] == "access.token_expired"
    assert await client.closed_with(12) == 4409
