"""An audience that cannot be told something costs the others nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from auctions.domain.terms import Feedback
from auctions.realtime.audience import Audience
from auctions.realtime.hub import hub
from auctions.realtime.messages import Ack
from auctions.realtime.process import gate
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest.mark.parametrize("broken", ["event", "lots"])
async def test_an_audience_that_cannot_be_told_comes_back_and_the_others_miss_nothing(
    opened: Any, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    # With the lead shown each bid has to be asked about for each audience.
    room = await opened(2, feedback=Feedback(rank=True, lead=True))
    await asyncio.sleep(0.6)
    clients = [await opened.client(room, each) for each in (*room.suppliers, room.buyer)]
    failing, *others = clients
    watch = hub()._watches[room.id]
    answer = await in_database(lambda: room.place(gate(), room.suppliers[1], "995.00"))()
    assert isinstance(answer, Ack), answer
    for each in clients:
        await each.until("event", seconds=5, kind="lot_started")
        await each.until("standing", seconds=5)
    await asyncio.sleep(0.2)  # what follows it is shown
    viewer = next(each for each in watch.audiences if each.seat == failing.person.seat)
    audience: Audience = watch.audiences[viewer]

    def fail(*_: Any) -> Any:
        raise ValueError("cannot be rendered")

    monkeypatch.setattr(audience.renderer, broken, fail)
    # Whoever comes first in the order of telling, the others are to hear it.
    monkeypatch.setattr(
        "auctions.realtime.watch.random.shuffle",
        lambda audiences: audiences.sort(key=lambda each: each is not audience),
    )

    answer = await in_database(lambda: room.place(gate(), room.suppliers[1], "990.00"))()
    assert isinstance(answer, Ack), answer

    for each in others:  # the bidder and the buyer
        await each.until("event", seconds=5, kind="bid_placed")
        await each.until("standing", seconds=5)
    assert await failing.closed_with(5) == 1012

    again = await opened.client(room, failing.person)
    answer = await in_database(lambda: room.place(gate(), failing.person, "980.00"))()
    assert isinstance(answer, Ack), answer
    event = await again.until("event", seconds=5, kind="bid_placed")
    assert event["prev"] == again.welcome["cursor"]
