"""Outbox and relay: order, repeats, failures, dead letters, several relays at once."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from infra import relay
from infra.models import DeadLetter, OutboxMessage, RelayOffset
from infra.outbox import emit
from infra.relay import Event, OutboxSource, Switchboard
from kernel.clock import utc_now

pytestmark = pytest.mark.django_db

received: list[tuple[str, int]] = []
broken: set[int] = set()


def note(event: Event) -> None:
    """A handler for these tests: writes down what it is given, or fails where told to."""
    if event.seq in broken:
        OutboxMessage.objects.filter(pk=event.id).update(type="half done")
        raise RuntimeError("broken")
    received.append((event.subject, event.seq))


@pytest.fixture
def board():
    received.clear()
    broken.clear()
    board = Switchboard()
    board.add_source(OutboxSource())
    board.subscribe(name="note", source="outbox", path="tests.services.test_relay.note",
                    types={"thing.happened"})  # fmt: skip
    return board


def happen(subject: str, times: int = 1, type: str = "thing.happened") -> None:  # noqa: A002
    for _ in range(times):
        with transaction.atomic():
            emit(type=type, subject=subject, payload={"at": utc_now()})


def test_a_fact_belongs_to_its_transaction(board):
    with transaction.atomic():
        emit(type="thing.happened", subject="a", payload={})
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()
    happen("a")
    assert OutboxMessage.objects.get().seq == 1


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        emit(type="thing.happened", subject="a", payload={})


def test_facts_arrive_once_in_order_per_subject(board):
    happen("a", 3)
    happen("b", 2)
    happen("a", 60)

    assert relay.drain(board=board) == 65
    assert [seq for subject, seq in received if subject == "a"] == list(range(1, 64))
    assert [seq for subject, seq in received if subject == "b"] == [1, 2]
    assert relay.drain(board=board) == 0


def test_other_types_pass_by_unheard(board):
    happen("a", type="other.happened")
    happen("a")

    relay.drain(board=board)

    assert received == [("a", 2)]


def test_a_failure_stops_its_subject_until_the_retry_and_leaves_no_trace(board):
    happen("a", 3)
    happen("b")
    broken.add(2)

    relay.drain(board=board)

    assert received == [("a", 1), ("b", 1)]
    assert OutboxMessage.objects.get(subject="a", seq=2).type == "thing.happened"
    waiting = RelayOffset.objects.get(subject="a")
    assert (waiting.seq, waiting.attempts) == (1, 1)
    assert waiting.retry_at > utc_now()
    assert "broken" in waiting.last_error

    broken.clear()
    RelayOffset.objects.update(retry_at=utc_now() - timedelta(seconds=1))
    relay.drain(board=board)
    assert received == [("a", 1), ("b", 1), ("a", 2), ("a", 3)]
    assert RelayOffset.objects.get(subject="a").last_error == ""


def fail_for_good(board: Switchboard) -> DeadLetter:
    broken.add(1)
    for _ in range(relay.MAX_ATTEMPTS):
        RelayOffset.objects.update(retry_at=None)
        relay.drain(board=board)
    return DeadLetter.objects.get()


def test_after_the_last_attempt_the_fact_is_set_aside_and_the_next_go_on(board):
    happen("a", 2)

    letter = fail_for_good(board)

    assert (letter.subject, letter.seq, letter.state) == ("a", 1, "waiting")
    assert received == [("a", 2)]


def test_a_dead_letter_is_retried_or_discarded_once(board):
    happen("a")
    letter = fail_for_good(board)

    with pytest.raises(relay.HandlerStillFails):
        relay.retry_dead_letter(letter_id=letter.pk, decided_by="urn:x", board=board)
    letter.refresh_from_db()
    assert letter.state == "waiting"
    with pytest.raises(relay.DiscardReasonMissing):
        relay.discard_dead_letter(letter_id=letter.pk, reason=" ", decided_by="urn:x")

    broken.clear()
    relay.retry_dead_letter(letter_id=letter.pk, decided_by="urn:x", board=board)
    assert received == [("a", 1)]
    letter.refresh_from_db()
    assert (letter.state, letter.decided_by) == ("delivered", "urn:x")
    with pytest.raises(relay.DeadLetterGone):
        relay.discard_dead_letter(letter_id=letter.pk, reason="late", decided_by="urn:x")


def test_pauses_grow_and_stay_bounded():
    pauses = [relay.pause_after(n) for n in range(1, 20)]
    assert pauses[:3] == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=10)


@pytest.mark.django_db(transaction=True)
def test_several_writers_and_relays_keep_the_order(board):
    start = threading.Barrier(6)

    def write(_number: int) -> None:
        start.wait()
        for round_ in range(10):
            happen(f"s{round_ % 3}")
        connections.close_all()

    def carry(_number: int) -> None:
        start.wait()
        for _ in range(20):
            relay.drain(board=board)
        connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(write, n) for n in range(3)] + [pool.submit(carry, n) for n in range(3)]
        for job in jobs:
            job.result()
    relay.drain(board=board)

    by_subject = defaultdict(list)
    for subject, seq in received:
        by_subject[subject].append(seq)
    assert {s: len(seqs) for s, seqs in by_subject.items()} == {"s0": 12, "s1": 9, "s2": 9}
    for seqs in by_subject.values():
        assert seqs == list(range(1, len(seqs) + 1))


def test_the_products_own_subscriptions_resolve():
    assert relay.switchboard.subscriptions
    for subscription in relay.switchboard.subscriptions.values():
        assert callable(subscription.handler())
        assert subscription.source in relay.switchboard.sources
