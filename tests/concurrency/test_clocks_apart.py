"""Two web processes whose clocks are two seconds apart: one moment of closing holds for both."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from auctions.domain.terms import SoftClose
from kernel.clock import utc_now
from tests.concurrency.servers import WebProcess, web_processes
from tests.concurrency.test_processes import (
    Caller,
    assert_all_decided,
    assert_recorded,
    given,
    recorded,
    started,
    token,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OVER = ("auction.lot_closed", "auction.ended")
ASTRAY = timedelta(seconds=0.2)  # a stamp's error is half a round trip to the database


class Timed(Caller):
    """A bidder that notes when it asked and when it was answered."""

    __slots__ = ("answered_at", "asked_at")

    def __init__(self, token: str, number: int) -> None:
        super().__init__(token, number)
        self.asked_at: dict[str, datetime] = {}
        self.answered_at: dict[str, datetime] = {}

    def asks(self, ref: str) -> None:
        self.asked_at[ref] = utc_now()

    def was_told(self, ref: str) -> None:
        self.answered_at[ref] = utc_now()


def test_stamps_and_the_close_are_of_the_databases_clock() -> None:
    with ExitStack() as resources:
        webs: list[WebProcess] = []
        for ahead in ("1", "-1"):
            made = web_processes(1, "tests.concurrency.ahead_app:application", CLOCK_AHEAD=ahead)
            webs += resources.enter_context(made)
        room = started(
            6, length=timedelta(seconds=10), soft_close=SoftClose(window=timedelta(0))
        )  # fmt: skip
        callers = [Timed(token(person), number) for number, person in enumerate(room.suppliers)]
        deadline = room.terms.starts_at + room.terms.length

        async def run() -> None:
            until = time.monotonic() + (deadline - utc_now()).total_seconds() + 1
            await asyncio.gather(
                *(caller.storm(webs[caller.number % 2], str(room.id), until) for caller in callers)
            )

        asyncio.run(run())

    assert_all_decided(callers)
    assert_recorded(room, callers)
    asked = {ref: at for caller in callers for ref, at in caller.asked_at.items()}
    answered = {ref: at for caller in callers for ref, at in caller.answered_at.items()}
    bids = recorded(room)
    for ref, entry in bids.items():
        received = entry.event().received_at
        assert asked[ref] - ASTRAY < received < answered[ref] + ASTRAY
        assert received <= deadline
    late = {ref for ref, answer in given(callers).items() if answer.get("code") in OVER}
    assert late
    for ref in late:
        assert answered[ref] > deadline - ASTRAY
    for caller in callers:
        assert bids.keys() & set(caller.asked), "nobody was in time at this process"
