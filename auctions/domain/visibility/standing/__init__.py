"""The standing: how an auction stands, as far as one viewer may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain.draft import Limits, no_limits
from auctions.domain.state import AuctionState, LotPhase, Seat
from auctions.domain.visibility.standing.lot import lot_standing, shown_phase
from auctions.domain.visibility.standing.shapes import (
    LotStanding,
    OwnStanding,
    ParticipantStanding,
    SeatStanding,
    Standing,
    UnlockRequest,
)
from auctions.domain.visibility.table import TABLE, Aliases, Field, Grant, Viewer, granted, label

__all__ = [
    "LotStanding",
    "OwnStanding",
    "ParticipantStanding",
    "SeatStanding",
    "Standing",
    "UnlockRequest",
    "lot_standing",
    "shown_phase",
    "standing",
]


def standing(
    state: AuctionState,
    viewer: Viewer,
    *,
    now: datetime | None = None,
    secrets: Mapping[int, Decimal] | None = None,
    alias: Aliases = str,
    limits: Limits = no_limits,
) -> Standing:
    """What ``viewer`` may see of ``state``.

    ``now`` tells whether a lot's time is up while its boundary waits to be decided (without it
    the lot is shown as running).
    ``secrets`` maps lots to hidden reserves, for the met / not met flag. ``alias`` names seats to
    a blind buyer. ``limits`` opens the viewer's own limits for automatic bids.
    """
    reserves = secrets or {}
    open_lots = [lot for lot in state.lots.values() if lot.phase is not LotPhase.CLOSED]
    return Standing(
        phase=state.phase,
        paused=bool(open_lots) and all(lot.phase is LotPhase.PAUSED for lot in open_lots),
        outcome=state.outcome,
        ended_at=state.ended_at,
        ended_reason=state.ended_reason,
        terms_version=state.rules.version,
        terms_hash=state.terms_hash,
        consent_until=state.consent_until,
        seats=tuple(_seats(state, viewer, alias)),
        lots=tuple(
            lot_standing(
                state,
                lot,
                viewer,
                now=now,
                reserve=reserves.get(number),
                alias=alias,
                limits=limits,
            )
            for number, lot in state.lots.items()
        ),
    )


def _seats(state: AuctionState, viewer: Viewer, alias: Aliases) -> list[SeatStanding]:
    found = [
        SeatStanding(
            seat=label(viewer, state, seat.id, alias),
            late=seat.late,
            removed=seat.removed,
            declined=seat.declined,
            accepted_version=seat.accepted_version,
            disqualified=seat.disqualified,
            **_prices(state, viewer, seat),
        )
        for seat in _in_question(state, viewer)
        if granted(Field.SEATS, viewer, state, owner=seat.id)
    ]
    return sorted(found, key=lambda seat: seat.seat)


def _prices(state: AuctionState, viewer: Viewer, seat: Seat) -> dict[str, Any]:
    if seat.prices is None or not granted(Field.PRICES, viewer, state, owner=seat.id):
        return {}
    return {"currency": seat.prices.currency, "vat": seat.prices.vat}


def _in_question(state: AuctionState, viewer: Viewer) -> Iterable[Seat]:
    """Where no more than the own seat is granted, the others need not be asked about one by one."""
    if TABLE[Field.SEATS].get(viewer.role) != (Grant.OWN,):
        return state.seats.values()
    own = None if viewer.seat is None else state.seats.get(viewer.seat)
    return () if own is None else (own,)
