"""The hub's and the sockets' figures move when the thing happens, over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from auctions.realtime.hub import hub
from auctions.realtime.mailbox import Mailbox
from auctions.realtime.messages import Standing
from auctions.realtime.outgoing import Shown, Told
from tests.measured import Change, value
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

shown = in_database(value)


async def test_sockets_are_counted_by_what_they_may_see(opened) -> None:
    room = await opened(2)
    assert await shown("fairfall_sockets", audience="supplier") == 0
    first = await opened.client(room, room.suppliers[0])
    second = await opened.client(room, room.suppliers[1])
    await opened.client(room, room.suppliers[0])
    await opened.client(room, room.buyer)

    assert await shown("fairfall_sockets", audience="supplier") == 3
    assert await shown("fairfall_sockets", audience="buyer") == 1
    assert await shown("fairfall_sockets", audience="observer") == 0

    await second.close()
    async with asyncio.timeout(10):
        while await shown("fairfall_sockets", audience="supplier") != 2:
            await asyncio.sleep(0.05)
    assert first.welcome


async def test_a_bid_is_seen_on_its_way_through_gate_and_hub(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    seller = await opened.client(room, room.suppliers[0])
    await opened.client(room, room.buyer)
    change = Change()

    await seller.send(type="bid", ref="a", lot=1, amount="990.00", retyped="990.00")
    await seller.until("ack", ref="a")
    await seller.until("standing")

    assert change.of("fairfall_bids_total", outcome="accepted") == 1
    assert change.of("fairfall_hub_lag_seconds_count") >= 1
    assert change.of("fairfall_hub_lag_seconds_sum") < 5
    assert change.of("fairfall_hub_render_seconds_count") >= 1


async def test_reading_an_old_ledger_for_a_newcomer_is_no_lag(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(1.0)
    change = Change()

    await opened.client(room, room.buyer)

    assert change.of("fairfall_hub_lag_seconds_count") == 0


async def test_refusals_before_the_gate_count_too(opened) -> None:
    room = await opened(1)
    buyer = await opened.client(room, room.buyer)
    change = Change()

    await buyer.send(type="bid", ref="a", lot=1, amount="990.00", retyped="990.00")
    await buyer.until("refused", ref="a")
    await buyer.send_text("{")
    await buyer.until("refused")

    assert change.of("fairfall_refusals_total", code="gate.not_allowed") == 1
    assert change.of("fairfall_refusals_total", code="gate.frame_malformed") == 1


async def test_a_socket_that_is_closed_is_counted_by_its_code(opened) -> None:
    room = await opened(1)
    buyer = await opened.client(room, room.buyer)
    change = Change()

    await buyer.send_text("x" * 20_000)

    assert await buyer.closed_with() == 4400
    assert change.of("fairfall_sockets_closed_total", code="4400") == 1
    assert hub() is not None


async def test_what_a_slow_reader_is_not_sent_is_counted() -> None:
    now = 0.0

    async def nothing(_: object) -> None:
        return None

    mailbox = Mailbox(nothing, lambda _: None, lambda: None, monotonic=lambda: now)
    change = Change()
    mailbox.events(Told((b"1",), b"1", (1, now)))
    now = 3.0
    mailbox.look()
    mailbox.look()
    mailbox.events(Told((b"2", b"3"), b"23", (3, now)))
    mailbox.standing(Shown(Standing(now="", lots=[], points=[]), b"4", b"4"))

    assert change.of("fairfall_mailbox_behind_total") == 1
    assert change.of("fairfall_mailbox_dropped_total") == 3
