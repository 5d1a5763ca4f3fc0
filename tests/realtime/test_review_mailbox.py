"""Confirming: each cursor once, and none that was not sent."""

from __future__ import annotations

from typing import Any

from auctions.realtime.mailbox import Mailbox
from auctions.realtime.outgoing import Told


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def mailbox(clock: Clock) -> Mailbox:
    async def nothing(_: Any) -> None:
        return None

    return Mailbox(nothing, lambda _: None, lambda: None, monotonic=clock)


async def test_a_snapshot_that_brings_nothing_new_waits_for_no_further_confirmation() -> None:
    clock = Clock()
    box = mailbox(clock)
    box.whole(b"{}", 5)
    box.seen(5)

    box.whole(b"{}", 5)
    clock.now = 31.0

    assert box.lag() == 0


async def test_what_was_not_sent_cannot_be_confirmed_ahead() -> None:
    clock = Clock()
    box = mailbox(clock)
    box.whole(b"{}", 5)
    box.seen(10**18)

    box.events(Told((b"{}",), b"", (6, clock.now)))
    clock.now = 31.0

    assert box.lag() == 31.0
