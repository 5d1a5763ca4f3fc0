"""The small changes that the entries have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from auctions.domain.events import Event
from auctions.domain.state import AuctionState, LotState, Seat, SeatOnLot

Reducer = Callable[[AuctionState, Any, int], AuctionState]

NOTHING = SeatOnLot()


def with_lot(state: AuctionState, seq: int, lot: LotState) -> AuctionState:
    return replace(state, seq=seq, lots={**state.lots, lot.number: lot})


def with_seat(state: AuctionState, seq: int, seat: Seat) -> AuctionState:
    return replace(state, seq=seq, seats={**state.seats, seat.id: seat})


def on_lot(lot: LotState, seat: str, mine: SeatOnLot) -> dict[str, SeatOnLot]:
    return {**lot.seats, seat: mine}


def noted(state: AuctionState, event: Event, seq: int) -> AuctionState:
    """An entry that is part of the record but of no rule."""
    return replace(state, seq=seq)
