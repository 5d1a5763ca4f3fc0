"""A command decided at a made-up moment, and written to the ledger as ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from auctions.domain import machine
from auctions.domain.commands import Command
from auctions.domain.events import Event
from auctions.ledger import store
from auctions.ledger.limits import limits_of
from auctions.selectors import load
from infra.keys import key_ring


def decided_at(auction_id: UUID, command: Command, at: datetime) -> tuple[Event, ...]:
    """Decide it as if it had come at that moment, and was recorded no earlier; what came of it."""
    with connection.cursor() as cursor:
        head = store.lock_auction(cursor, auction_id)
        head = replace(head, recorded_at=max(head.recorded_at, at))
        state = load(auction_id)
        limits = limits_of(key_ring(), auction_id)
        events = tuple(machine.decide(state, command, at, None, limits))
        for event in events:
            state = machine.evolve(state, event, state.seq + 1)
        store.append(
            cursor,
            head,
            entries=store.chain_events(head, events),
            phase=state.phase.value,
            due=machine.due(state),
            closed_at=state.ended_at,
        )
    return events
