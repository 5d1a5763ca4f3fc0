"""A room's entries as the verifier reads them, and what it says of a forged one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from auctions.domain import events as ev
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from tests.domain.room import Room
from tests.domain.test_sealed import LATER


def steps_of(room: Room, at: datetime = LATER) -> list[Step]:
    """The whole ledger, each entry recorded ``at``: a moment after the last of them."""
    return [Step(seq, at, event) for seq, event in enumerate(room.events, start=1)]


def assert_named(
    room: Room,
    kind: type[ev.Event],
    forge: Callable[[Any], ev.Event],
    which: int = 0,
    own: str | None = None,
    at: datetime = LATER,
) -> None:
    """The replay stops at the entry of that ``kind`` (the first is 0) that ``forge`` changed; so
    does that of ``own``, a seat that checks its own entries."""
    steps = steps_of(room, at)
    place = [n for n, step in enumerate(steps) if isinstance(step.event, kind)][which]
    steps[place] = replace(steps[place], event=forge(steps[place].event))
    with pytest.raises(ReplayFailed) as failed:
        replay_all(steps, {})
    assert failed.value.seq == place + 1
    if own is not None:
        with pytest.raises(ReplayFailed) as failed:
            replay_own(steps, own)
        assert failed.value.seq == place + 1
