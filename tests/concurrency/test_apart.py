"""A gate whose batches are decided by a process of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from auctions.models import CommandOutcome
from auctions.realtime.answers import Work
from auctions.realtime.apart import DeciderApart
from auctions.realtime.deciders import CommitLost
from auctions.realtime.deciding_process import DecidingProcess
from auctions.realtime.errors import OutcomeUnknown
from auctions.realtime.gate import THREADS, Gate
from auctions.realtime.messages import Ack, Refused
from kernel.clock import utc_now
from kernel.ids import new_id
from tests.concurrency.servers import database_url
from tests.faults.launcher import eventually
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[DecidingProcess]:
    monkeypatch.setenv("DATABASE_URL", database_url())
    made = DecidingProcess(THREADS)
    yield made
    made.close()


@pytest.fixture
def gate(new_gate: NewGate, elsewhere: DecidingProcess) -> Gate:
    return new_gate(deciding=lambda number: DeciderApart(elsewhere, number))


@pytest.fixture
def room(gate: Gate) -> Room:
    found = open_room(2)
    found.everyone_accepts(gate)
    time.sleep(max(0.0, (found.terms.starts_at - utc_now()).total_seconds()) + 0.3)
    return found


def pid_of(elsewhere: DecidingProcess) -> int:
    assert elsewhere._process is not None
    return elsewhere._process.pid


def test_it_decides_and_answers_as_a_thread_does(gate: Gate, room: Room) -> None:
    first = room.suppliers[0]

    taken = room.place(gate, first, "990.00")
    refused = room.place(gate, first, "995.00")
    again = room.place(gate, first, "990.00", ref=taken.ref)

    assert isinstance(taken, Ack)
    assert isinstance(refused, Refused)
    assert refused.signature
    assert again.repeated
    assert again.signature == taken.signature
    assert room.kinds().count("bid_placed") == 1


def test_a_killed_one_leaves_an_unknown_outcome_and_is_replaced(
    gate: Gate, room: Room, elsewhere: DecidingProcess
) -> None:
    """Killed while it waits for the row, which somebody else holds."""
    one = room.suppliers[0]
    before = pid_of(elsewhere)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT 1 FROM auctions_auction WHERE id = %s FOR UPDATE", [room.id])
        asked = gate.submit(
            room.bid(one, "990.00", ref="lost"), auction_id=room.id, party=one.party
        )
        time.sleep(0.5)
        assert not asked.done()
        os.kill(before, signal.SIGKILL)
        answer = asked.result(PATIENCE)
    assert isinstance(answer, Refused)
    assert answer.code == OutcomeUnknown.code

    # The database ends the transaction of the one that is gone before the ref is asked for again.
    told = room.place(gate, one, "990.00", ref="lost")

    assert isinstance(told, Ack), told
    assert pid_of(elsewhere) != before
    assert room.kinds().count("bid_placed") == 1
    assert CommandOutcome.objects.filter(auction_id=room.id, ref="lost").count() == 1


def test_one_that_died_idle_costs_nothing(
    gate: Gate, room: Room, elsewhere: DecidingProcess
) -> None:
    os.kill(pid_of(elsewhere), signal.SIGKILL)
    time.sleep(0.2)

    assert isinstance(room.place(gate, room.suppliers[0], "990.00"), Ack)


def test_one_that_does_not_answer_is_given_up(
    gate: Gate, room: Room, elsewhere: DecidingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auctions.realtime.apart.ANSWER_WITHIN", 0.5)
    os.kill(pid_of(elsewhere), signal.SIGSTOP)
    one = room.suppliers[0]
    work = Work(room.bid(one, "990.00"), one.party, utc_now())

    with pytest.raises(CommitLost):
        DeciderApart(elsewhere, 0).decide(new_id(), room.id, [work], utc_now())

    monkeypatch.undo()
    monkeypatch.setenv("DATABASE_URL", database_url())
    assert isinstance(room.place(gate, one, "980.00"), Ack)


def test_an_auction_that_is_none_is_refused_as_by_a_thread(gate: Gate, room: Room) -> None:
    one = room.suppliers[0]

    answer = gate.submit(room.bid(one, "990.00"), auction_id=new_id(), party=one.party)

    refused = answer.result(PATIENCE)
    assert isinstance(refused, Refused)
    assert refused.code == "ledger.auction_unknown"


def test_it_says_when_it_is_ready(elsewhere: DecidingProcess) -> None:
    assert not elsewhere.ready()  # started by the question

    assert eventually(elsewhere.ready, PATIENCE)

    os.kill(pid_of(elsewhere), signal.SIGKILL)
    assert eventually(lambda: not elsewhere.ready(), 5)
    assert eventually(elsewhere.ready, PATIENCE)


def test_it_ends_with_the_process_it_belongs_to(tmp_path: Path) -> None:
    """However that one ends: here by a kill."""
    program = (
        "import django; django.setup()\n"
        "from auctions.realtime.deciding_process import DecidingProcess\n"
        "made = DecidingProcess(2); made.start(); print(made._process.pid, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    environ = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": os.getcwd()}
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env=environ, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(2)
    assert Path(f"/proc/{child}").exists()

    parent.kill()
    parent.wait(10)

    until = time.monotonic() + 10
    while _alive(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
