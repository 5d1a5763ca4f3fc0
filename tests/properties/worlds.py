"""All that one viewer is told of an auction, to the byte, for comparing two worlds of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from auctions.domain.codec import to_body
from auctions.domain.machine import evolve
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState
from auctions.domain.visibility import Viewer, event_view, price_point, standing
from kernel.canonical import canonical
from tests.domain.room import Room


def told(
    room: Room, viewer: Viewer, secrets: dict[int, Decimal] | None = None, since: int = 0
) -> list[bytes]:
    """Views of events, points of the price, and each standing that differs from the one before.

    ``since`` leaves out what so many first events led to. The hash of the terms is left out: where
    two worlds have other hidden reserves, it holds their commitments.
    """
    said: list[bytes] = []
    state, shown = AuctionState(), b""
    for number, event in enumerate(room.events, start=1):
        after = evolve(state, event, state.seq + 1)
        found = [event_view(state, after, event, viewer), price_point(after, event, viewer)]
        state = after
        if number <= since:
            continue
        now = canonical(to_body(standing(after, viewer, secrets=secrets)))
        said += [canonical(view) for view in found if view is not None]
        said += [now] if now != shown else []
        shown = now
    return [each.replace(room.state.terms_hash.encode(), b"*") for each in said]


def answer(do: Callable[[], Any]) -> Any:
    """What a supplier is answered: None, or the refusal's code, field and data."""
    try:
        do()
    except Refusal as refusal:
        return [refusal.code, refusal.field, refusal.data]
    return None
