"""The live protocol over a socket: welcome, bids, standings, events, refusals."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_bid_is_answered_and_moves_the_standing_of_both_sides(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    first = await opened.client(room, room.suppliers[0])
    buyer = await opened.client(room, room.buyer)
    assert first.welcome["you"]["role"] == "supplier"
    assert first.welcome["snapshot"]["terms_accepted"] is True

    await first.send(type="bid", ref="a", lot=1, amount="990.00", retyped="990.00")
    ack = await first.until("ack", ref="a")
    standing = await first.until("standing")

    assert ack["result"] == {"lot": 1, "amount": "990.00"}
    assert standing["lots"][0]["own"]["best"] == "990.00"
    assert standing["lots"][0]["own"]["rank"] == 1
    seen = await buyer.until("standing")
    rows = {row["seat"]: row for row in seen["lots"][0]["participants"]}
    assert rows[room.suppliers[0].seat]["best"] == "990.00"
    assert rows[room.suppliers[0].seat]["name"] == room.suppliers[0].company.legal_name
