"""What the gate's threads hand to the event loop arrives whole, in order, in one go."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from auctions.realtime.handover import Handover

pytestmark = pytest.mark.asyncio


async def test_everything_arrives_on_the_loops_thread() -> None:
    handover = Handover(asyncio.get_running_loop())
    futures: list[Future[int]] = [Future() for _ in range(500)]
    taken: list[tuple[int, int]] = []
    for future in futures:
        handover.when_done(future, lambda answer: taken.append((answer, threading.get_ident())))

    def decide(some: list[Future[int]], first: int) -> None:
        for number, future in enumerate(some, first):
            future.set_result(number)

    threads = [
        threading.Thread(target=decide, args=(futures[start : start + 100], start))
        for start in range(0, 500, 100)
    ]
    for thread in threads:
        thread.start()
    async with asyncio.timeout(10):
        while len(taken) < 500:
            await asyncio.sleep(0.001)

    assert sorted(answer for answer, _ in taken) == list(range(500))
    assert {thread for _, thread in taken} == {threading.get_ident()}
    for start in range(0, 500, 100):
        own = [answer for answer, _ in taken if start <= answer < start + 100]
        assert own == sorted(own)


async def test_a_batch_wakes_the_loop_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    handover, taken, woken = Handover(loop), [], []
    wake = loop.call_soon_threadsafe

    def counted(*arguments: Any) -> Any:
        woken.append(arguments)
        return wake(*arguments)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    for number in range(50):
        future: Future[int] = Future()
        handover.when_done(future, taken.append)
        future.set_result(number)
    await asyncio.sleep(0.01)

    assert taken == list(range(50))
    assert len(woken) == 1


async def test_one_receiver_that_fails_does_not_take_the_others_answers_away() -> None:
    handover, taken = Handover(asyncio.get_running_loop()), []
    for number in range(3):
        future: Future[int] = Future()
        handover.when_done(future, taken.append if number != 1 else fails)
        future.set_result(number)
    await asyncio.sleep(0.01)

    assert taken == [0, 2]


def fails(answer: int) -> None:
    raise OSError("the socket is gone")
