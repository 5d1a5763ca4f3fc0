"""Anonymous sockets by an observer link: what they are told, and when they end."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import msgspec
import pytest

from auctions.domain.terms import Feedback
from auctions.domain.visibility import Role, Viewer
from auctions.realtime import observing, recheck
from auctions.realtime.observing import Onlookers
from auctions.realtime.rate import RateLimiter
from auctions.realtime.snapshots import snapshot_for
from auctions.services.errors import TooManyObservers
from auctions.services.observers import create_link, place_by, revoke_link
from auctions.services.policies import Place
from kernel.clock import utc_now
from tests.realtime.conftest import Client, in_database
from tests.realtime.test_socket import bid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

OPEN = Feedback(rank=True, lead=True, after_first_bid=False, lead_min_bidders=1)


@pytest.fixture(autouse=True)
def patient_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests did to the door counts here no longer."""
    monkeypatch.setattr(observing, "_arrivals", RateLimiter())


async def link_to(room, label: str = "Auditor"):
    return await in_database(
        lambda: create_link(actor=room.buyer.actor, auction_id=room.id, label=label)
    )()


async def observer_of(room, secret: str) -> Client:
    client = await Client(room, room.buyer).open(f"observer={secret}")
    client.welcome = await client.until("welcome")
    return client


async def test_an_observer_gets_the_observers_view_and_no_other(opened) -> None:
    room = await opened(2, feedback=OPEN)
    await asyncio.sleep(0.6)
    link, secret = await link_to(room)
    observer = await observer_of(room, secret)
    first = await opened.client(room, room.suppliers[0])
    assert observer.welcome["you"] == {
        "role": "observer", "seat": None, "name": "", "may": [],
    }  # fmt: skip

    await first.send(**bid_of("a", "990.00"))
    await first.until("ack", ref="a")
    await asyncio.sleep(1.1)
    await observer.send(type="need_snapshot")
    seen = await observer.until("snapshot")

    expected = await in_database(lambda: snapshot_for(place_by(link), utc_now()))()
    granted = msgspec.to_builtins(expected)
    assert {**seen, "now": ""} == {**granted, "now": "", "type": "snapshot"}
    standings = [each for each in observer.kept if each["type"] == "standing"]
    assert standings[-1]["lots"] == seen["lots"]
    assert seen["lots"][0]["lead"] == "990.00"
    assert seen["lots"][0]["participants"] is None
    text = str([observer.welcome, seen, *observer.kept])
    for supplier in room.suppliers:
        assert supplier.seat not in text
        assert supplier.company.legal_name not in text
    await observer.close()


async def test_what_not_every_supplier_sees_no_observer_sees(opened) -> None:
    room = await opened(2, feedback=Feedback(rank=True, lead=False))
    await asyncio.sleep(0.6)
    _link, secret = await link_to(room)
    observer = await observer_of(room, secret)
    first = await opened.client(room, room.suppliers[0])

    await first.send(**bid_of("a", "990.00"))
    await first.until("ack", ref="a")
    await asyncio.sleep(1.1)
    await observer.send(type="need_snapshot")
    seen = await observer.until("snapshot")

    assert "990.00" not in str([seen["lots"], seen["points"], seen["feed"], *observer.kept])
    await observer.close()


async def test_an_observer_may_command_nothing(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    _link, secret = await link_to(room)
    observer = await observer_of(room, secret)

    await observer.send(**bid_of("a", "990.00"))
    refused = await observer.until("refused", ref="a")

    assert refused["code"] == "gate.not_allowed"
    await observer.close()


async def test_a_revoked_link_ends_the_open_socket(opened, monkeypatch) -> None:
    monkeypatch.setattr(recheck, "EVERY", 0.2)
    room = await opened(2)
    link, secret = await link_to(room)
    _other, other_secret = await link_to(room, "Another")
    observer, stays = await observer_of(room, secret), await observer_of(room, other_secret)

    await in_database(
        lambda: revoke_link(actor=room.buyer.actor, auction_id=room.id, link_id=link.pk)
    )()

    assert await observer.closed_with() == 4410
    again = await Client(room, room.buyer).open(f"observer={secret}")
    assert await again.closed_with() == 4410
    await stays.send(type="ping", t=1)
    assert (await stays.until("pong"))["t"] == 1
    await stays.close()


async def test_a_link_opens_its_own_auction_only(opened) -> None:
    room, another = await opened(1), await opened(1)
    _link, secret = await link_to(room)

    elsewhere = await Client(another, another.buyer).open(f"observer={secret}")
    unknown = await Client(room, room.buyer).open("observer=no-such-secret")

    assert await elsewhere.closed_with() == 4404
    assert await unknown.closed_with() == 4410


async def test_one_address_may_not_knock_too_often(opened) -> None:
    room = await opened(1)

    codes = []
    for _ in range(2 * observing.PER_SECOND + 4):
        knocking = await Client(room, room.buyer).open("observer=guess")
        codes.append(await knocking.closed_with())

    assert codes[0] == 4410
    assert codes.count(4430) >= 1


async def test_an_auction_has_only_so_many_onlookers() -> None:
    door, auction = Onlookers(most=2), uuid4()
    sockets = [object(), object(), object()]
    door.enter(auction, sockets[0])
    door.enter(auction, sockets[1])

    with pytest.raises(TooManyObservers):
        door.enter(auction, sockets[2])
    door.enter(uuid4(), sockets[2])
    door.leave(auction, sockets[0])
    door.enter(auction, sockets[2])


async def test_the_view_of_a_link_is_the_tables_observer(opened) -> None:
    room = await opened(1)
    link, _secret = await link_to(room)

    place = place_by(link)

    assert place == Place(link.auction, Viewer(Role.OBSERVER), None, (), "")
