"""At an open socket: whoever joins another side is refused at once, and soon shown out."""

from __future__ import annotations

import asyncio

import pytest

from crm_core.companies.models import Company, Membership, Role
from tests.realtime.conftest import in_database
from tests.rooms import Supplier, company

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def bid_of(ref: str, amount: str) -> dict[str, object]:
    return {"type": "bid", "ref": ref, "lot": 1, "amount": amount, "retyped": amount}


@in_database
def joins(person: Supplier, other: Company, role: Role = Role.BIDDER) -> None:
    Membership.objects.create(user=person.user, company=other, role=role)


@in_database
def elsewhere(role: Role, **sides: bool) -> Supplier:
    return company(role, **sides)


async def test_a_bidder_that_joins_another_seat_bids_no_more(opened, unopened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    one, two = room.suppliers
    first, second = await opened.client(room, one), await opened.client(room, two)
    await joins(two, (await elsewhere(Role.BIDDER, sells=True)).company)  # not in this auction
    await first.send(**bid_of("a", "990.00"))
    await first.until("ack", ref="a")

    await joins(one, two.company)
    await first.send(**bid_of("b", "980.00"))
    refused = await first.until("refused", ref="b")
    assert refused["code"] == "auction.on_two_sides"
    assert "another side of this auction" in refused["message"]
    await second.send(**bid_of("c", "970.00"))
    await second.until("ack", ref="c")

    assert await first.closed_with(seconds=15) == 4403  # by the look every few seconds
    again = await unopened(room, one).open()
    assert await again.closed_with() == 4403
    await second.send(**bid_of("d", "960.00"))
    await second.until("ack", ref="d")
    kinds = await in_database(room.kinds)()
    assert kinds.count("bid_placed") == 3


async def test_a_neutral_person_of_a_seated_company_pauses_nothing(opened) -> None:
    room = await opened(2)
    await asyncio.sleep(0.6)
    neutral = await elsewhere(Role.ARBITER, operates=True)
    sockets = [await opened.client(room, neutral)]
    await joins(neutral, room.suppliers[0].company, Role.FINANCE)
    sockets.append(await opened.client(room, await elsewhere(Role.ARBITER, operates=True)))
    for ref, socket in zip(("a", "b"), sockets, strict=True):
        await socket.send(type="pause", ref=ref, reason="Look.")
    refused = await sockets[0].until("refused", ref="a")
    assert refused["code"] == "auction.on_two_sides"
    await sockets[1].until("ack", ref="b")
    kinds = await in_database(room.kinds)()
    assert kinds.count("lot_paused") == 1
