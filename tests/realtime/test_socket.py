"""The live protocol over a socket: welcome, bids, standings, events, refusals."""

from __future__ import annotations

import asyncio

import pytest

from auctions.realtime.gate import Gate
from auctions.realtime.hub import close_hub
from auctions.realtime.messages import Ack
from crm_core.access.tickets import issue_ticket
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from crm_core.people.sessions import end_sockets
from kernel.clock import utc_now
from tests.realtime.conftest import in_database
from tests.rooms import company

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


def bid_of(ref: str, amount: str) -> dict[str, object]:
    return {"type": "bid", "ref": ref, "lot": 1, "amount": amount, "retyped": amount}


async def test_a_rival_learns_nothing_of_a_bid_but_its_own_rank(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    first = await opened.client(room, room.suppliers[0])
    rival = await opened.client(room, room.suppliers[1])
    await rival.send(**bid_of("r", "980.00"))
    await rival.until("ack", ref="r")
    await rival.until("standing")
    rival.kept.clear()

    await first.send(**bid_of("a", "970.00"))
    await first.until("ack", ref="a")
    standing = await rival.until("standing")

    text = str([standing, *rival.kept])
    assert standing["lots"][0]["own"]["rank"] == 2
    assert "970.00" not in text
    assert "97000" not in text
    assert room.suppliers[0].seat not in text
    assert [each for each in rival.kept if each["type"] == "event"] == []


async def test_a_bid_that_changes_nothing_for_a_rival_is_not_heard_by_it(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    first = await opened.client(room, room.suppliers[0])
    rival = await opened.client(room, room.suppliers[1])
    await first.send(**bid_of("a", "900.00"))
    await first.until("ack", ref="a")
    await rival.send(**bid_of("r", "980.00"))
    await rival.until("ack", ref="r")
    await rival.until("standing")
    await asyncio.sleep(0.3)
    cursor = (await rival_cursor(rival))["cursor"]
    rival.kept.clear()

    await first.send(**bid_of("b", "890.00"))
    await first.until("ack", ref="b")
    await asyncio.sleep(0.5)

    snapshot = await rival_cursor(rival)
    assert snapshot["cursor"] == cursor
    assert [each["type"] for each in rival.kept if each["type"] != "heartbeat"] == []


async def rival_cursor(client) -> dict[str, object]:
    await asyncio.sleep(1.1)
    await client.send(type="need_snapshot")
    return await client.until("snapshot")


async def test_events_are_contiguous_and_the_cursor_survives_another_process(opened) -> None:
    room = await opened(2)
    buyer = await opened.client(room, room.buyer)
    cursor = buyer.welcome["cursor"]
    await asyncio.sleep(0.6)
    first = await opened.client(room, room.suppliers[0])
    for number in range(3):
        await first.send(**bid_of(f"a{number}", f"{990 - 10 * number}.00"))
        await first.until("ack", ref=f"a{number}")
    await buyer.send(type="message", ref="m", to="all", text="Good morning")
    await buyer.until("event", kind="message_posted")

    events = [each for each in buyer.kept if each["type"] == "event"]
    for event in events:
        assert event["prev"] == cursor
        cursor = event["cursor"]
    # A hub that starts anew derives the same cursor from the ledger.
    await close_hub()
    again = await opened.client(room, room.buyer)
    assert again.welcome["cursor"] == cursor + 1
    assert [note["text"] for note in again.welcome["snapshot"]["notes"]] == ["Good morning"]


async def test_entries_of_another_process_are_told_without_any_signal(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    client = await opened.client(room, room.suppliers[0])
    other = Gate()  # another process whose signals are lost
    other.start()
    try:
        assert await asyncio.to_thread(other.lease.wait_until_held, 10)
        answer = await in_database(room.place)(other, room.suppliers[0], "990.00")
        assert isinstance(answer, Ack)
        standing = await client.until("standing", seconds=4)
    finally:
        await asyncio.to_thread(other.stop)
    assert standing["lots"][0]["own"]["best"] == "990.00"


async def test_garbage_is_answered_and_then_ends_the_socket(opened) -> None:
    room = await opened(1)
    client = await opened.client(room, room.suppliers[0])
    await client.send_text("{")
    refused = await client.until("refused")
    assert (refused["code"], refused["ref"]) == ("gate.frame_malformed", None)
    for _ in range(10):
        await client.send(type="bid", ref="x", lot=1, amount="1.00", surprise=True)

    assert await client.closed_with() == 4400


async def test_a_huge_frame_and_a_flood_end_the_socket(opened) -> None:
    room = await opened(1, commands_per_second=5)
    huge = await opened.client(room, room.suppliers[0])
    await huge.send_text(" " * 20_000)
    assert await huge.closed_with() == 4400
    flood = await opened.client(room, room.suppliers[0])
    for _ in range(200):
        await flood.send(type="ping", t=1.0)
    assert await flood.closed_with() == 4429


async def test_a_side_may_not_give_the_others_commands(opened) -> None:
    room = await opened(1)
    supplier = await opened.client(room, room.suppliers[0])
    buyer = await opened.client(room, room.buyer)
    await supplier.send(type="pause", ref="p", reason="no")
    await buyer.send(**bid_of("b", "1.00"))

    assert (await supplier.until("refused", ref="p"))["code"] == "gate.not_allowed"
    assert (await buyer.until("refused", ref="b"))["code"] == "gate.not_allowed"


async def test_an_amount_that_is_none_is_refused_beside_its_field(opened) -> None:
    room = await opened(1)
    client = await opened.client(room, room.suppliers[0])
    for ref, amount in (("a", "1e3"), ("b", "-5"), ("c", "١٢٣"), ("d", "")):
        await client.send(type="bid", ref=ref, lot=1, amount=amount)
        refused = await client.until("refused", ref=ref)
        assert (refused["code"], refused["field"]) == ("amount.malformed", "amount")


async def test_strangers_and_used_tickets_are_turned_away(opened, unopened) -> None:
    room = await opened(1)
    stranger = await in_database(company)(Role.BIDDER, sells=True)
    client = await unopened(room, stranger).open()
    assert await client.closed_with() == 4404
    ticket, _ = await in_database(lambda: issue_ticket(actor=room.suppliers[0].actor))()
    first = await unopened(room, room.suppliers[0]).open(f"ticket={ticket}")
    await first.until("welcome")
    second = await unopened(room, room.suppliers[0]).open(f"ticket={ticket}")
    assert await second.closed_with() == 4401
    await first.close()
    nobody = await unopened(room, room.suppliers[0]).open("")
    assert await nobody.closed_with() == 4401


async def test_a_member_who_left_is_put_out_at_once_and_refused_meanwhile(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    person = room.suppliers[0]
    client = await opened.client(room, person)
    await asyncio.sleep(0.3)  # the channel is joined after the welcome
    await in_database(
        Membership.objects.filter(user=person.user).update
    )(active=False, left_at=utc_now())  # fmt: skip
    await client.send(**bid_of("gone", "990.00"))
    assert (await client.until("refused", ref="gone"))["code"] == "gate.not_allowed"
    await in_database(end_sockets)(person.user.pk, reason="membership_ended")

    assert await client.closed_with(seconds=4) == 4409
    assert "bid_placed" not in await in_database(room.kinds)()


async def test_the_lost_message_is_made_up_for_by_looking(opened) -> None:
    room = await opened(1)
    client = await opened.client(room, room.suppliers[0])
    await in_database(
        User.objects.filter(pk=room.suppliers[0].user.pk).update
    )(is_active=False)  # fmt: skip

    assert await client.closed_with(seconds=8) == 4409


async def test_the_buyer_sees_who_is_connected_a_blind_one_does_not(opened) -> None:
    room = await opened(1)
    supplier = await opened.client(room, room.suppliers[0])
    buyer = await opened.client(room, room.buyer)
    await supplier.send(type="ping", t=1.0, rtt=42.4)
    seen = await buyer.until("presence")
    while seen["seats"].get(room.suppliers[0].seat, {}).get("rtt_ms") is None:
        seen = await buyer.until("presence")
    assert seen["seats"][room.suppliers[0].seat]["rtt_ms"] == 42
    await supplier.close()
    while seen["connected"]:
        seen = await buyer.until("presence")


async def test_a_blind_buyer_knows_aliases_only_and_may_write_to_one(opened) -> None:
    room = await opened(2, blind=True)
    await asyncio.sleep(0.6)
    supplier = await opened.client(room, room.suppliers[0])
    buyer = await opened.client(room, room.buyer)
    await supplier.send(**bid_of("a", "990.00"))
    await supplier.until("ack", ref="a")
    standing = await buyer.until("standing")
    alias = standing["lots"][0]["participants"][0]["seat"]
    await buyer.send(type="message", ref="m", to=alias, text="Thank you")
    note = await supplier.until("event", kind="message_posted")

    text = str([buyer.welcome, standing, *buyer.kept])
    for person in room.suppliers:
        assert person.seat not in text
        assert person.company.legal_name not in text
    assert note["data"]["text"] == "Thank you"
    assert not [each for each in buyer.kept if each["type"] == "presence"]


async def test_status_and_abandon_over_the_socket(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    client = await opened.client(room, room.suppliers[0])
    await client.send(**bid_of("a", "990.00"))
    ack = await client.until("ack", ref="a")
    await client.send(type="status", ref="a")
    again = await client.until("ack", ref="a")
    assert again["repeated"]
    assert again["signature"] == ack["signature"]
    await client.send(type="status", ref="never")
    assert (await client.until("unknown_ref", ref="never"))["pending"] is False
    await client.send(type="abandon", ref="never")
    assert (await client.until("refused", ref="never"))["code"] == "gate.abandoned"


async def test_a_snapshot_keeps_what_was_refused_and_why(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    client = await opened.client(room, room.suppliers[0])
    await client.send(**bid_of("high", "1000.01"))
    await client.until("refused", ref="high")
    await client.send(**bid_of("good", "990.00"))
    await client.until("ack", ref="good")
    again = await opened.client(room, room.suppliers[0])

    own = {bid["ref"]: bid for bid in again.welcome["snapshot"]["own_bids"]}
    assert (own["high"]["state"], own["high"]["code"]) == ("refused", "auction.above_ceiling")
    assert (own["good"]["state"], own["good"]["amount"]) == ("accepted", "990.00")


async def test_without_valkey_bids_are_taken_and_standings_told(opened, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    room = await opened(1)
    await asyncio.sleep(0.6)
    supplier = await opened.client(room, room.suppliers[0])
    buyer = await opened.client(room, room.buyer)
    await supplier.send(**bid_of("a", "990.00"))

    assert await supplier.until("ack", ref="a")
    standing = await buyer.until("standing", seconds=4)
    assert standing["lots"][0]["lead"] == "990.00"
    presence = await buyer.until("presence", seconds=6)
    assert presence["connected"] == 1
