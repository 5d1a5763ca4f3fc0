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
from crm_core.timeline.models import Interaction
from tests.concurrency.processes import sleep_until
from tests.concurrency.servers import database_url
from tests.rooms import PATIENCE, open_room

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 5.0  # seconds, as promised


@pytest.fixture
def relay_process() -> Iterator[subprocess.Popen[bytes]]:
    environ = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": str(settings.BASE_DIR)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "relay"], cwd=settings.BASE_DIR, env=environ
    )
    try:
        yield process
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


def wait_for(kind: str, count: int, seconds: float) -> list[Interaction]:
    """What was told of that kind, once there is so much."""
    until = time.monotonic() + seconds
    told = Interaction.objects.filter(kind=kind).select_related("account")
    while len(found := list(told.all())) < count:
        assert time.monotonic() < until, f"{len(found)} interactions were told of {kind}"
        time.sleep(0.05)
    return found


def test_a_bid_is_on_both_timelines_within_five_seconds(
    new_gate: Callable[..., Gate], relay_process: subprocess.Popen[bytes]
) -> None:
    gate = new_gate()
    room = open_room(2)
    room.everyone_accepts(gate)
    wait_for("accepted", 4, PATIENCE)  # the relay has begun
    sleep_until(room.terms.starts_at)
    supplier = room.suppliers[0]
    assert isinstance(room.place(gate, supplier, "990.00"), Ack)

    told = wait_for("bid", 2, SOON)

    sides = {(side.account.owner_id, side.account.partner_id): side for side in told}
    assert sides.keys() == {
        (room.buyer.company.pk, supplier.company.pk),
        (supplier.company.pk, room.buyer.company.pk),
    }
    assert {side.facts["best"] for side in sides.values()} == {"990.00"}
    assert all(side.last_at <= timezone.now() for side in sides.values())
