"""A bid reaches the timelines of both companies through a relay process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.utils import timezone

from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack
from crm_core.timeline.models import InteractionParty
from tests.concurrency.servers import database_url
from tests.concurrency.test_boundaries import sleep_until
from tests.rooms import open_room

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 5.0  # seconds, as promised


@pytest.fixture
def relay_process() -> Iterator[subprocess.Popen[bytes]]:
    environ = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": str(settings.BASE_DIR)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "relay"], cwd=settings.BASE_DIR, env=environ,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"relay: running")
    yield process
    process.terminate()
    assert process.wait(10) == 0


def test_a_bid_is_on_both_timelines_within_five_seconds(
    new_gate: Callable[..., Gate], relay_process: subprocess.Popen[bytes]
) -> None:
    gate = new_gate()
    room = open_room(2)
    room.everyone_accepts(gate)
    sleep_until(room.terms.starts_at)
    supplier = room.suppliers[0]
    assert isinstance(room.place(gate, supplier, "990.00"), Ack)

    placed = time.monotonic()
    told = InteractionParty.objects.filter(interaction__kind="bid")
    while told.count() < 2:
        assert time.monotonic() - placed < SOON, "nothing was told"
        time.sleep(0.05)

    sides = {(side.account.owner_id, side.account.partner_id): side for side in told}
    assert sides.keys() == {
        (room.buyer.company.pk, supplier.company.pk),
        (supplier.company.pk, room.buyer.company.pk),
    }
    assert {side.facts["best"] for side in sides.values()} == {"990.00"}
    assert all(side.last_at <= timezone.now() for side in sides.values())
